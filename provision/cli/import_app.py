"""`provision import`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provision.cli.calls import open_store
from provision.cli.options import Setup, common
from provision.clock import SYSTEM
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.acts.key_import import Given as KeyGiven
    from provision.adopt import Adoption
    from provision.apps.found import Found
    from provision.org.client import Org
    from provision.settings.models import Settings


@dataclass
class Draft:
    """The settings file while entries are added to it."""

    path: Path
    text: str
    settings: Settings


@click.command(name="import")
@click.argument("names", nargs=-1, metavar="[APP]...")
@click.option("-o", "--target-org", "org_name", metavar="NAME", help="The org that has the app.")
@click.option("--list", "only_list", is_flag=True, help="List the apps of the org, and which can be adopted.")
@click.option("--user", "username", metavar="USERNAME", help="Whom the app acts as, where the org does not show it.")
@click.option("--dry-run", is_flag=True, help="Print the entries and write nothing.")
@click.option("--key", "key_file", metavar="FILE", help="Private key of the app, in any common shape; - for stdin.")
@click.option("--key-env", metavar="NAME", help="Environment variable that holds the private key.")
@click.option("--certificate", "certificate_file", metavar="FILE", help="Its certificate; default: the one on the app.")
@click.option("--certificate-env", metavar="NAME", help="Environment variable that holds the certificate.")
@click.option("--passphrase-env", metavar="NAME", help="Environment variable that holds the key's passphrase.")
@click.option("--secret", "secret_file", metavar="FILE", help="File with the consumer secret; - for stdin.")
@click.option("--secret-env", metavar="NAME", help="Environment variable with the consumer secret.")
@common
def command(
    setup: Setup,
    names: tuple[str, ...],
    org_name: str | None,
    only_list: bool,
    username: str | None,
    dry_run: bool,
    secret_file: str | None,
    secret_env: str | None,
    **sources: str | None,
) -> None:
    """Adopt an app that is in an org, with its user and permission sets, into provision.yaml.

    APP is its DeveloperName. Entries are added to the file as lines; everything else in it stays as it is. The consumer
    key is kept in the store, and the key pair and secret that are given. What the org does not show is not made up.

    \b
    Examples:
      provision import -o uat --list
      provision import -o uat Billing_Sync --key server.key
      provision import -o uat Billing_Sync --dry-run
    """
    from provision.observe_apps import all_apps
    from provision.org.connect import connect
    from provision.settings.load import find, load_text, read_text
    from provision.settings.select import select_orgs

    path = setup.config or find(Path.cwd())
    text = read_text(path)
    draft = Draft(path, text, load_text(path, text, setup.environ))
    [name] = select_orgs(draft.settings, [org_name] if org_name else [], all_=False, environ=setup.environ)
    org = connect(draft.settings, name, setup.environ, setup.api_version(draft.settings))
    try:
        org_id, apps = all_apps(org)
        if only_list:
            setup.output.result({"org": name, "apps": [_document(app) for app in apps]}, _lines(apps))
            return
        chosen = _chosen(setup, apps, names)
        given = Given(sources, secret_file, secret_env)
        if len(chosen) > 1 and given.any():
            raise Usage(Code.USAGE, "A key or secret belongs to one app", remedy=("Import one app at a time",))
        adoptions = [_adopt(setup, draft, org, app, username) for app in chosen]
        if not dry_run:
            _write(setup, draft, org, list(zip(chosen, adoptions, strict=True)), given, org_id)
        _show(setup, draft, adoptions, dry_run=dry_run)
    finally:
        org.site.transport.close()


@dataclass(frozen=True)
class Given:
    """Where key pair and secret are to be read from."""

    sources: dict[str, str | None]
    secret_file: str | None
    secret_env: str | None

    def any(self) -> bool:
        """Whether anything was named."""
        return any((*self.sources.values(), self.secret_file, self.secret_env))


def _adopt(setup: Setup, draft: Draft, org: Org, app: Found, username: str | None) -> Adoption:
    """Add the entries of an app to the draft."""
    from provision.adopt import adopt
    from provision.settings.adopted import yaml_text
    from provision.settings.insertion import NotInsertable, inserted
    from provision.settings.load import load_text

    adoption = adopt(org, app, draft.settings, username)
    try:
        draft.text = inserted(draft.text, adoption.sections)
    except NotInsertable:
        raise Usage(
            Code.USAGE,
            f"{draft.path} is written in a way that entries cannot be added to as lines",
            detail=yaml_text(adoption.sections),
            remedy=("Write apps, users and permission_sets as blocks, one key a line", "Or add the entries by hand"),
        ) from None
    draft.settings = load_text(draft.path, draft.text, setup.environ)
    return adoption


def _write(
    setup: Setup, draft: Draft, org: Org, adopted: Sequence[tuple[Found, Adoption]], given: Given, org_id: str
) -> None:
    """Store what was given, then write the file: a key that does not fit stops it before anything is changed."""
    from provision.acts.key_import import bring
    from provision.cli.key_secret import read_secret
    from provision.cli.key_sources import read_given
    from provision.model.desired import KeySpec
    from provision.model.secret import Secret
    from provision.store.disk import write_text
    from provision.store.protocol import Credentials, Slot

    store = open_store(draft.settings)
    for app, adoption in adopted:
        slot = Slot(org.site.name, adoption.key)
        pair = read_given(setup.environ, given.sources)
        if pair.key is not None or pair.certificate is not None:
            bring(store, slot, KeySpec(), _fitting(app, pair), SYSTEM.now(), staged=False)
        secret = None
        if given.secret_file or given.secret_env:
            secret = Secret(read_secret(setup, given.secret_file, given.secret_env))
        key = app.existing.consumer_key
        stored = store.credentials(slot)
        if key is not None and (stored is None or stored.consumer_key != key or secret is not None):
            store.save_credentials(slot, Credentials(key, secret, org_id, app.existing.kind))
    write_text(draft.path, draft.text, replace=True)


def _fitting(app: Found, pair: KeyGiven) -> KeyGiven:
    """Return what was given with the certificate that the app holds, where none came along."""
    if pair.certificate is None and app.existing.certificate is not None:
        return replace(pair, certificate=app.existing.certificate.encode())
    return pair


def _chosen(setup: Setup, apps: Sequence[Found], names: Sequence[str]) -> list[Found]:
    known = {app.existing.name.lower(): app for app in apps}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise Usage(
            Code.APP_UNKNOWN,
            f"The org has no app {', '.join(unknown)}",
            detail=f"It has {', '.join(app.existing.name for app in apps) or 'none'}.",
            remedy=("provision import --list",),
            context={"apps": [app.existing.name for app in apps]},
        )
    if names:
        return [known[name.lower()] for name in dict.fromkeys(names)]
    able = [app for app in apps if app.obstacle is None]
    if setup.may_prompt and able:
        for line in _lines(apps):
            setup.output.say(line)
        answer = click.prompt("Which app", type=click.Choice([app.existing.name for app in able]), err=True)
        return [known[str(answer).lower()]]
    raise Usage(
        Code.USAGE,
        "Name the app that is to be adopted",
        detail="\n".join(_lines(apps)),
        remedy=tuple(f"provision import {app.existing.name}" for app in able) or ("provision import --list",),
        context={"apps": [app.existing.name for app in able]},
    )


def _show(setup: Setup, draft: Draft, adoptions: Sequence[Adoption], *, dry_run: bool) -> None:
    from provision.settings.adopted import yaml_text

    for remark in dict.fromkeys(remark for adoption in adoptions for remark in adoption.remarks):
        setup.output.warn(remark)
    document = {
        "file": str(draft.path),
        "written": not dry_run,
        "apps": [{"app": adoption.key, "entries": adoption.sections} for adoption in adoptions],
    }
    lines = [line for adoption in adoptions for line in yaml_text(adoption.sections).splitlines()]
    if not dry_run:
        lines = [f"{adoption.key} was added to {draft.path}." for adoption in adoptions]
    setup.output.result(document, lines)
    if not dry_run:
        setup.output.say("See what differs: provision plan. Prove it: provision verify")


def _lines(apps: Sequence[Found]) -> Iterator[str]:
    if not apps:
        yield "No apps."
    width = max((len(app.existing.name) for app in apps), default=0)
    for app in apps:
        grants = ", ".join(sorted(grant.value for grant in app.grants)) or "no grant of its own"
        yield f"{app.existing.name:<{width}}  {app.existing.kind:<19}  {app.obstacle or grants}"


def _document(app: Found) -> dict[str, Any]:
    return {
        "name": app.existing.name,
        "label": app.existing.label,
        "kind": app.existing.kind.value,
        "consumer_key": app.existing.consumer_key,
        "grants": sorted(grant.value for grant in app.grants),
        "obstacle": app.obstacle,
    }
