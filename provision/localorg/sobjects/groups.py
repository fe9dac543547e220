"""Permission set groups: several permission sets assigned as one.

As in an org, a group owns a permission set of type Group, which assignments refer to. That one grants nothing itself
here; whoever asks what it grants is given the members.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records

GROUP: Final = "PermissionSetGroup"
COMPONENT: Final = "PermissionSetGroupComponent"
_OWN_TYPE: Final = "Group"
_CALCULATED: Final = "Updated"
"""Status of a group whose permissions have been worked out, which here is at once."""


def is_of_group(permission_set: Record) -> bool:
    """Whether a permission set is that of a group rather than one of its own."""
    return permission_set.fields.get("Type") == _OWN_TYPE


def regular(records: Records, **equals: object) -> Record | None:
    """The permission set with these values that belongs to neither a profile nor a group."""
    found = records.find("PermissionSet", IsOwnedByProfile=False, **equals)
    return next((record for record in found if not is_of_group(record)), None)


def insert(records: Records, fields: Mapping[str, Json]) -> Record:
    """Add a group, and the permission set that it owns."""
    made = records.insert(GROUP, {"Status": _CALCULATED, **fields})
    add_own_permission_set(records, made)
    return made


def add_own_permission_set(records: Records, group: Record) -> None:
    """Give a new group the permission set that assignments refer to."""
    own: dict[str, Json] = {
        "Type": _OWN_TYPE,
        "IsOwnedByProfile": False,
        "IsCustom": True,
        "PermissionSetGroupId": group.id,
    }
    names = {"Name": group.fields["DeveloperName"], "Label": group.fields["MasterLabel"]}
    by = {name: group.fields[name] for name in ("CreatedById", "LastModifiedById") if name in group.fields}
    records.insert("PermissionSet", {**by, **names, **own})


def own_permission_set(records: Records, group_id: str) -> Record | None:
    """The permission set that a group owns."""
    return next(iter(records.find("PermissionSet", PermissionSetGroupId=group_id)), None)


def members(records: Records, group_id: str) -> list[Record]:
    """The permission sets in a group, oldest membership first."""
    rows = records.find(COMPONENT, PermissionSetGroupId=group_id)
    held = (records.get(str(row.fields["PermissionSetId"])) for row in rows)
    return [each for each in held if each is not None]


def spread(records: Records, permission_set: Record) -> list[Record]:
    """The permission sets that one stands for: itself, or the members of its group."""
    if not is_of_group(permission_set):
        return [permission_set]
    return members(records, str(permission_set.fields["PermissionSetGroupId"]))


def set_members(records: Records, group_id: str, permission_sets: Iterable[str]) -> None:
    """Make exactly these permission sets, by id, the members of a group."""
    wanted = dict.fromkeys(permission_sets)
    rows = {str(row.fields["PermissionSetId"]): row for row in records.find(COMPONENT, PermissionSetGroupId=group_id)}
    for permission_set_id, row in rows.items():
        if permission_set_id not in wanted:
            records.delete(row.id)
    for permission_set_id in wanted:
        if permission_set_id not in rows:
            records.insert(COMPONENT, {"PermissionSetGroupId": group_id, "PermissionSetId": permission_set_id})


def is_assigned(records: Records, group_id: str) -> bool:
    """Whether some user has the group."""
    return bool(records.find("PermissionSetAssignment", PermissionSetGroupId=group_id))


def delete_parts(records: Records, group_id: str) -> None:
    """Delete the memberships of a group and the permission set that it owns."""
    for row in (*records.find(COMPONENT, PermissionSetGroupId=group_id), own_permission_set(records, group_id)):
        if row is not None:
            records.delete(row.id)
