"""Users: names that are unique everywhere, seats of licences, and the rows that come with a user."""

from collections.abc import Mapping
from typing import Final

from provision.localorg.sobjects import licenses, refusals, values
from provision.localorg.sobjects.rules.names import full_name
from provision.localorg.sobjects.rules.rules import Rules
from provision.localorg.store.jsontext import Json
from provision.localorg.store.records import Record, Records, UsernameTaken

_OWNED: Final = "PermissionSetAssignment"


class Users(Rules):
    """Rules of User."""

    def before_insert(self, records: Records, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """See `Rules`."""
        _check_username(records, None, str(fields["Username"]))
        active = fields.get("IsActive", True)
        if active:
            _take_seat(records, str(fields["ProfileId"]))
        nickname = fields.get("CommunityNickname") or str(fields["Username"]).partition("@")[0]
        own = {"IsActive": active, "UserType": "Standard", "Name": full_name(fields), "CommunityNickname": nickname}
        return {**fields, **own}

    def after_insert(self, records: Records, record: Record) -> None:
        """See `Rules`."""
        records.insert("UserLogin", {"UserId": record.id, "IsFrozen": False, "IsPasswordLocked": False})
        _give_profile(records, record.id, str(record.fields["ProfileId"]))

    def before_update(self, records: Records, held: Record, changes: Mapping[str, Json], by: str) -> Mapping[str, Json]:
        """See `Rules`."""
        if "Username" in changes:
            _check_username(records, held, str(changes["Username"]))
        if changes.get("IsActive") is False and by == held.id:
            raise refusals.SELF_LOCKOUT.refuse("IsActive")
        after = {**held.fields, **changes}
        self._move(records, held, after)
        return {**changes, "Name": full_name(after)}

    @staticmethod
    def _move(records: Records, held: Record, after: Mapping[str, Json]) -> None:
        """Count seats again and swap the permission set that a profile owns."""
        profile_id = str(after["ProfileId"])
        moved = profile_id != held.fields["ProfileId"]
        if after["IsActive"] and not (held.fields["IsActive"] and _same_license(records, held, profile_id)):
            _take_seat(records, profile_id)
        if moved:
            for row in records.find(_OWNED, AssigneeId=held.id):
                assigned = records.get(str(row.fields["PermissionSetId"]))
                if assigned is not None and assigned.fields.get("IsOwnedByProfile"):
                    records.delete(row.id)
            _give_profile(records, held.id, profile_id)


class UserLogins(Rules):
    """Rules of UserLogin."""

    def before_update(self, records: Records, held: Record, changes: Mapping[str, Json], by: str) -> Mapping[str, Json]:
        """See `Rules`."""
        del records
        if changes.get("IsPasswordLocked"):
            raise refusals.ONLY_UNLOCK.refuse("IsPasswordLocked")
        if changes.get("IsFrozen") and held.fields["UserId"] == by:
            raise refusals.SELF_LOCKOUT.refuse("IsFrozen")
        return changes


def _check_username(records: Records, held: Record | None, username: str) -> None:
    if not values.is_email(username):
        raise refusals.BAD_EMAIL.refuse("Username", field="Username", value=username)
    try:
        records.check_username(username, held.id if held else None)
    except UsernameTaken:
        raise refusals.DUPLICATE_USERNAME.refuse("Username") from None


def _take_seat(records: Records, profile_id: str) -> None:
    profile = records.get(profile_id)
    held = records.get(str(profile.fields["UserLicenseId"])) if profile else None
    if held is None:
        raise refusals.BAD_REFERENCE.refuse("ProfileId")
    if licenses.used_user_licenses(records)[held.id] >= _seats(held):
        raise refusals.LICENSE_LIMIT.refuse()


def _seats(held: Record) -> int:
    total = held.fields["TotalLicenses"]
    return total if isinstance(total, int) else 0


def _same_license(records: Records, user: Record, profile_id: str) -> bool:
    profile = records.get(profile_id)
    return profile is not None and profile.fields["UserLicenseId"] == licenses.user_license_of(records, user).id


def _give_profile(records: Records, user_id: str, profile_id: str) -> None:
    for owned in records.find("PermissionSet", ProfileId=profile_id, IsOwnedByProfile=True):
        records.insert(_OWNED, {"AssigneeId": user_id, "PermissionSetId": owned.id})
