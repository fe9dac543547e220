"""PermissionSet: one record with its user permissions, and rows for the permissions on objects and fields.

From API version 40.0 a deploy replaces the whole permission set; below that it adds to what is there (announced by
Salesforce for Summer '17). What the org holds in records is shown from the records, however it got there.
"""

from collections.abc import Iterable
from typing import Any, Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import permission_rows, shape
from provision.localorg.metadata.types import permission_set_rules as rules
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.sobjects import groups
from provision.localorg.store.records import Record

TYPE: Final = "PermissionSet"
_REPLACES_SINCE: Final = 40
_IN_RECORDS: Final = frozenset(
    {"fullName", "label", "description", "license", "hasActivationRequired"} | permission_rows.ELEMENTS
)
_OWNED_ROWS: Final = ("ObjectPermissions", "FieldPermissions", "SetupEntityAccess")


class PermissionSet:
    """Deploys, deletes and shows permission sets."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        held = _record(tenant, component.full_name)
        before = self.read(tenant, component.full_name, component.version)
        content = component.content
        if before is not None and component.version < _REPLACES_SINCE:
            content = permission_rows.merged(before, content)
        rules.check(tenant, content)
        license_id = _license_id(tenant, content)
        if held is not None and license_id != held.fields.get("LicenseId"):
            raise refusals.LICENSE_FIXED.refuse()
        record_id = self._save(tenant, component.full_name, content, held, license_id)
        after = self.read(tenant, component.full_name, component.version)
        return Saved(record_id, created=held is None, changed=after != before)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`."""
        held = _record(tenant, full_name)
        if held is None:
            return None
        assignments = tenant.records.find("PermissionSetAssignment", PermissionSetId=held.id)
        if assignments and tenant.switches.assigned_permission_set_deletion == "refused":
            raise refusals.ASSIGNED.refuse(name=full_name)
        rows = [row for sobject in _OWNED_ROWS for row in tenant.records.find(sobject, ParentId=held.id)]
        for row in (*assignments, *rows, *tenant.records.find(groups.COMPONENT, PermissionSetId=held.id)):
            tenant.records.delete(row.id)
        tenant.documents.delete(TYPE, full_name)
        tenant.records.delete(held.id)
        return held.id

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`; those owned by profiles and groups are no permission sets of their own."""
        for record in tenant.records.find("PermissionSet", IsOwnedByProfile=False):
            if not groups.is_of_group(record):
                yield str(record.fields["Name"]), record.id

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`."""
        held = _record(tenant, full_name)
        if held is None:
            return None
        content: Content = dict(tenant.documents.get(TYPE, full_name) or {})
        content["label"] = str(held.fields["Label"])
        content["hasActivationRequired"] = "true" if held.fields.get("HasActivationRequired") else "false"
        if held.fields.get("Description"):
            content["description"] = str(held.fields["Description"])
        license_name = _license_name(tenant, held)
        if license_name:
            content["license"] = license_name
        content |= permission_rows.shown(tenant, held)
        return shape.visible(TYPE, permission_rows.in_order(content), version)

    def _save(
        self, tenant: Tenant, full_name: str, content: Content, held: Record | None, license_id: str | None
    ) -> str:
        fields: dict[str, Any] = {
            "Label": content["label"],
            "Description": content.get("description") or None,
            "HasActivationRequired": content.get("hasActivationRequired") == "true",
        }
        fields |= permission_rows.flags(held, content)
        if held is None:
            own = {"Name": full_name, "LicenseId": license_id, "IsOwnedByProfile": False, "IsCustom": True}
            record_id = tenant.insert(TYPE, own | {"Type": "Regular"} | fields)
        else:
            record_id = held.id
            tenant.update(record_id, fields)
        permission_rows.replace(tenant, record_id, content)
        kept = {name: value for name, value in content.items() if name not in _IN_RECORDS}
        tenant.documents.put(TYPE, full_name, kept, record_id)
        return record_id


def _record(tenant: Tenant, full_name: str) -> Record | None:
    return groups.regular(tenant.records, Name=full_name)


def _license_id(tenant: Tenant, content: Content) -> str | None:
    """Id of the user licence of that name or the permission set licence of that API name."""
    name = content.get("license", "").strip()
    if not name:
        return None
    held = tenant.only("UserLicense", Name=name) or tenant.only("PermissionSetLicense", DeveloperName=name)
    if held is None:
        raise refusals.NO_REFERENCE.refuse(field="license", type="UserLicense", name=name)
    return held.id


def _license_name(tenant: Tenant, held: Record) -> str:
    found = tenant.records.get(str(held.fields.get("LicenseId") or ""))
    if found is None:
        return ""
    return str(found.fields["Name" if found.sobject == "UserLicense" else "DeveloperName"])
