"""ExternalClientApplication: the application that all members name."""

from collections.abc import Iterable, Sequence
from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import grants, shape
from provision.localorg.metadata.types.external_client_app import family
from provision.localorg.metadata.types.external_client_app.member import Member
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.store import app_menu

_OTHER_KIND: Final = "ConnectedApp"
_DEFAULTS: Final = {"distributionState": "Local", "isProtected": "false"}
_SCOPED_NAME: Final = "orgScopedExternalApp"
_COLUMNS: Final = {
    "contactEmail": "ContactEmail",
    "contactPhone": "ContactPhone",
    "description": "Description",
    "distributionState": "DistributionState",
    "iconUrl": "IconUrl",
    "infoUrl": "InfoUrl",
    "label": "MasterLabel",
    "logoUrl": "LogoUrl",
    "managedType": "ManagedType",
    _SCOPED_NAME: "OrgScopedExternalApp",
}


class Application:
    """Deploys, deletes and shows External Client Apps; `members` are the kinds that go with a deleted one."""

    type = family.APPLICATION

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        family.check_access(tenant, self.type)
        held = tenant.documents.get(self.type, component.full_name)
        if held is None and tenant.documents.get(_OTHER_KIND, component.full_name) is not None:
            raise refusals.NAME_TAKEN.refuse(label="External Client App Name")
        document = family.declared(self.type, component, held or {}, _DEFAULTS)
        document[_SCOPED_NAME] = _scoped_name(tenant, component)
        record_id = _save_record(tenant, component.full_name, document)
        tenant.documents.put(self.type, component.full_name, document, record_id)
        return Saved(record_id, created=held is None, changed=document != held)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`; members, grants and the consumer go with the application (assumed)."""
        record_id = tenant.documents.record_id(self.type, full_name)
        if record_id is None:
            return None
        family.check_access(tenant, self.type)
        for kind in self._members:
            for name in tenant.documents.where(kind.type, family.PARENT, full_name):
                kind.delete(tenant, name)
        grants.replace(tenant, record_id, self.type, ())
        app_menu.forget(tenant.records, record_id)
        tenant.consumers.delete(record_id)
        tenant.documents.delete(self.type, full_name)
        tenant.records.delete(record_id)
        return record_id

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        for full_name in tenant.documents.list(self.type):
            yield full_name, tenant.documents.record_id(self.type, full_name) or ""

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`."""
        document = tenant.documents.get(self.type, full_name)
        return None if document is None else shape.visible(self.type, document, version)


def _scoped_name(tenant: Tenant, component: Component) -> str:
    own = f"{tenant.short_org_id}:{component.full_name}"
    if component.content.get(_SCOPED_NAME, "").strip() not in ("", own):
        raise refusals.BAD_SCOPED_NAME.refuse()
    return own


def _save_record(tenant: Tenant, full_name: str, document: Content) -> str:
    fields = {column: document.get(name) for name, column in _COLUMNS.items()}
    fields |= {"DeveloperName": full_name, "IsProtected": document["isProtected"] == "true"}
    record_id = tenant.documents.record_id(family.APPLICATION, full_name)
    if record_id is None:
        return tenant.insert(family.APPLICATION, fields)
    tenant.update(record_id, fields)
    return record_id
