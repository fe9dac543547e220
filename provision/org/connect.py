"""From a name under `orgs:` to a site that can be reached and an org with an admin session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provision.clock import SYSTEM, Clock
from provision.errors import Code, Failed
from provision.localorg import FILE_NAME
from provision.org.admin import log_in
from provision.org.client import Org, Site
from provision.settings.models import OrgSettings, Settings
from provision.store.disk import make_private_folder
from provision.transport import Transport

SEEDED = "seeded admin of the local org"


def connect(settings: Settings, name: str, environ: Mapping[str, str], api_version: str, clock: Clock = SYSTEM) -> Org:
    """Return the org with an admin session.

    Raises `Failed` (NO_ADMIN_SESSION) where no source gives one. A local org is opened, and made if need be.
    """
    org = settings.orgs[name]
    if org.local is not None:
        return _local(settings, name, api_version, clock)
    return log_in(site_of(settings, name, api_version, clock), tuple(org.admin), environ)


def site_of(settings: Settings, name: str, api_version: str, clock: Clock = SYSTEM) -> Site:
    """Return how to reach the org, without anybody's session."""
    org = settings.orgs[name]
    if org.local is not None:
        return _local(settings, name, api_version, clock).site
    my_domain, login_host = str(org.my_domain), login_host_of(str(org.my_domain))
    transport = Transport([my_domain, login_host], clock=clock)
    return Site(name, transport, my_domain, login_host, api_version, org_id=org.org_id)


def login_host_of(my_domain: str) -> str:
    """Return the login host that goes with a My Domain (`….sandbox.…`, `….scratch.…` log in at test)."""
    labels = my_domain.lower().split(".")
    return "test.salesforce.com" if {"sandbox", "scratch"} & set(labels) else "login.salesforce.com"


def local_orgs_file(settings: Settings) -> Path:
    """Return where the local orgs of this set-up live."""
    return settings.store_path / FILE_NAME


def _local(settings: Settings, name: str, api_version: str, clock: Clock) -> Org:
    from provision.localorg import LocalOrg  # noqa: PLC0415  # real orgs need no werkzeug

    path = local_orgs_file(settings)
    make_private_folder(path.parent)
    try:
        local = LocalOrg.open(path, name, **_switches(settings.orgs[name]))
    except Exception as problem:  # the local org shares no error types with us
        raise Failed(
            Code.STORE_CORRUPT,
            f"The local orgs' file {path} cannot be used",
            detail=f"{type(problem).__name__}: {problem}",
            remedy=("Make the folder writable, if it is not", "provision local reset --yes throws the local orgs away"),
        ) from problem
    transport = Transport([local.my_domain, local.login_host], app=local.app, clock=clock)
    hosts = (local.my_domain, local.login_host)
    site = Site(name, transport, *hosts, api_version, is_local=True, canary=local.admin_username)
    return Org(site, local.admin_session, f"https://{local.my_domain}", SEEDED, username=local.admin_username)


def _switches(org: OrgSettings) -> dict[str, Any]:
    return org.local.model_dump() if org.local is not None else {}
