"""PermissionSet: one record with its user permissions, and rows for the permissions on objects and fields.

From API version 40.0 a deploy replaces the whole permission set; below that it adds to what is there (announced by
Salesforce for Summer '17). What the org holds in records is shown from the records, however it got there.
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import permission_set_rules as rules
from provision.localorg.metadata.types import shape
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.sobjects import groups
from provision.localorg.store.records import Record

TYPE: Final = "PermissionSet"
_REPLACES_SINCE: Final = 40
_IN_RECORDS: Final = frozenset(
    {"fullName", "label", "description", "license", "hasActivationRequired", "userPermissions"}
    | {"objectPermissions", "fieldPermissions"}
)
_OBJECT_FLAGS: Final[Mapping[str, str]] = {
    "allowCreate": "PermissionsCreate",
    "allowDelete": "PermissionsDelete",
    "allowEdit": "PermissionsEdit",
    "allowRead": "PermissionsRead",
    "modifyAllRecords": "PermissionsModifyAllRecords",
    "viewAllFields": "PermissionsViewAllFields",
    "viewAllRecords": "PermissionsViewAllRecords",
}
_FIELD_FLAGS: Final[Mapping[str, str]] = {"editable": "PermissionsEdit", "readable": "PermissionsRead"}
_USER_PERMISSION: Final = "Permissions"
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
            content = _merged(before, content)
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
        content |= _rows(tenant, held)
        for element, key in rules.KEYS.items():
            if element in content:
                content[element] = sorted(content[element], key=itemgetter(key))
        return shape.visible(TYPE, content, version)

    def _save(
        self, tenant: Tenant, full_name: str, content: Content, held: Record | None, license_id: str | None
    ) -> str:
        fields: dict[str, Any] = {
            "Label": content["label"],
            "Description": content.get("description") or None,
            "HasActivationRequired": content.get("hasActivationRequired") == "true",
        }
        granted = {entry["name"] for entry in content.get("userPermissions", ()) if entry.get("enabled") == "true"}
        taken = {name for name in _user_permissions(held) if name not in granted} if held else set()
        fields |= {f"{_USER_PERMISSION}{name}": False for name in taken}
        fields |= {f"{_USER_PERMISSION}{name}": True for name in granted}
        if held is None:
            own = {"Name": full_name, "LicenseId": license_id, "IsOwnedByProfile": False, "IsCustom": True}
            record_id = tenant.insert(TYPE, own | {"Type": "Regular"} | fields)
        else:
            record_id = held.id
            tenant.update(record_id, fields)
        _replace_object_rows(tenant, record_id, content)
        _replace_field_rows(tenant, record_id, content)
        kept = {name: value for name, value in content.items() if name not in _IN_RECORDS}
        tenant.documents.put(TYPE, full_name, kept, record_id)
        return record_id


def _record(tenant: Tenant, full_name: str) -> Record | None:
    return groups.regular(tenant.records, Name=full_name)


def _merged(before: Content, content: Content) -> Content:
    """`content` on top of what is there, entry by entry."""
    merged = before | content
    for element, key in rules.KEYS.items():
        entries = {entry[key]: entry for entry in before.get(element, ())}
        entries |= {entry[key]: entry for entry in content.get(element, ())}
        if entries:
            merged[element] = list(entries.values())
    return merged


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


def _user_permissions(held: Record) -> list[str]:
    granted = (name for name, value in held.fields.items() if value is True)
    return sorted(name.removeprefix(_USER_PERMISSION) for name in granted if name.startswith(_USER_PERMISSION))


def _rows(tenant: Tenant, held: Record) -> Content:
    """Repeated elements shown from records, each list sorted by its key, as retrieves sort them."""
    objects = sorted(
        tenant.records.find("ObjectPermissions", ParentId=held.id), key=lambda row: str(row.fields["SobjectType"])
    )
    fields = sorted(tenant.records.find("FieldPermissions", ParentId=held.id), key=lambda row: str(row.fields["Field"]))
    shown: Content = {
        "userPermissions": [{"enabled": "true", "name": name} for name in _user_permissions(held)],
        "objectPermissions": [_flags(row, _OBJECT_FLAGS, {"object": row.fields["SobjectType"]}) for row in objects],
        "fieldPermissions": [_flags(row, _FIELD_FLAGS, {"field": row.fields["Field"]}) for row in fields],
    }
    return {name: entries for name, entries in shown.items() if entries}


def _flags(row: Record, flags: Mapping[str, str], key: Mapping[str, Any]) -> Content:
    return dict(key) | {name: "true" if row.fields.get(column) else "false" for name, column in flags.items()}


def _replace_object_rows(tenant: Tenant, record_id: str, content: Content) -> None:
    wanted = {
        entry["object"]: {column: entry.get(name) == "true" for name, column in _OBJECT_FLAGS.items()}
        for entry in content.get("objectPermissions", ())
    }
    _replace_rows(tenant, record_id, "ObjectPermissions", "SobjectType", wanted)


def _replace_field_rows(tenant: Tenant, record_id: str, content: Content) -> None:
    wanted = {
        entry["field"]: {"SobjectType": entry["field"].partition(".")[0]}
        | {column: entry.get(name) == "true" for name, column in _FIELD_FLAGS.items()}
        for entry in content.get("fieldPermissions", ())
    }
    _replace_rows(tenant, record_id, "FieldPermissions", "Field", wanted)


def _replace_rows(
    tenant: Tenant, record_id: str, sobject: str, key: str, wanted: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make exactly the granting rows exist; a row that grants nothing is none."""
    granting = {name: columns for name, columns in wanted.items() if True in columns.values()}
    for row in tenant.records.find(sobject, ParentId=record_id):
        name = str(row.fields[key])
        if name not in granting:
            tenant.records.delete(row.id)
        else:
            tenant.update(row.id, dict(granting.pop(name)))
    for name, columns in granting.items():
        tenant.insert(sobject, {"ParentId": record_id, key: name, **columns})
