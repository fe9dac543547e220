"""Seats of licences, and what a licence allows its user."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from provision.localorg import facts
from provision.localorg.sobjects import describe
from provision.localorg.store.records import Record, Records


def used_user_licenses(records: Records) -> Counter[str]:
    """How many active users hold each user licence, by its id."""
    license_of = {profile.id: str(profile.fields["UserLicenseId"]) for profile in records.all("Profile")}
    return Counter(license_of[str(user.fields["ProfileId"])] for user in records.find("User", IsActive=True))


def used_permission_set_licenses(records: Records) -> Counter[str]:
    """How many users hold each permission set licence, by its id."""
    return Counter(str(row.fields["PermissionSetLicenseId"]) for row in records.all("PermissionSetLicenseAssign"))


def user_license_of(records: Records, user: Record) -> Record:
    """The user licence that comes with the user's profile."""
    profile = records.get(str(user.fields["ProfileId"]))
    found = records.get(str(profile.fields["UserLicenseId"])) if profile else None
    if found is None:
        raise LookupError(user.id)
    return found


def permission_set_licenses_of(records: Records, user_id: str) -> frozenset[str]:
    """API names of the permission set licences of a user."""
    rows = records.find("PermissionSetLicenseAssign", AssigneeId=user_id)
    held = (records.get(str(row.fields["PermissionSetLicenseId"])) for row in rows)
    return frozenset(str(each.fields["DeveloperName"]) for each in held if each)


def allows(user_license: str, permission: str) -> bool:
    """Whether the user licence of that name allows a user permission without a permission set licence."""
    restriction: Mapping[str, Any] | None = facts.load("licenses")["restricted_user_licenses"].get(user_license)
    return restriction is None or permission in restriction["user_permissions"]


def first_forbidden(records: Records, user_license: str, held: frozenset[str], permission_set: Record) -> str | None:
    """Label of the first permission of a permission set that the user's licences do not allow.

    `user_license` is the name of the user licence, `held` the API names of permission set licences.
    """
    restriction: Mapping[str, Any] | None = facts.load("licenses")["restricted_user_licenses"].get(user_license)
    if restriction is None or held & set(restriction["lifted_by"]):
        return None
    return next(_forbidden(records, frozenset(restriction["user_permissions"]), permission_set), None)


def _forbidden(records: Records, allowed: frozenset[str], permission_set: Record) -> Iterator[str]:
    labels = facts.load("licenses")
    for row in records.find("ObjectPermissions", ParentId=permission_set.id):
        sobject = describe.find(str(row.fields["SobjectType"]))
        name = sobject.label if sobject else str(row.fields["SobjectType"])
        for flag, label in labels["object_permission_labels"].items():
            if row.fields.get(flag):
                yield f"{label} {name}"
    for flag, given in permission_set.fields.items():
        permission = flag.removeprefix("Permissions")
        if given is True and permission != flag and permission not in allowed:
            yield str(labels["user_permission_labels"].get(permission, permission))
