"""What a user may do: the permissions of their profile and of their permission sets together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from provision.localorg.sobjects import groups, refusals
from provision.localorg.sobjects.describe import SObject
from provision.localorg.store.records import Record, Records

Operation = Literal["read", "create", "edit", "delete"]

_PREFIX: Final = "Permissions"
_EVERYTHING: Final = "ModifyAllData"
_SEE_EVERYTHING: Final = "ViewAllData"
_SEE_SETUP: Final = "ViewSetup"
_GRANTED_BY: Final[Mapping[Operation, frozenset[str]]] = {
    "read": frozenset({"Read", "ViewAllRecords", "ModifyAllRecords"}),
    "create": frozenset({"Create"}),
    "edit": frozenset({"Edit", "ModifyAllRecords"}),
    "delete": frozenset({"Delete", "ModifyAllRecords"}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The user on whose behalf a call runs; permissions without the prefix `Permissions`."""

    user_id: str
    permissions: frozenset[str]
    objects: Mapping[str, frozenset[str]]
    """Permissions on objects, by the sObject's name."""

    def may(self, operation: Operation, sobject: SObject) -> bool:
        """Whether the caller may do that with records of the sObject."""
        if sobject.setup:
            return self._may_in_setup(operation, sobject)
        if _EVERYTHING in self.permissions or (operation == "read" and _SEE_EVERYTHING in self.permissions):
            return True
        return bool(self.objects.get(sobject.name, frozenset()) & _GRANTED_BY[operation])

    def insist(self, operation: Operation, sobject: SObject) -> None:
        """Raise the refusal that Salesforce gives where the caller may not."""
        if self.may(operation, sobject):
            return
        match operation:
            case "read" | "create":
                raise refusals.NO_RESOURCE.refuse()
            case "edit" | "delete":
                raise refusals.NO_ACCESS.refuse()
            case _:
                assert_never(operation)

    def _may_in_setup(self, operation: Operation, sobject: SObject) -> bool:
        if operation == "read":
            return sobject.open_to_all or _SEE_SETUP in self.permissions
        return sobject.edit_permission in self.permissions


def live_user(records: Records, user_id: str) -> Record | None:
    """The user, unless deactivated or frozen."""
    user = records.get(user_id)
    if user is None or not user.fields.get("IsActive"):
        return None
    return None if is_frozen(records, user_id) else user


def profile_name(records: Records, user: Record) -> str:
    """Name of the user's profile."""
    profile = records.get(str(user.fields["ProfileId"]))
    return str(profile.fields["Name"]) if profile else ""


def is_frozen(records: Records, user_id: str) -> bool:
    """Whether an administrator froze the user."""
    return any(row.fields.get("IsFrozen") for row in records.find("UserLogin", UserId=user_id))


def caller(records: Records, user_id: str) -> Caller:
    """Add up what a user may do."""
    permissions: set[str] = set()
    objects: dict[str, frozenset[str]] = {}
    for permission_set in permission_sets(records, user_id):
        permissions |= granted(permission_set)
    if _EVERYTHING not in permissions:
        for permission_set in permission_sets(records, user_id):
            for row in records.find("ObjectPermissions", ParentId=permission_set.id):
                name = str(row.fields["SobjectType"])
                objects[name] = objects.get(name, frozenset()) | granted(row)
    return Caller(user_id, frozenset(permissions), objects)


def permission_sets(records: Records, user_id: str) -> Iterator[Record]:
    """The permission sets assigned to a user, among them those of groups and the one that the profile owns."""
    for assignment in records.find("PermissionSetAssignment", AssigneeId=user_id):
        found = records.get(str(assignment.fields["PermissionSetId"]))
        if found is not None:
            yield from groups.spread(records, found)


def granted(row: Record) -> frozenset[str]:
    """Names of the permissions that a row switches on, without their prefix."""
    return frozenset(
        name.removeprefix(_PREFIX) for name, value in row.fields.items() if value is True and name.startswith(_PREFIX)
    )
