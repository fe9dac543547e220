"""What the settings and the files they name want of one org, held to some of its apps; and what the others need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from provision.given import with_files
from provision.model.desired import App, Desired
from provision.settings.desired import desired
from provision.settings.models import Settings
from provision.settings.naming import successor_label
from provision.store.file import FileStore
from provision.store.protocol import Slot


def wanted_in(settings: Settings, org: str, apps: Collection[str]) -> Desired:
    """Return what is wanted of an org, held to the apps with these keys, and their users, where they are not all."""
    wanted = with_files(desired(settings, org), settings.in_org(org))
    wanted = replace(wanted, apps=tuple(_in_use(app, settings, org) for app in wanted.apps))
    chosen = tuple(app for app in wanted.apps if app.key in apps)
    return wanted if chosen == wanted.apps else held_to(wanted, chosen)


def under_name(app: App, name: str) -> App:
    """Return an app as it is called since another took its place."""
    return app if name == app.name else replace(app, name=name, label=successor_label(app.label, name))


def _in_use(app: App, settings: Settings, org: str) -> App:
    """Return the app under the name that a rotation gave it in that org, if one did."""
    name = FileStore(settings.store_path).app_name(Slot(org, app.key))
    return app if name is None else under_name(app, name)


def held_to(wanted: Desired, chosen: tuple[App, ...]) -> Desired:
    """Return what is wanted for the sake of these apps: they, their users, and what these hold."""
    acting = {app.user.key for app in chosen}
    users = tuple(user for user in wanted.users if user.key in acting)
    assigned = {name for user in users for name in user.permission_set_groups}
    groups = tuple(group for group in wanted.permission_set_groups if group.name in assigned)
    held = {name for user in users for name in user.permission_sets}
    held |= {name for group in groups for name in group.permission_sets}
    held |= {app.access.name for app in chosen}
    sets = tuple(item for item in wanted.permission_sets if item.name in held)
    beside = (*wanted.beside, *(app.access.name for app in wanted.apps if app not in chosen))
    return replace(wanted, apps=chosen, users=users, permission_sets=sets, permission_set_groups=groups, beside=beside)


def beside(settings: Settings, org: str, apps: Collection[str]) -> Desired:
    """Return what is wanted for the sake of all other apps."""
    wanted = desired(settings, org)
    others = tuple(app for app in wanted.apps if app.key not in apps)
    return replace(held_to(wanted, others), delete_before=(), delete_after=())
