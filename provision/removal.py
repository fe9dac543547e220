"""From a set-up and who uses it to an ordered list of what is taken down. Pure: nothing here reads or writes.

The order is that of `apply`, backwards: tokens, assignments, the app and its permission sets, licences, the user. What
was there before us stays, and so does what another declared app or somebody else still needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from provision.apps.kinds import kind_of
from provision.model.change import Action, Change, FieldChange
from provision.model.desired import App, Desired, GrantType, IntegrationUser
from provision.model.observed import ObservedApp
from provision.model.situation import Situation
from provision.model.uses import TokenUse, Uses
from provision.steps import assignment, key_pair, permission_set, permission_set_group, permission_set_license, user
from provision.store.protocol import Thing

TOKEN = "OauthToken"  # noqa: S105 -- the sObject
RECENT = timedelta(days=7)
BEFORE_US = "it was there before; --adopted takes it down, too"


@dataclass(frozen=True)
class Stay:
    """Something that is not taken down, and why."""

    type: str
    name: str
    reason: str


@dataclass(frozen=True)
class Need:
    """A flag without which nothing is taken down, and why."""

    flag: str
    reason: str


@dataclass(frozen=True)
class Removal:
    """What would be taken down, and what would stay."""

    changes: tuple[Change, ...]
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Takedown:
    """Everything that a removal is made from."""

    situation: Situation
    uses: Uses
    made: frozenset[Thing]
    """What runs created in this org."""
    kept: Desired
    """What the settings want beside it: the other apps, with their users and permission sets."""
    adopted: bool = False
    """Whether what was there before is to go, too."""

    def ours(self, type_name: str, name: str) -> bool:
        """Whether a thing may be taken down."""
        return self.adopted or (type_name, name) in self.made

    def apps(self) -> Iterator[tuple[App, ObservedApp]]:
        """Yield the apps that go."""
        for app in self.situation.desired.apps:
            existing = self.situation.app(app)
            if existing is not None and self.app_stays(app, existing) is None:
                yield app, existing

    def app_stays(self, app: App, existing: ObservedApp) -> str | None:
        """Return why an app stays, if so: a member that a run added to an app of others does not make it ours."""
        if existing.kind is not self.situation.kind(app):
            declared = kind_of(self.situation.kind(app)).ONE
            return f"it is {kind_of(existing.kind).ONE}, and {app.key} is declared as {declared}"
        foreign = kind_of(existing.kind).foreign(existing, self.situation.observed.organization.org_id)
        if foreign is not None:
            return foreign
        return None if self.ours(*_head(existing)) else BEFORE_US

    def user_stays(self, item: IntegrationUser) -> str | None:
        """Return why a user stays, if so."""
        if any(item.key == other.key for other in self.kept.users):
            return "another app of the settings acts as them"
        if not self.ours(user.TYPE, item.username):
            return BEFORE_US
        mine = [use for use in self.uses.tokens if use.username.lower() == item.username.lower()]
        going = {use for use in mine for app, existing in self.apps() if is_use_of(use, app, existing)}
        foreign = sorted({use.app_label for use in mine if use not in going})
        return f"they also use {', '.join(foreign)}" if foreign else None


def components(existing: ObservedApp) -> tuple[Thing, ...]:
    """Return the metadata components of an app: type and full name."""
    return tuple((type_name, existing.full_name(type_name)) for type_name in existing.documents)


def called(app: App, existing: ObservedApp) -> frozenset[str]:
    """Return what tokens and logins may call an app: its labels in the org and in the settings, and its name."""
    return frozenset({existing.label, app.label, app.name})


def is_use_of(use: TokenUse, app: App, existing: ObservedApp) -> bool:
    """Whether a token is one of the app's: by its id, since two apps may have one label; else by what it is called."""
    if use.app_id is not None and existing.id:
        return use.app_id[:15] == existing.id[:15]
    return use.app_label in called(app, existing)


def revoked_with(use: TokenUse, app: App, existing: ObservedApp) -> bool:
    """Whether a token is ended with the app: only where it is known to be the app's, not by its label alone."""
    known = use.app_id is not None or not existing.id
    return known and use.delete_token is not None and is_use_of(use, app, existing)


def gone_with(takedown: Takedown, change: Change) -> tuple[Thing, ...]:
    """Return what a deletion takes along: of an app its one component is deleted, all others go with it."""
    for _, existing in takedown.apps():
        if (change.type, change.name) == _head(existing):
            return components(existing)
    return ((change.type, change.name),)


def _head(existing: ObservedApp) -> Thing:
    return kind_of(existing.kind).TYPES[0], existing.name


def removal(takedown: Takedown) -> Removal:
    """Return the changes in their order, and what stays."""
    found = tuple(step for look in _LOOKS for step in look(takedown))
    return Removal(
        tuple(step for step in found if isinstance(step, Change)),
        tuple(step for step in found if isinstance(step, Stay)),
    )


def needs(takedown: Takedown, *, creation_blocked: bool) -> tuple[Need, ...]:
    """Return what has to be said on top of it before anything is taken down."""
    found: list[Need] = []
    for app, existing in takedown.apps():
        last = _last_use(takedown.uses, app, existing)
        if last is not None and takedown.situation.observed.observed_at - last <= RECENT:
            found.append(Need(f"--confirm {app.key}", f"{app.label} was last used on {last:%Y-%m-%d %H:%M} UTC"))
        kind = kind_of(existing.kind)
        if creation_blocked and kind.CREATION_MAY_BE_REFUSED:
            reason = f"{app.label} is {kind.ONE}, and this org lets no new ones be created: there is no way back"
            found.append(Need("--irreversible", reason))
        if not _is_stored(takedown.situation, app):
            reason = f"The store lacks the private key or the secret of {app.label}: it cannot be made again as it was"
            found.append(Need("--not-stored", reason))
    return tuple(found)


