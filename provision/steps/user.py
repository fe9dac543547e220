"""The integration user: created with what an API-only user needs; what a person changed elsewhere is left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from provision.errors import Code, Failed, ProvisionError
from provision.model.change import Action, Change, FieldChange
from provision.model.desired import IntegrationUser
from provision.model.observed import ObservedUser
from provision.model.situation import Situation

TYPE = "User"
ALIAS_LENGTH = 8


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return users to create, and declared fields of existing ones that differ."""
    changes = (_change(user, situation.user(user)) for user in situation.desired.users)
    return tuple(change for change in changes if change is not None)


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return what would make a user impossible: profile or licence missing, no seat left."""
    missing = [user for user in situation.desired.users if situation.user(user) is None]
    found: list[ProvisionError] = []
    for license_name in dict.fromkeys(user.license for user in missing):
        wanting = [user for user in missing if user.license == license_name]
        found.extend(_seat_problems(situation, wanting[0], len(wanting)))
    found.extend(_no_profile(user) for user in missing if user.profile not in situation.observed.profiles)
    for user in situation.desired.users:
        existing = situation.user(user)
        if existing is not None:
            found.extend(_unsuitable(user, existing))
    return tuple(found)


def fields(user: IntegrationUser) -> Mapping[str, str | bool]:
    """Return the record fields that the settings speak of, besides the profile."""
    declared: dict[str, str | bool] = {
        "Username": user.username,
        "LastName": user.last_name,
        "Email": user.email,
        "IsActive": True,
    }
    if user.first_name is not None:
        declared["FirstName"] = user.first_name
    if user.alias is not None:
        declared["Alias"] = user.alias
    return declared


def creation_fields(user: IntegrationUser, profile_id: str) -> Mapping[str, str | bool]:
    """Return everything that Salesforce requires of a new user (nine fields), and no password."""
    local_part = re.sub(r"[^A-Za-z0-9]", "", user.username.partition("@")[0])
    return {
        "Alias": user.alias or local_part[:ALIAS_LENGTH] or "integ",
        **fields(user),
        "ProfileId": profile_id,
        "TimeZoneSidKey": user.time_zone,
        "LocaleSidKey": user.locale,
        "LanguageLocaleKey": user.language,
        "EmailEncodingKey": user.email_encoding,
    }


def changed_fields(user: IntegrationUser, existing: ObservedUser) -> Mapping[str, str | bool]:
    """Return the declared fields whose value in the org differs, but for those that people own."""
    return {
        name: value
        for name, value in fields(user).items()
        if name != "Username" and name not in user.ignore and not _same(name, existing.fields.get(name), value)
    }


def _change(user: IntegrationUser, existing: ObservedUser | None) -> Change | None:
    if existing is None:
        new = {**fields(user), "Profile": user.profile}
        return Change(
            Action.CREATE, TYPE, user.username, fields=tuple(FieldChange(k, None, _text(v)) for k, v in new.items())
        )
    changed = changed_fields(user, existing)
    if not changed:
        return None
    rows = tuple(FieldChange(k, _text(existing.fields.get(k)), _text(v)) for k, v in changed.items())
    return Change(Action.UPDATE, TYPE, user.username, fields=rows)


def _same(name: str, old: str | bool | None, new: str | bool) -> bool:
    if name == "Email" and isinstance(old, str) and isinstance(new, str):
        # A sandbox appends `.invalid` to every e-mail address when it is made.
        return old.lower() in {new.lower(), f"{new.lower()}.invalid"}
    return old == new


def _seat_problems(situation: Situation, user: IntegrationUser, wanted: int) -> list[ProvisionError]:
    seats = situation.observed.user_licenses.get(user.license)
    if seats is None:
        return [
            Failed(
                Code.LICENSE_MISSING,
                f"The org has no user licence {user.license!r}",
                detail=f"{user.username} needs it.",
                remedy=(
                    "Integration licences come with Enterprise, Unlimited, Performance and Developer editions",
                    f"Or name another licence and profile under users.{user.key}",
                ),
            )
        ]
    if seats.free < wanted:
        return [
            Failed(
                Code.LICENSE_FULL,
                f"Too few seats of {user.license!r}: {wanted} needed, {seats.free} of {seats.total} free",
                detail="Nothing was changed.",
                remedy=(
                    "Deactivate a user that holds the licence, or buy seats",
                    f"SELECT Username FROM User WHERE IsActive = true AND Profile.UserLicense.Name = '{user.license}'",
                ),
            )
        ]
    return []


def _unsuitable(user: IntegrationUser, existing: ObservedUser) -> list[ProvisionError]:
    """Refuse to take over a person: an app must not act as them, and their record is not ours to change."""
    if existing.profile != user.profile and not existing.profile_api_only:
        return [
            Failed(
                Code.USER_UNSUITABLE,
                f"{existing.username} exists with the profile {existing.profile!r}, which is not an API-only one",
                detail="Nothing was changed.",
                remedy=(
                    f"Choose another username for users.{user.key}",
                    f"Or, if the app is to act as this very user: users.{user.key}.profile: {existing.profile}",
                ),
            )
        ]
    if existing.is_frozen:
        return [
            Failed(
                Code.USER_UNSUITABLE,
                f"{existing.username} is frozen, so no grant can act as them",
                remedy=("Setup → Users → Unfreeze, if the reason for freezing them is gone",),
            )
        ]
    return []


def _no_profile(user: IntegrationUser) -> ProvisionError:
    return Failed(
        Code.LICENSE_MISSING,
        f"The org has no profile {user.profile!r}",
        detail=f"{user.username} is to be created with it.",
        remedy=(
            f"Name a profile of the licence {user.license!r} as users.{user.key}.profile",
            f"SELECT Name FROM Profile WHERE UserLicense.Name = '{user.license}'",
        ),
    )


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
