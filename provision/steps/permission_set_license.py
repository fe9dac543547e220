"""Permission set licences of the integration users: they come before any permission set."""

from __future__ import annotations

from collections import Counter

from provision.errors import Code, Failed, ProvisionError
from provision.model.change import Action, Change
from provision.model.desired import IntegrationUser
from provision.model.observed import Seats
from provision.model.situation import Situation

TYPE = "PermissionSetLicenseAssign"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return the licences that users lack."""
    return tuple(
        Change(Action.CREATE, TYPE, f"{user.username}: {name}")
        for user in situation.desired.users
        for name in missing(situation, user)
    )


def missing(situation: Situation, user: IntegrationUser) -> tuple[str, ...]:
    """Return the permission set licences that `user` does not hold yet."""
    existing = situation.user(user)
    held = existing.permission_set_licenses if existing else frozenset[str]()
    return tuple(name for name in user.permission_set_licenses if name not in held)


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each licence that the org lacks or that has too few seats left."""
    wanted = Counter(name for user in situation.desired.users for name in missing(situation, user))
    found: list[ProvisionError] = []
    for name, count in wanted.items():
        seats = situation.observed.permission_set_licenses.get(name)
        if seats is None:
            found.append(_absent(name))
        elif seats.free < count:
            found.append(_full(name, count, seats))
    return tuple(found)


def _absent(name: str) -> ProvisionError:
    return Failed(
        Code.LICENSE_MISSING,
        f"The org has no permission set licence {name}",
        remedy=(
            "SELECT DeveloperName FROM PermissionSetLicense",
            "Set users.<user>.permission_set_licenses to those that the user needs, or to []",
        ),
    )


def _full(name: str, count: int, seats: Seats) -> ProvisionError:
    return Failed(
        Code.LICENSE_FULL,
        f"Too few seats of the permission set licence {name}: {count} needed, {seats.free} of {seats.total} free",
        detail="Nothing was changed.",
        remedy=(
            "Take the licence from a user that no longer needs it, or buy seats",
            (
                "SELECT Assignee.Username FROM PermissionSetLicenseAssign "
                f"WHERE PermissionSetLicense.DeveloperName = '{name}'"
            ),
        ),
    )