def _last_use(uses: Uses, app: App, existing: ObservedApp) -> datetime | None:
    used = [use for use in uses.tokens if is_use_of(use, app, existing)]
    moments = [use.last_used for use in used if use.last_used is not None]
    moments += [moment for label, moment in uses.last_logins.items() if label in called(app, existing)]
    return max(moments, default=None)


def _is_stored(situation: Situation, app: App) -> bool:
    held = situation.held.get(app.key)
    lacks_secret = GrantType.CLIENT_CREDENTIALS in app.grants and not (held and held.has_secret)
    return key_pair.stored(situation, app) and not lacks_secret


def _tokens(takedown: Takedown) -> Iterator[Change]:
    for app, existing in takedown.apps():
        for use in takedown.uses.tokens:
            if revoked_with(use, app, existing):
                yield Change(Action.DELETE, TOKEN, f"{use.username}: {use.app_label}", app.key)


def _assignments(takedown: Takedown) -> Iterator[Change | Stay]:
    wanted = _wanted(takedown.kept)
    for item in takedown.situation.desired.users:
        names = {*takedown.situation.permission_set_names(item), *item.permission_set_groups}
        for held in takedown.uses.assignments:
            name = f"{item.username}: {held.name}"
            if held.username.lower() != item.username.lower() or held.name not in names:
                continue
            if name.lower() in wanted:
                yield Stay(assignment.TYPE, name, "another app of the settings needs it")
            elif takedown.ours(assignment.TYPE, name) or takedown.user_stays(item) is None:
                yield Change(Action.DELETE, assignment.TYPE, name)
            else:
                yield Stay(assignment.TYPE, name, BEFORE_US)


def _wanted(kept: Desired) -> frozenset[str]:
    """Return the assignments that the other apps need, in lower case."""
    names = {f"{app.user.username}: {app.access.name}" for app in kept.apps}
    names |= {f"{item.username}: {name}" for item in kept.users for name in item.permission_sets}
    names |= {f"{item.username}: {name}" for item in kept.users for name in item.permission_set_groups}
    return frozenset(name.lower() for name in names)


def _apps(takedown: Takedown) -> Iterator[Change | Stay]:
    for app in takedown.situation.desired.apps:
        existing = takedown.situation.app(app)
        if existing is not None:
            reason = takedown.app_stays(app, existing)
            yield Change(Action.DELETE, *_head(existing), app.key) if reason is None else Stay(*_head(existing), reason)


def _groups(takedown: Takedown) -> Iterator[Change | Stay]:
    for group in takedown.situation.permission_set_groups():
        if group.name in takedown.situation.observed.permission_set_groups:
            needed = any(group.name in item.permission_set_groups for item in takedown.kept.users)
            yield _judged(takedown, permission_set_group.TYPE, group.name, needed=needed)


def _sets(takedown: Takedown) -> Iterator[Change | Stay]:
    needed = {item.name for item in takedown.kept.permission_sets} | {app.access.name for app in takedown.kept.apps}
    for item in takedown.situation.permission_sets():
        if item.name in takedown.situation.observed.permission_sets:
            yield _judged(takedown, permission_set.TYPE, item.name, needed=item.name in needed)


def _judged(takedown: Takedown, type_name: str, name: str, *, needed: bool) -> Change | Stay:
    """Say whether a permission set or group goes: Salesforce deletes none that somebody is assigned."""
    if needed:
        return Stay(type_name, name, "another app of the settings needs it")
    if not takedown.ours(type_name, name):
        return Stay(type_name, name, BEFORE_US)
    unassigned = {change.name.lower() for change in _assignments(takedown) if isinstance(change, Change)}
    others = sorted(
        held.username
        for held in takedown.uses.assignments
        if held.name == name and f"{held.username}: {name}".lower() not in unassigned
    )
    if others:
        return Stay(type_name, name, f"{', '.join(others)} {'is' if len(others) == 1 else 'are'} assigned it")
    return Change(Action.DELETE, type_name, name, _carried(takedown, name))


def _licenses(takedown: Takedown) -> Iterator[Change]:
    for item in takedown.situation.desired.users:
        goes = takedown.user_stays(item) is None
        needed = any(item.key == other.key for other in takedown.kept.users)
        for held in takedown.uses.licenses:
            name = f"{item.username}: {held.name}"
            mine = held.username.lower() == item.username.lower() and held.name in item.permission_set_licenses
            if mine and not needed and (goes or takedown.ours(permission_set_license.TYPE, name)):
                yield Change(Action.DELETE, permission_set_license.TYPE, name)


def _users(takedown: Takedown) -> Iterator[Change | Stay]:
    for item in takedown.situation.desired.users:
        existing = takedown.situation.user(item)
        reason = takedown.user_stays(item)
        if existing is not None and existing.is_active and reason is None:
            rows = (FieldChange("IsActive", "true", "false"),)
            yield Change(Action.UPDATE, user.TYPE, item.username, fields=rows)
        elif existing is not None and reason is not None:
            yield Stay(user.TYPE, item.username, reason)


def _carried(takedown: Takedown, name: str) -> str | None:
    return next((app.key for app in takedown.situation.desired.apps if app.access.name == name), None)


_LOOKS = (_tokens, _assignments, _apps, _groups, _sets, _licenses, _users)
