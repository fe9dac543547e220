"""Permission sets and groups of them assigned to the integration users."""

from __future__ import annotations

from collections.abc import Iterable

from provision.errors import ProvisionError
from provision.model.change import Action, Change
from provision.model.desired import IntegrationUser
from provision.model.situation import Situation

TYPE = "PermissionSetAssignment"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return the assignments that users lack, and those that are taken away from them."""
    made = tuple(
        Change(Action.CREATE, TYPE, f"{user.username}: {name}", _carried(situation, name))
        for user in situation.desired.users
        for name in (*missing(situation, user), *missing_groups(situation, user))
    )
    gone = (
        Change(Action.DELETE, TYPE, f"{user.username}: {name}")
        for user in situation.desired.users
        for name in (*unwanted(situation, user), *unwanted_groups(situation, user))
    )
    return (*made, *gone)


def problems(_situation: Situation) -> tuple[ProvisionError, ...]:
    """Nothing about an assignment can be known to fail before the org has judged it."""
    return ()


def missing(situation: Situation, user: IntegrationUser) -> tuple[str, ...]:
    """Return the names of the permission sets that `user` is to hold and does not."""
    existing = situation.user(user)
    held = existing.permission_sets if existing else frozenset[str]()
    return tuple(name for name in situation.permission_set_names(user) if name not in held)


def missing_groups(situation: Situation, user: IntegrationUser) -> tuple[str, ...]:
    """Return the names of the permission set groups that `user` is to hold and does not."""
    existing = situation.user(user)
    held = existing.permission_set_groups if existing else frozenset[str]()
    return tuple(name for name in dict.fromkeys(user.permission_set_groups) if name not in held)


def unwanted(situation: Situation, user: IntegrationUser) -> tuple[str, ...]:
    """Return the names of the permission sets that are taken away from `user`, who holds them."""
    existing = situation.user(user)
    return _among(existing.permission_sets if existing else (), user.removed_permission_sets)


def unwanted_groups(situation: Situation, user: IntegrationUser) -> tuple[str, ...]:
    """Return the names of the permission set groups that are taken away from `user`, who holds them."""
    existing = situation.user(user)
    return _among(existing.permission_set_groups if existing else (), user.removed_permission_set_groups)


def _among(held: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return which of the names `held` are among `names`; API names are the same in any case."""
    folded = {name.casefold() for name in names}
    return tuple(sorted(name for name in held if name.casefold() in folded))


def _carried(situation: Situation, name: str) -> str | None:
    return next((app.key for app in situation.desired.apps if app.access.name == name), None)
