"""Permission sets and what hangs on them: objects, fields, apps."""

from collections.abc import Mapping
from typing import Final

from provision.localorg import facts
from provision.localorg.sobjects import describe, groups, refusals
from provision.localorg.sobjects.rules.rules import Rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records

_PARTS: Final = ("ObjectPermissions", "FieldPermissions", "SetupEntityAccess")
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
}


class PermissionSets(Rules):
    """Rules of PermissionSet."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        if records.find("PermissionSet", Name=fields["Name"]):
            raise refusals.DUPLICATE_VALUE.refuse()
        return {"IsOwnedByProfile": False, "Type": "Regular", "IsCustom": True, **fields}

    def before_delete(self, records: Records, held: Record) -> None:
        """See `Rules`."""
        if held.fields.get("IsOwnedByProfile") or groups.is_of_group(held):
            raise refusals.NOT_DELETABLE.refuse(label="Permission Set")
        if records.find("PermissionSetAssignment", PermissionSetId=held.id):
            raise refusals.ASSIGNED.refuse()
        rows = [row for sobject in _PARTS for row in records.find(sobject, ParentId=held.id)]
        for row in (*rows, *records.find(groups.COMPONENT, PermissionSetId=held.id)):
            records.delete(row.id)


class ObjectPermissions(Rules):
    """Rules of ObjectPermissions."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        sobject = describe.find(str(fields["SobjectType"]))
        if sobject is None or sobject.setup:
            raise refusals.BAD_PICKLIST.refuse("SobjectType", label="Sobject Type Name", value=fields["SobjectType"])
        if records.find("ObjectPermissions", ParentId=fields["ParentId"], SobjectType=sobject.name):
            raise refusals.DUPLICATE_VALUE.refuse()
        _check_dependencies(sobject, fields)
        return {**fields, "SobjectType": sobject.name}

    def before_update(self, records: Records, held: Record, changes: Mapping[str, Json], by: str) -> Mapping[str, Json]:
        """See `Rules`."""
        del records, by
        _check_dependencies(describe.known(str(held.fields["SobjectType"])), {**held.fields, **changes})
        return changes


class FieldPermissions(Rules):
    """Rules of FieldPermissions."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        if records.find("FieldPermissions", ParentId=fields["ParentId"], Field=fields["Field"]):
            raise refusals.DUPLICATE_VALUE.refuse()
        if fields.get("PermissionsEdit") and not fields.get("PermissionsRead"):
            raise refusals.DEPENDS.refuse(permission=f"Edit {fields['Field']}", needed=f"Read {fields['Field']}")
        return fields


class SetupEntityAccess(Rules):
    """Rules of SetupEntityAccess: the grant of an app to a permission set."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        app = records.get(str(fields["SetupEntityId"]))
        parent = records.get(str(fields["ParentId"]))
        if app is None or parent is None:
            raise refusals.BAD_REFERENCE.refuse("SetupEntityId")
        bound_to = records.get(str(parent.fields.get("LicenseId") or ""))
        if bound_to and bound_to.fields.get("DeveloperName") in facts.load("licenses")["without_apps"]:
            raise refusals.APP_NOT_ALLOWED.refuse()
        if records.find("SetupEntityAccess", ParentId=parent.id, SetupEntityId=app.id):
            raise refusals.DUPLICATE_VALUE.refuse()
        return {**fields, "SetupEntityType": app.sobject}


def _check_dependencies(sobject: describe.SObject, fields: Mapping[str, Json]) -> None:
    for permission, needed in _NEEDS.items():
        missing = [name for name in needed if not fields.get(f"Permissions{name}")]
        if fields.get(f"Permissions{permission}") and missing:
            needs = ", ".join(f"{name} {sobject.label}" for name in missing)
            raise refusals.DEPENDS.refuse(permission=f"{permission} {sobject.label}", needed=needs)
