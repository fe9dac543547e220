"""A member of an External Client App that is kept as the file says; the special members build on it."""

from collections.abc import Iterable, Mapping
from typing import Final

from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import shape
from provision.localorg.metadata.types.external_client_app import consumer, family
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.store.jsontext import Json

_UNIQUE: Final = "ExternalClientApplicationId"


class Member:
    """Deploys, deletes and shows the members of one type."""

    sobject: str | None = None
    """sObject of the record that stands for a member."""
    unique: str = _UNIQUE
    """Reference that no two members of the type share, as refusals name it."""
    defaults: Mapping[str, str] = {}
    """What the org puts where a file says nothing."""

    def __init__(self, type_name: str) -> None:
        self._type = type_name

    @property
    def type(self) -> str:
        """See `Kind.type`."""
        return self._type

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        family.check_access(tenant, self.type)
        return self.keep(tenant, component)

    def keep(self, tenant: Tenant, component: Component) -> Saved:
        """Deploy without asking for the right to, as when the org makes a member itself."""
        family.check_member(tenant, self.type, component, self.unique)
        held = tenant.documents.get(self.type, component.full_name)
        document = family.declared(self.type, component, held or {}, self.defaults)
        warning = self.check(tenant, component, document)
        record_id = self._save_record(tenant, component.full_name, document)
        tenant.documents.put(self.type, component.full_name, document, record_id or None)
        followed = self.follow(tenant, component, document)
        return Saved(record_id, created=held is None, changed=document != held or followed, warning=warning)

    def check(self, tenant: Tenant, component: Component, document: Content) -> str:
        """Check the member and bring `document`, what will be kept, into its final form; returns a warning or "".

        Raises:
            Refusal: with the text of the component failure.

        """
        del tenant, component, document
        return ""

    def follow(self, tenant: Tenant, component: Component, document: Content) -> bool:
        """Do what follows from the change; True where that changed anything."""
        del document
        return consumer.refresh(tenant, family.parent(component))

    def columns(self, tenant: Tenant, document: Content) -> Mapping[str, Json]:
        """Fields of the record beyond those that all members have."""
        del tenant, document
        return {}

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`."""
        document = tenant.documents.get(self.type, full_name)
        if document is None:
            return None
        family.check_access(tenant, self.type)
        record_id = tenant.documents.record_id(self.type, full_name) or ""
        tenant.documents.delete(self.type, full_name)
        if record_id:
            tenant.records.delete(record_id)
        self.unfollow(tenant, str(document[family.PARENT]))
        return record_id

    def unfollow(self, tenant: Tenant, app: str) -> None:
        """Do what follows from the deletion."""
        consumer.refresh(tenant, app)

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        for full_name in tenant.documents.list(self.type):
            yield full_name, tenant.documents.record_id(self.type, full_name) or ""

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`."""
        document = tenant.documents.get(self.type, full_name)
        return None if document is None else shape.visible(self.type, self.shown(tenant, document), version)

    def shown(self, tenant: Tenant, document: Content) -> Content:
        """The document with what is not kept in it."""
        del tenant
        return document

    def _save_record(self, tenant: Tenant, full_name: str, document: Content) -> str:
        if self.sobject is None:
            return ""
        fields = {
            "DeveloperName": full_name,
            "MasterLabel": document["label"],
            "ExternalClientApplicationId": family.record_id(tenant, str(document[family.PARENT])),
            **self.columns(tenant, document),
        }
        record_id = tenant.documents.record_id(self.type, full_name)
        if record_id is None:
            return tenant.insert(self.sobject, fields)
        tenant.update(record_id, fields)
        return record_id
