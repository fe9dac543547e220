"""Who holds which permission set and which permission set licence."""

from collections.abc import Mapping

from provision.localorg.sobjects import groups, licenses, refusals
from provision.localorg.sobjects.rules.rules import Rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records


class PermissionSetAssignments(Rules):
    """Rules of PermissionSetAssignment."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        assignee, permission_set = _get(records, fields["AssigneeId"]), _assigned(records, fields)
        if permission_set.fields.get("IsOwnedByProfile"):
            raise refusals.OWNED_BY_PROFILE.refuse("PermissionSetId")
        if records.find("PermissionSetAssignment", AssigneeId=assignee.id, PermissionSetId=permission_set.id):
            raise refusals.DUPLICATE_ASSIGNMENT.refuse(assignee=assignee.id, permission_set=permission_set.id)
        for each in groups.spread(records, permission_set):
            _check_license(records, assignee, each)
        group_id = permission_set.fields.get("PermissionSetGroupId")
        return {**fields, "PermissionSetId": permission_set.id, "PermissionSetGroupId": group_id}

    def before_delete(self, records: Records, held: Record) -> None:
        """See `Rules`."""
        if _get(records, held.fields["PermissionSetId"]).fields.get("IsOwnedByProfile"):
            raise refusals.NOT_DELETABLE.refuse(label="Permission Set Assignment")


class PermissionSetLicenseAssignments(Rules):
    """Rules of PermissionSetLicenseAssign."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        found = _get(records, fields["PermissionSetLicenseId"])
        if records.find("PermissionSetLicenseAssign", AssigneeId=fields["AssigneeId"], PermissionSetLicenseId=found.id):
            raise refusals.DUPLICATE_VALUE.refuse()
        total = found.fields["TotalLicenses"]
        if licenses.used_permission_set_licenses(records)[found.id] >= (total if isinstance(total, int) else 0):
            raise refusals.LICENSE_LIMIT.refuse()
        return fields

    def before_delete(self, records: Records, held: Record) -> None:
        """See `Rules`."""
        user = _get(records, held.fields["AssigneeId"])
        leaving = _get(records, held.fields["PermissionSetLicenseId"])
        left = licenses.permission_set_licenses_of(records, user.id) - {str(leaving.fields["DeveloperName"])}
        user_license = str(licenses.user_license_of(records, user).fields["Name"])
        for row in records.find("PermissionSetAssignment", AssigneeId=user.id):
            for assigned in groups.spread(records, _get(records, row.fields["PermissionSetId"])):
                if assigned.fields.get("IsOwnedByProfile"):
                    continue
                needs = assigned.fields.get("LicenseId") == leaving.id
                if needs or licenses.first_forbidden(records, user_license, left, assigned):
                    raise refusals.LICENSE_NEEDED.refuse()


def _assigned(records: Records, fields: Mapping[str, Json]) -> Record:
    """The permission set that is assigned, where a group is named the one that the group owns."""
    group_id = fields.get("PermissionSetGroupId")
    if group_id is not None:
        found = groups.own_permission_set(records, str(group_id))
        if found is None:
            raise refusals.BAD_REFERENCE.refuse("PermissionSetGroupId")
        return found
    if fields.get("PermissionSetId") is None:
        raise refusals.REQUIRED.refuse("PermissionSetId", names="PermissionSetId")
    return _get(records, fields["PermissionSetId"])


def _check_license(records: Records, assignee: Record, permission_set: Record) -> None:
    user_license = licenses.user_license_of(records, assignee)
    held = licenses.permission_set_licenses_of(records, assignee.id)
    bound_to = records.get(str(permission_set.fields.get("LicenseId") or ""))
    if bound_to is not None:
        fits = bound_to.id == user_license.id or bound_to.fields.get("DeveloperName") in held
        if not fits:
            label, user = permission_set.fields["Label"], assignee.fields["Name"]
            raise refusals.LICENSE_MISMATCH.refuse(label=label, user=user)
    forbidden = licenses.first_forbidden(records, str(user_license.fields["Name"]), held, permission_set)
    if forbidden is not None:
        raise refusals.LICENSE_FORBIDS.refuse(permission=forbidden)


def _get(records: Records, record_id: Json) -> Record:
    found = records.get(str(record_id))
    if found is None:
        raise refusals.BAD_REFERENCE.refuse()
    return found
