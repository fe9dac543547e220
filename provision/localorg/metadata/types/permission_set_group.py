"""PermissionSetGroup: a group and the permission sets in it, kept as records."""

from collections.abc import Iterable
from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import shape
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.sobjects import groups
from provision.localorg.store.records import Record

TYPE: Final = "PermissionSetGroup"


class PermissionSetGroup:
    """Deploys, deletes and shows permission set groups."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`; members are named by their API names."""
        content = component.content
        if not content["label"].strip():
            raise refusals.EMPTY.refuse(label="Label")
        members = [_member(tenant, name) for name in content.get("permissionSets", ())]
        for name in content.get("mutingPermissionSets", ()):
            raise refusals.NO_REFERENCE.refuse(field="mutingPermissionSets", type="MutingPermissionSet", name=name)
        before = self.read(tenant, component.full_name, component.version)
        group_id = _save(tenant, component)
        groups.set_members(tenant.records, group_id, members)
        after = self.read(tenant, component.full_name, component.version)
        return Saved(group_id, created=before is None, changed=after != before)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`."""
        held = _record(tenant, full_name)
        if held is None:
            return None
        if groups.is_assigned(tenant.records, held.id):
            raise refusals.ASSIGNED.refuse(name=full_name)
        groups.delete_parts(tenant.records, held.id)
        tenant.records.delete(held.id)
        return held.id

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        return ((str(record.fields["DeveloperName"]), record.id) for record in tenant.records.all(TYPE))

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`."""
        held = _record(tenant, full_name)
        if held is None:
            return None
        content: Content = {
            "label": str(held.fields["MasterLabel"]),
            "hasActivationRequired": "true" if held.fields.get("HasActivationRequired") else "false",
            "permissionSets": [str(each.fields["Name"]) for each in groups.members(tenant.records, held.id)],
            "status": str(held.fields["Status"]),
        }
        if held.fields.get("Description"):
            content["description"] = str(held.fields["Description"])
        return shape.visible(TYPE, {name: value for name, value in content.items() if value}, version)


def _record(tenant: Tenant, full_name: str) -> Record | None:
    return tenant.only(TYPE, DeveloperName=full_name)


def _member(tenant: Tenant, name: str) -> str:
    found = groups.regular(tenant.records, Name=name)
    if found is None:
        raise refusals.NO_REFERENCE.refuse(field="permissionSets", type="PermissionSet", name=name)
    return found.id


def _save(tenant: Tenant, component: Component) -> str:
    content = component.content
    fields = {
        "DeveloperName": component.full_name,
        "MasterLabel": content["label"],
        "Description": content.get("description") or None,
        "HasActivationRequired": content.get("hasActivationRequired") == "true",
    }
    held = _record(tenant, component.full_name)
    if held is None:
        by = {"CreatedById": tenant.user_id, "LastModifiedById": tenant.user_id}
        return groups.insert(tenant.records, {**by, **fields}).id
    tenant.update(held.id, fields)
    return held.id
