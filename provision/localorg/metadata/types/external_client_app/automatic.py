"""The members that an org makes itself: both policies of an app that has none, named `…_defaultPolicy`."""

from collections.abc import Iterable
from typing import Final

from provision.localorg.metadata.manifest import NEWEST
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types.external_client_app import family
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.external_client_app.oauth_policies import OauthPolicies
from provision.localorg.metadata.types.external_client_app.policies import Policies
from provision.localorg.metadata.types.kind import Component

_SUFFIX: Final = "_defaultPolicy"
_SWITCHED_ON: Final = {"isOauthPluginEnabled": "true"}


def complete(tenant: Tenant, saved: Iterable[tuple[str, str]]) -> None:
    """Add what is missing to the apps of which these components, type and full name, were just saved."""
    for app in dict.fromkeys(_app(tenant, *each) for each in saved):
        if app is None:
            continue
        _add(tenant, Policies(), app, app, _SWITCHED_ON)
        complete_oauth(tenant, app)


def complete_oauth(tenant: Tenant, app: str) -> None:
    """Add the OAuth policy to an app that has OAuth settings; it is named after them (recorded)."""
    settings = family.member(tenant, family.OAUTH_SETTINGS, app)
    if settings is not None:
        _add(tenant, OauthPolicies(), app, settings, {})


def _add(tenant: Tenant, kind: Member, app: str, named_after: str, said: dict[str, str]) -> None:
    name = named_after + _SUFFIX
    if family.member(tenant, kind.type, app) is None and tenant.documents.get(kind.type, name) is None:
        kind.keep(tenant, Component(name, {family.PARENT: app, **said}, NEWEST))


def _app(tenant: Tenant, type_name: str, full_name: str) -> str | None:
    """The app that a component belongs to, where it belongs to one."""
    if type_name == family.APPLICATION:
        return full_name
    parent = (tenant.documents.get(type_name, full_name) or {}).get(family.PARENT)
    return parent if isinstance(parent, str) else None
