"""Adopts what is in an org: an app with its user and permission sets, as entries of the settings file.

Only what the org shows is written. What it does not show (private key, consumer secret, whom a JWT names) is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from provision.apps.found import Found
from provision.errors import Code, Failed, Usage
from provision.model.desired import AppPolicy, IntegrationUser, RefreshTokenPolicy
from provision.observe_apps import Grantee, Person, doors, grantees, permission_set_documents, person
from provision.org.client import Org
from provision.settings.adopted import app_key, permission_set_entry, user_key
from provision.settings.models import Settings
from provision.settings.select import org_settings


@dataclass(frozen=True)
class Adoption:
    """What is to be written about one app, and what there is to know about it."""

    key: str
    sections: Mapping[str, Mapping[str, Mapping[str, Any]]]
    remarks: tuple[str, ...]


def adopt(org: Org, app: Found, settings: Settings, username: str | None) -> Adoption:
    """Return the entries for an app.

    Raises `Failed` (NOT_ADOPTABLE) for an app that no entry can describe, and `Usage` where the app or its user has to
    be told apart: `username` says whom it acts as where the org does not.
    """
    settings = settings.in_org(org.site.name)
    _require_adoptable(app, settings)
    access = grantees(org, app)
    acting = _acting(app, access, username)
    found = person(org, acting)
    if found is None:
        raise Failed(
            Code.USER_MISSING, f"The org has no user {acting}", remedy=("Check --user", "provision import --list")
        )
    key = app_key(app.existing.name)
    door = _door(access, acting)
    user_name, users = _user(org, settings, found, door)
    sets, remarks = _permission_sets(org, settings, found, door)
    groups = {name: {"existing": True} for name in found.permission_set_groups}
    sections: dict[str, dict[str, Any]] = {
        "users": users,
        "permission_sets": sets,
        "permission_set_groups": {k: v for k, v in groups.items() if k not in settings.permission_set_groups},
        "apps": {key: _app(app, user_name, door)},
    }
    remarks += _remarks(settings, org, app, found, door)
    return Adoption(key, {name: entries for name, entries in sections.items() if entries}, tuple(remarks))


def _require_adoptable(app: Found, settings: Settings) -> None:
    if app.obstacle is not None:
        raise Failed(
            Code.NOT_ADOPTABLE,
            f"{app.existing.name} cannot be adopted: {app.obstacle}",
            remedy=("provision import --list shows which apps can",),
        )
    key = app_key(app.existing.name)
    declared = {item.name for item in settings.apps.values()} | set(settings.apps)
    if key in settings.apps or app.existing.name in declared:
        raise Usage(
            Code.USAGE,
            f"{app.existing.name} is in the settings already, as apps.{key}",
            remedy=("provision plan shows what differs",),
        )


def _acting(app: Found, access: Sequence[Grantee], username: str | None) -> str:
    """Return whom the app acts as: whom it names, whom somebody says, else the only one who may use it."""
    if username is not None or app.run_as is not None:
        return username or app.run_as or ""
    holders = sorted({holder for grantee in access for holder in grantee.holders})
    if len(holders) == 1:
        return holders[0]
    raise Usage(
        Code.USAGE,
        f"The org does not show whom {app.existing.label} acts as",
        detail="\n".join(["These may use it:", *holders] if holders else ["No permission set is assigned to it."]),
        remedy=("Say it: --user USERNAME, the `sub` that its program puts into assertions",),
        context={"usernames": holders},
    )


def _door(access: Sequence[Grantee], username: str) -> Grantee | None:
    """Return the permission set that lets the user in, else one that would."""
    mine = [one for one in access if username.lower() in {holder.lower() for holder in one.holders}]
    return next(iter((*mine, *access)), None)


def _app(app: Found, user: str, door: Grantee | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"label": app.app["label"], "name": app.existing.name}
    entry["contact_email"] = app.app["contact_email"]
    if app.app.get("description"):
        entry["description"] = app.app["description"]
    entry |= {"kind": app.existing.kind.value, "user": user}
    entry["grants"] = sorted((grant.value for grant in app.grants), reverse=True)
    entry["scopes"] = list(app.app["scopes"])
    if door is not None:
        entry["access"] = door.name
    if app.app.get("callback_urls"):
        entry["callback_urls"] = list(app.app["callback_urls"])
    policy = _policy(app.policy)
    return entry | ({"policy": policy} if policy else {})


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {name: policy[name] for name in ("permitted_users", "ip_relaxation") if name in policy}
    token = policy.get("refresh_token")
    if isinstance(token, RefreshTokenPolicy) and token != AppPolicy.refresh_token:
        entry["refresh_token"] = {name: value for name, value in vars(token).items() if value is not None}
    return entry


def _user(org: Org, settings: Settings, found: Person, door: Grantee | None) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the key of the user and, where none is declared yet, their entry."""
    username = str(found.record["Username"])
    own = org_settings(settings, org.site.name).users
    for key, declared in settings.users.items():
        here = own[key].username if key in own else None
        if (here or declared.username).lower() == username.lower():
            return key, {}
    key = user_key(username)
    while key in settings.users:
        key += "-2"
    return key, {key: _user_entry(found, door)}


