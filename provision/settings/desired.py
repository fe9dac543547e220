"""What the settings want of one org, in the nouns of the model."""

from __future__ import annotations

from collections.abc import Mapping

from provision.model.desired import (
    App,
    AppPolicy,
    Desired,
    IntegrationUser,
    KeySpec,
    PermissionSet,
    RefreshTokenPolicy,
)
from provision.settings.app import AppSettings, PolicySettings
from provision.settings.elements import app_elements, permission_set_elements
from provision.settings.models import OrgSettings, Settings, UserSettings
from provision.settings.naming import access_name, developer_name
from provision.settings.permission_set import PermissionSetSettings
from provision.settings.select import org_settings


def desired(settings: Settings, org: str) -> Desired:
    """Return what `settings` want of `org`, in the order of the file.

    An org that lists its apps gets these, their users and their users' permission sets; any other org gets everything.
    Raises `Usage` (ORG_UNKNOWN).
    """
    chosen = org_settings(settings, org)
    keys = tuple(settings.apps) if chosen.apps is None else tuple(key for key in settings.apps if key in chosen.apps)
    users = {key: _user(key, user, chosen) for key, user in settings.users.items()}
    if chosen.apps is not None:
        acting = {settings.apps[key].user for key in keys}
        users = {key: user for key, user in users.items() if key in acting}
    held = {name for user in users.values() for name in user.permission_sets}
    return Desired(
        apps=tuple(_app(key, settings.apps[key], users) for key in keys),
        users=tuple(users.values()),
        permission_sets=tuple(
            _permission_set(name, permission_set)
            for name, permission_set in settings.permission_sets.items()
            if chosen.apps is None or name in held
        ),
    )


def _user(key: str, user: UserSettings, org: OrgSettings) -> IntegrationUser:
    declared = user.model_dump()
    here = org.users.get(key)
    if here is not None:
        declared |= here.model_dump(exclude_none=True)
    return IntegrationUser(key=key, **declared)


def _permission_set(name: str, permission_set: PermissionSetSettings) -> PermissionSet:
    return PermissionSet(
        name=name,
        label=permission_set.label,
        description=permission_set.description,
        license=permission_set.license,
        objects={name: frozenset(rights) for name, rights in permission_set.objects.items()},
        fields=dict(permission_set.fields),
        user_permissions=frozenset(permission_set.user_permissions),
        extra=permission_set_elements(permission_set),
    )


def _app(key: str, app: AppSettings, users: Mapping[str, IntegrationUser]) -> App:
    name = app.name or developer_name(key)
    access = app.access or access_name(name)
    return App(
        key=key,
        name=name,
        label=app.label,
        contact_email=app.contact_email,
        user=users[app.user],
        access=PermissionSet(name=access, label=access, description=f"Carries the app {app.label}."),
        kind=app.kind,
        grants=frozenset(app.grants),
        scopes=tuple(dict.fromkeys(app.scopes)),
        callback_urls=app.callback_urls,
        description=app.description,
        key_spec=KeySpec(bits=app.key.bits, days=app.key.days, subject=app.key.subject),
        policy=_policy(app.policy),
        canary=app.canary,
        extra=app_elements(app),
    )


def _policy(policy: PolicySettings) -> AppPolicy:
    return AppPolicy(
        permitted_users=policy.permitted_users,
        ip_relaxation=policy.ip_relaxation,
        refresh_token=RefreshTokenPolicy(**policy.refresh_token.model_dump()),
    )
