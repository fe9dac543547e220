"""`provision keys secret`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from provision.cli.calls import Production, confirm_production, make_call, open_store
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.progress import Progress
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.fleet import Call
    from provision.store.protocol import Slot

STDIN = "-"


@click.command()
@orgs
@apps
@click.option("--secret", "secret_file", metavar="FILE", help="File with the consumer secret; - for stdin.")
@click.option("--secret-env", metavar="NAME", help="Environment variable with the consumer secret.")
@click.option("--from-org", is_flag=True, help="Read key and secret of an External Client App from the org.")
@click.option("--consumer-key", metavar="KEY", help="Default: the stored one, else the one that the org shows.")
@click.option("--confirm", multiple=True, metavar="NAME", help="With --from-org: this production org may be changed.")
@common
def secret(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    secret_file: str | None,
    secret_env: str | None,
    from_org: bool,
    consumer_key: str | None,
    confirm: tuple[str, ...],
) -> None:
    """Store the consumer secret of an app that exists already.

    Orgs give the secret of an External Client App over REST (--from-org), under a setting that is turned on for as long
    as it takes and off again, unless it was on. The secret of a Connected App has to be brought. It is never printed.

    \b
    Examples:
      provision keys secret -o uat -a billing-sync --from-org
      provision keys secret -a billing-sync --secret-env BILLING_SECRET
      pass show billing | provision keys secret -a billing-sync --secret -
    """
    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    slot = _slot(call)
    _refuse_several(secret_file, secret_env, from_org=from_org, consumer_key=consumer_key)
    if from_org:
        number, key = _read_from_org(setup, call, slot, (org_names, confirm))
    else:
        number, key = _brought(call, slot, read_secret(setup, secret_file, secret_env), consumer_key)
    document = {"org": slot.org, "app": slot.app, "generation": number, "consumer_key": key}
    stored = f"stored as generation {number}" if number is not None else "the stored one; nothing to do"
    setup.output.result(document, [f"{slot.app} in {slot.org}: consumer secret {stored}."])
    setup.output.say(f"Try it: provision verify {slot.options} --grant client-credentials")


def _slot(call: Call) -> Slot:
    from provision.store.protocol import Slot

    chosen = [Slot(org, app) for org in call.orgs for app in call.apps[org]]
    if len(chosen) != 1:
        raise Usage(Code.USAGE, "A secret belongs to one app in one org", remedy=("Name them: -o NAME -a NAME",))
    return chosen[0]


def _refuse_several(file: str | None, variable: str | None, *, from_org: bool, consumer_key: str | None) -> None:
    if sum((file is not None, variable is not None, from_org)) != 1:
        message = "The secret comes from one of --from-org, --secret FILE and --secret-env NAME"
        raise Usage(Code.USAGE, message, remedy=("Give one",))
    if from_org and consumer_key is not None:
        raise Usage(Code.USAGE, "--from-org reads the consumer key, too", remedy=("Leave --consumer-key out",))


def _brought(call: Call, slot: Slot, text: str, consumer_key: str | None) -> tuple[int, str]:
    """Store a secret that somebody brings; return the generation and the consumer key."""
    from provision.model.secret import Secret
    from provision.store.protocol import Credentials

    store = open_store(call.settings)
    stored = store.credentials(slot)
    key, org_id = (consumer_key or stored.consumer_key, stored.org_id) if stored else (consumer_key, None)
    if key is None:
        key, org_id = _shown_by_org(call, slot.org, slot.app)
    return store.save_credentials(slot, Credentials(key, Secret(text), org_id)), key


def _read_from_org(
    setup: Setup, call: Call, slot: Slot, said: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[int | None, str]:
    """Read key and secret from the org; return the generation, `None` where it was there, and the consumer key."""
    from provision.acts.consumer_secret import keep_consumer, read_consumer
    from provision.apply import refuse_other_org
    from provision.fleet import desired_in
    from provision.observe import observe
    from provision.org.connect import connect

    store = open_store(call.settings)
    org = connect(call.settings, slot.org, call.environ, call.api_version, call.clock)
    wanted = desired_in(call, slot.org)
    observed = observe(org, wanted, call.clock.now())
    refuse_other_org(org, observed, call.settings.orgs[slot.org].org_id)
    named, confirmed = said
    production = Production(slot.org, observed.organization, named, confirmed)
    confirm_production(setup, production, ["The org is to give consumer secrets over REST for a moment."])
    [app] = (app for app in wanted.apps if app.key == slot.app)
    with store.exclusive(slot.org):
        read = read_consumer(org, store, slot, app.name, Progress(setup.output))
        return keep_consumer(store, slot, read, observed.organization.org_id), read.consumer_key


def read_secret(setup: Setup, file: str | None, variable: str | None) -> str:
    """Return the consumer secret in a file, at stdin or in a variable; raises `Usage` where there is none."""
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
