"""Which rules apply to which sObject."""

from collections.abc import Mapping
from typing import Final

from provision.localorg.sobjects.rules import assignments, names, permission_set_groups, permission_sets, users
from provision.localorg.sobjects.rules.rules import Rules

RULES: Final[Mapping[str, Rules]] = {
    "Contact": names.People(),
    "FieldPermissions": permission_sets.FieldPermissions(),
    "ObjectPermissions": permission_sets.ObjectPermissions(),
    "PermissionSet": permission_sets.PermissionSets(),
    "PermissionSetAssignment": assignments.PermissionSetAssignments(),
    "PermissionSetGroup": permission_set_groups.PermissionSetGroups(),
    "PermissionSetGroupComponent": permission_set_groups.PermissionSetGroupComponents(),
    "PermissionSetLicenseAssign": assignments.PermissionSetLicenseAssignments(),
    "SetupEntityAccess": permission_sets.SetupEntityAccess(),
    "User": users.Users(),
    "UserLogin": users.UserLogins(),
}
_NONE: Final = Rules()


def rules_of(sobject: str) -> Rules:
    """The rules of an sObject."""
    return RULES.get(sobject, _NONE)
