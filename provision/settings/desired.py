"""What the settings want of one org, in the nouns of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from provision.model.desired import (
    App,
    AppKind,
    AppPolicy,
    Desired,
    IntegrationUser,
    KeySpec,
    PermissionSet,
    PermissionSetGroup,
    RefreshTokenPolicy,
)
from provision.settings.app import PolicySettings
from provision.settings.elements import app_elements, permission_set_elements
from provision.settings.metadata_elements import elements
from provision.settings.models import OrgSettings, Settings, UserSettings
from provision.settings.naming import access_name, developer_name, full_name
from provision.settings.permission_set import PermissionSetGroupSettings, PermissionSetSettings
from provision.settings.removed_entries import removed_elements
from provision.settings.rotation import rotation_spec
from provision.settings.select import org_settings


def desired(settings: Settings, org: str) -> Desired:
    """Return what `settings` want of `org`, in the order of the file.

    An org that lists its apps gets these, their users and their users' permission sets and groups; any other org gets
    everything. Files that the settings name are not read: `provision.given` fills in what they say. Raises `Usage`
    (ORG_UNKNOWN).
    """
    chosen = org_settings(settings, org)
    settings = settings.in_org(org)
    keys = tuple(settings.apps) if chosen.apps is None else tuple(key for key in settings.apps if key in chosen.apps)
    users = {key: _user(key, user, chosen) for key, user in settings.users.items()}
    if chosen.apps is not None:
        acting = {settings.apps[key].user for key in keys}
        users = {key: user for key, user in users.items() if key in acting}
    assigned = {name for user in users.values() for name in user.permission_set_groups}
    groups = tuple(
        _group(name, group)
        for name, group in settings.permission_set_groups.items()
        if chosen.apps is None or name in assigned
    )
    held = {name for user in users.values() for name in user.permission_sets}
    held |= {name for group in groups for name in group.permission_sets}
    held |= {access for key in keys if (access := settings.apps[key].access) is not None}
    return Desired(
        apps=tuple(_app(key, settings, users) for key in keys),
        users=tuple(users.values()),
        permission_sets=tuple(
            _permission_set(name, permission_set)
            for name, permission_set in settings.permission_sets.items()
            if chosen.apps is None or name in held
        ),
        permission_set_groups=groups,
        delete_before=tuple(settings.delete.before.pairs()),
        delete_after=tuple(settings.delete.after.pairs()),
        templates=settings.templates_path,
        app_kind=AppKind(chosen.app_kind),
    )


def access_set(name: str, app_label: str) -> PermissionSet:
    """Return the permission set that carries an app; the metadata of apps names it by its label."""
    return PermissionSet(name=name, label=name, description=f"Carries the app {app_label}.")


def _user(key: str, user: UserSettings, org: OrgSettings) -> IntegrationUser:
    declared = user.model_dump()
    here = org.users.get(key)
    if here is not None:
        declared |= here.model_dump(exclude_none=True)
    removed = {f"removed_{name}": names for name, names in declared.pop("remove").items()}
    return IntegrationUser(key=key, **declared | removed | {"ignore": frozenset(user.ignore)})


def _permission_set(name: str, permission_set: PermissionSetSettings) -> PermissionSet:
    return PermissionSet(
        name=name,
        label=permission_set.label or name,
        description=permission_set.description,
        license=permission_set.license,
        objects={name: frozenset(rights) for name, rights in permission_set.objects.items()},
        fields=dict(permission_set.fields),
        user_permissions=frozenset(permission_set.user_permissions),
        extra=permission_set_elements(permission_set),
        existing=permission_set.existing,
        ignore=frozenset(permission_set.ignore),
        removed=removed_elements(permission_set.remove),
    )


def _group(name: str, group: PermissionSetGroupSettings) -> PermissionSetGroup:
    return PermissionSetGroup(
        name=name,
        label=group.label or name,
        description=group.description,
        permission_sets=tuple(dict.fromkeys(group.permission_sets)),
        existing=group.existing,
    )


def _access(name: str, app_label: str, sets: Mapping[str, PermissionSetSettings]) -> PermissionSet:
    """Return what carries an app: a permission set of its own, or one that is declared to be there already."""
    there = sets.get(name)
    return access_set(name, app_label) if there is None else _permission_set(name, there)


def _app(key: str, settings: Settings, users: Mapping[str, IntegrationUser]) -> App:
    app = settings.apps[key]
    name = app.name or (developer_name(key) if app.file is None else full_name(app.file))
    label = app.label or name
    return App(
        key=key,
        name=name,
        label=label,
        contact_email=app.contact_email or "",
        user=users[app.user],
        access=_access(app.access or access_name(name), label, settings.permission_sets),
        kind=app.kind if app.file is None else AppKind.CONNECTED_APP,
        grants=frozenset(app.grants),
        scopes=tuple(dict.fromkeys(app.scopes)),
        callback_urls=app.callback_urls,
        description=app.description,
        key_spec=KeySpec(bits=app.key.bits, days=app.key.days, subject=app.key.subject, signer=app.key.signer),
        rotation=rotation_spec(app.rotation, settings.origin),
        policy=_policy(app.policy),
        canary=app.canary,
        defaulted=frozenset(DEFAULTED - app.model_fields_set - app.policy.model_fields_set),
        extra=app_elements(app),
        metadata=elements(app.metadata),
        ignore=frozenset(app.ignore),
        removed=app.remove.model_dump(),
    )


DEFAULTED: frozenset[Literal["callback_urls", "permitted_users", "ip_relaxation", "refresh_token"]] = frozenset(
    {"callback_urls", "permitted_users", "ip_relaxation", "refresh_token"}
)
"""Settings whose defaults are for new apps only."""


def _policy(policy: PolicySettings) -> AppPolicy:
    return AppPolicy(
        permitted_users=policy.permitted_users,
        ip_relaxation=policy.ip_relaxation,
        refresh_token=RefreshTokenPolicy(**policy.refresh_token.model_dump()),
    )
