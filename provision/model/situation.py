"""Everything a plan is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from provision.model.desired import (
    App,
    AppKind,
    Desired,
    GrantType,
    IntegrationUser,
    PermissionSet,
    PermissionSetGroup,
)
from provision.model.held import Held
from provision.model.observed import Observed, ObservedApp, ObservedUser


@dataclass(frozen=True)
class Situation:
    """What is wanted, what the org showed and what the store holds."""

    desired: Desired
    observed: Observed
    held: Mapping[str, Held]
    """By app key."""
    org: str = "NAME"
    """The name under `orgs:`, for advice."""

    def permission_sets(self) -> tuple[PermissionSet, ...]:
        """Every permission set to be deployed: the declared ones, then those that carry an app."""
        declared = (item for item in self.desired.permission_sets if not item.existing)
        return (*declared, *(app.access for app in self.desired.apps if not app.access.existing))

    def permission_set_groups(self) -> tuple[PermissionSetGroup, ...]:
        """Every permission set group to be deployed."""
        return tuple(item for item in self.desired.permission_set_groups if not item.existing)

    def permission_set_names(self, user: IntegrationUser) -> tuple[str, ...]:
        """What `user` is to be assigned: what is declared, and the access to each app that acts as them."""
        carried = (app.access.name for app in self.desired.apps if app.user.key == user.key)
        return tuple(dict.fromkeys((*user.permission_sets, *carried)))

    def user(self, user: IntegrationUser) -> ObservedUser | None:
        """The user as the org has them."""
        return self.observed.users.get(user.username.lower())

    def app(self, app: App) -> ObservedApp | None:
        """The app as the org has it."""
        return self.observed.apps.get(app.name)

    def kind(self, app: App) -> AppKind:
        """The kind that `app` has or is to have in this org."""
        existing = self.app(app)
        return existing.kind if existing and app.kind is AppKind.AUTO else self.desired.kind(app)


def settled(desired: Desired, observed: Observed) -> Desired:
    """Return `desired` with what only the org knows: the labels of access permission sets that exist already."""

    def with_label(app: App) -> App:
        there = observed.permission_sets.get(app.access.name) if app.access.existing else None
        return replace(app, access=replace(app.access, label=there.label)) if there else app

    return replace(desired, apps=tuple(with_label(app) for app in desired.apps))


def needs_key_pair(app: App) -> bool:
    """Whether the app signs assertions."""
    return GrantType.JWT_BEARER in app.grants
