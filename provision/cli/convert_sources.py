"""Where `provision convert` finds the Connected App."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provision.cli.calls import make_call, open_store, version_alone
from provision.cli.options import Setup
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.convert import Source
    from provision.fleet import Call


@dataclass(frozen=True)
class Found:
    """A Connected App, and what is known around it."""

    source: Source
    entry: Callable[[str], dict[str, Any]]
    """The entry for the settings, given the name of the new app."""
    api_version: str
    org: str | None = None
    my_domain: str | None = None
    templates: Path | None = None


def in_file(setup: Setup, file: Path) -> Found:
    """Return the app in a file; settings are not needed."""
    from provision.convert import from_file
    from provision.convert_entry import from_document

    source = from_file(file)
    return Found(source, lambda name: from_document(source.document, name), version_alone(setup))


def in_org(setup: Setup, orgs: Sequence[str], name: str) -> Found:
    """Return any Connected App of an org."""
    from provision.convert import from_org
    from provision.convert_entry import USER, from_document, run_as_user
    from provision.org.connect import connect
    from provision.settings.desired import desired

    call = make_call(setup, orgs, ())
    org = connect(call.settings, _one(call), call.environ, call.api_version, call.clock)
    source = from_org(org, name)
    users = {user.username: user.key for user in desired(call.settings, org.site.name).users}
    user = users.get(run_as_user(source.document) or "", USER)
    return Found(
        source,
        lambda new: from_document(source.document, new, user),
        call.api_version,
        org.site.name,
        org.site.my_domain,
        call.settings.templates_path,
    )


def in_settings(setup: Setup, orgs: Sequence[str], app: str) -> Found:
    """Return an app as the settings declare it; nobody is asked, a stored certificate is used."""
    from provision.acts.keys import materials
    from provision.convert import from_settings
    from provision.convert_entry import from_document, settings_entry
    from provision.fleet import desired_in
    from provision.keys.certificate import certificate_pem

    call = make_call(setup, orgs, (app,))
    org = _one(call)
    wanted = desired_in(call, org)
    [declared] = wanted.apps
    pair = materials(open_store(call.settings), org, None, wanted)[app].key_pair
    source = from_settings(wanted, declared, certificate_pem(pair.certificate) if pair else None)

    def entry(name: str) -> dict[str, Any]:
        spoken = settings_entry(call.settings, app, name)
        return spoken or from_document(source.document, name, declared.user.key)

    my_domain = call.settings.orgs[org].my_domain
    return Found(source, entry, call.api_version, org, my_domain, call.settings.templates_path)


def _one(call: Call) -> str:
    if len(call.orgs) != 1:
        raise Usage(Code.USAGE, "One app of one org is converted at a time", remedy=("Name the org: -o NAME",))
    return call.orgs[0]