def _user_entry(found: Person, door: Grantee | None) -> dict[str, Any]:
    record = found.record
    entry: dict[str, Any] = {"username": record["Username"], "last_name": record["LastName"]}
    if record["FirstName"]:
        entry["first_name"] = record["FirstName"]
    entry["email"] = str(record["Email"]).removesuffix(".invalid")
    shown = {
        "license": found.license,
        "profile": found.profile,
        "permission_set_licenses": found.permission_set_licenses,
        "time_zone": record["TimeZoneSidKey"],
        "locale": record["LocaleSidKey"],
        "language": record["LanguageLocaleKey"],
    }
    entry |= {name: value for name, value in shown.items() if value != getattr(IntegrationUser, name)}
    sets = [name for name in found.permission_sets if door is None or name != door.name]
    entry |= {"permission_sets": sets} if sets else {}
    groups = found.permission_set_groups
    return entry | ({"permission_set_groups": list(groups)} if groups else {})


def _permission_sets(
    org: Org, settings: Settings, found: Person, door: Grantee | None
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the permission sets that are not declared yet: in full where the file has the words, else as there."""
    carrying = {*doors(org, found.permission_sets), *([door.name] if door is not None else [])}
    there = {name: {"existing": True} for name in sorted(carrying)}
    wanted = [name for name in found.permission_sets if name not in there and name not in settings.permission_sets]
    entries: dict[str, dict[str, Any]] = {}
    remarks = []
    for name, document in permission_set_documents(org, wanted).items():
        entry = permission_set_entry(document)
        if entry is None:
            remarks.append(f"The permission set {name} says more than the file has words for: it is only assigned")
        entries[name] = entry or {"existing": True}
    entries |= {name: {"existing": True} for name in wanted if name not in entries}
    entries |= {name: entry for name, entry in there.items() if name not in settings.permission_sets}
    return entries, remarks


def _remarks(settings: Settings, org: Org, app: Found, found: Person, door: Grantee | None) -> list[str]:
    remarks = []
    name, key = app.existing.name, app_key(app.existing.name)
    if not found.api_only:
        remarks.append(f"{found.record['Username']} is no API-only user: they can log in to the user interface")
    if door is None:
        remarks.append(f"No permission set carries {name}: apply would make {name}_Access and assign it")
    listed = org_settings(settings, org.site.name).apps
    if listed is not None and key not in listed:
        remarks.append(f"Add {key} to orgs.{org.site.name}.apps: the org lists the apps that it gets")
    others = [other for other in settings.written_orgs if other != org.site.name and settings.orgs[other].apps is None]
    if others:
        remarks.append(f"These orgs get every app, so also this one: {', '.join(others)}")
    return remarks
