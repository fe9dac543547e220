"""`provision keys secret`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from provision.cli.calls import make_call, open_store
from provision.cli.options import Setup, apps, common, orgs
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.fleet import Call

STDIN = "-"


@click.command()
@orgs
@apps
@click.option("--secret", "secret_file", metavar="FILE", help="File with the consumer secret; - for stdin.")
@click.option("--secret-env", metavar="NAME", help="Environment variable with the consumer secret.")
@click.option("--consumer-key", metavar="KEY", help="Default: the stored one, else the one that the org shows.")
@common
def secret(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    secret_file: str | None,
    secret_env: str | None,
    consumer_key: str | None,
) -> None:
    """Store the consumer secret of an app that exists already: an org never gives it back.

    \b
    Examples:
      provision keys secret -a billing-sync --secret-env BILLING_SECRET
      pass show billing | provision keys secret -a billing-sync --secret -
    """
    from provision.model.secret import Secret
    from provision.store.protocol import Credentials, Slot

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    chosen = [Slot(org, app) for org in call.orgs for app in call.apps[org]]
    if len(chosen) != 1:
        raise Usage(Code.USAGE, "A secret belongs to one app in one org", remedy=("Name them: -o NAME -a NAME",))
    [slot] = chosen
    given = Secret(_read(setup, secret_file, secret_env))
    store = open_store(call.settings)
    stored = store.credentials(slot)
    key, org_id = (consumer_key or stored.consumer_key, stored.org_id) if stored else (consumer_key, None)
    if key is None:
        key, org_id = _shown_by_org(call, slot.org, slot.app)
    number = store.save_credentials(slot, Credentials(key, given, org_id))
    document = {"org": slot.org, "app": slot.app, "generation": number, "consumer_key": key}
    setup.output.result(document, [f"{slot.app} in {slot.org}: consumer secret stored as generation {number}."])
    setup.output.say(f"Try it: provision verify -o {slot.org} -a {slot.app} --grant client-credentials")


def _read(setup: Setup, file: str | None, variable: str | None) -> str:
    if (file is None) == (variable is None):
        raise Usage(Code.USAGE, "The secret comes from --secret FILE or from --secret-env NAME", remedy=("Give one",))
    if variable is not None:
        text = setup.environ.get(variable, "")
    elif file == STDIN:
        text = sys.stdin.read()
    else:
        try:
            text = Path(str(file)).read_text()
        except (OSError, ValueError) as problem:
            raise Usage(Code.USAGE, f"--secret: the file could not be read ({type(problem).__name__})") from problem
    if not text.strip():
        raise Usage(Code.USAGE, "The consumer secret is empty", remedy=("Check where it was to come from",))
    return text.strip()


def _shown_by_org(call: Call, org_name: str, app_key: str) -> tuple[str, str]:
    """Return the consumer key that the org shows for the app, and the org's id."""
    from provision.fleet import desired_in
    from provision.observe import observe
    from provision.org.connect import connect

    org = connect(call.settings, org_name, call.environ, call.api_version, call.clock)
    wanted = desired_in(call, org_name)
    observed = observe(org, wanted, call.clock.now())
    [app] = (app for app in wanted.apps if app.key == app_key)
    found = observed.apps.get(app.name)
    if found is None or found.consumer_key is None:
        raise Failed(
            Code.APP_UNKNOWN,
            f"{org_name} shows no consumer key for {app.name}",
            remedy=("Give it: --consumer-key KEY",),
        )
    return found.consumer_key, observed.organization.org_id
