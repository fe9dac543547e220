"""Settings of the org, one component for each group of them; every org has all, so nothing is created or deleted.

A deploy changes the elements that its file has and leaves the others (assumed: widely used packages carry single
elements).
"""

from collections.abc import Iterable
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import folders, refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import shape
from provision.localorg.metadata.types.kind import Component, Saved

TYPE: Final = "Settings"
_ACCESS_CONTROL: Final = "enableAdminApprovedAppsOnly"
"""Shown as the org is switched: API Access Control."""


class Settings:
    """Deploys and shows settings; their files have a root element of their own each."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        if not is_known(component.full_name):
            raise refusals.NOT_AVAILABLE.refuse()
        before = value(tenant, component.full_name)
        after = before | {name: said for name, said in component.content.items() if name != "fullName"}
        tenant.documents.put(TYPE, component.full_name, after, None)
        return Saved("", created=False, changed=after != before)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`; always refused."""
        del tenant, full_name
        raise refusals.SETTINGS_STAY.refuse()

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        del tenant
        return ((name, "") for name in facts.load("metadata_settings")["names"])

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`; every boolean is written out."""
        if not is_known(full_name):
            return None
        type_name = folders.root(TYPE, full_name)
        return shape.with_booleans(type_name, shape.visible(type_name, value(tenant, full_name), version), version)


def is_known(full_name: str) -> bool:
    """Whether the org has settings of that name."""
    return full_name in facts.load("metadata_settings")["names"]


def value(tenant: Tenant, full_name: str) -> Content:
    """The settings of that name as they are now."""
    fresh: Content = facts.load("metadata_settings")["fresh"].get(full_name, {})
    said = {**fresh, **(tenant.documents.get(TYPE, full_name) or {})}
    if full_name == "ConnectedApp" and tenant.switches.api_access_control == "on":
        said[_ACCESS_CONTROL] = "true"
    return said
