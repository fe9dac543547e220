"""Permissions as metadata writes them, kept in records: those of permission sets and of profiles alike.

User permissions are columns of the permission set, permissions on objects and fields are rows that belong to it.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final

from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import permission_set_rules as rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record

ELEMENTS: Final = frozenset({"userPermissions", "objectPermissions", "fieldPermissions"})
"""Elements that are kept in records."""
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


def merged(before: Content, content: Content) -> Content:
    """`content` on top of what is there, entry by entry."""
    both = before | content
    for element, key in rules.KEYS.items():
        entries = {entry[key]: entry for entry in before.get(element, ())}
        entries |= {entry[key]: entry for entry in content.get(element, ())}
        if entries:
            both[element] = list(entries.values())
    return both


def in_order(content: Content) -> Content:
    """`content` with each list sorted by its key, as retrieves sort them."""
    sorted_lists = {
        element: sorted(content[element], key=itemgetter(key))
        for element, key in rules.KEYS.items()
        if element in content
    }
    return content | sorted_lists


def flags(held: Record | None, content: Content) -> Mapping[str, Json]:
    """The columns that make the user permissions of a record exactly those of `content`."""
    granted = {entry["name"] for entry in content.get("userPermissions", ()) if entry.get("enabled") == "true"}
    taken = {name for name in user_permissions(held) if name not in granted} if held else set()
    columns = dict.fromkeys((f"{_USER_PERMISSION}{name}" for name in taken), False)
    return columns | dict.fromkeys((f"{_USER_PERMISSION}{name}" for name in granted), True)


def user_permissions(held: Record) -> list[str]:
    """Names of the user permissions that the record grants, sorted."""
    granted = (name for name, value in held.fields.items() if value is True)
    return sorted(name.removeprefix(_USER_PERMISSION) for name in granted if name.startswith(_USER_PERMISSION))


def shown(tenant: Tenant, held: Record) -> Content:
    """What of a permission set is in records, as elements."""
    objects = tenant.records.find("ObjectPermissions", ParentId=held.id)
    fields = tenant.records.find("FieldPermissions", ParentId=held.id)
    found: Content = {
        "userPermissions": [{"enabled": "true", "name": name} for name in user_permissions(held)],
        "objectPermissions": [_row(row, _OBJECT_FLAGS, {"object": row.fields["SobjectType"]}) for row in objects],
        "fieldPermissions": [_row(row, _FIELD_FLAGS, {"field": row.fields["Field"]}) for row in fields],
    }
    return {name: entries for name, entries in found.items() if entries}


def _row(row: Record, flags: Mapping[str, str], key: Mapping[str, Any]) -> Content:
    return dict(key) | {name: "true" if row.fields.get(column) else "false" for name, column in flags.items()}


def replace(tenant: Tenant, record_id: str, content: Content) -> None:
    """Make the permissions on objects and fields of a permission set exactly those of `content`."""
    wanted = {
        entry["object"]: {column: entry.get(name) == "true" for name, column in _OBJECT_FLAGS.items()}
        for entry in content.get("objectPermissions", ())
    }
    _replace_rows(tenant, record_id, "ObjectPermissions", "SobjectType", wanted)
    of_fields = {
        entry["field"]: {"SobjectType": entry["field"].partition(".")[0]}
        | {column: entry.get(name) == "true" for name, column in _FIELD_FLAGS.items()}
        for entry in content.get("fieldPermissions", ())
    }
    _replace_rows(tenant, record_id, "FieldPermissions", "Field", of_fields)


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
