"""Whether names that refer to each other do, and whether names that must differ do.

Works on the data of the file and not on the models, so that it also reports where other things are wrong. What has the
wrong type is passed over here: the models report that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from provision.model.desired import App
from provision.settings import metadata_elements
from provision.settings.ignored import wrong_field
from provision.settings.models import LOCAL_ORGS
from provision.settings.naming import access_name, developer_name, full_name
from provision.settings.problem import Path, Problem, not_among, quoted
from provision.settings.removals import contradicted
from provision.settings.removed_entries import wrong_entry
from provision.settings.tree import Data

Root: TypeAlias = Mapping[str, Data]

_DEVELOPER_NAME = re.compile(r"(?=.{1,80}$)[A-Za-z](_?[A-Za-z0-9])*")


def check(data: Root) -> Iterator[Problem]:
    """Yield every name that leads nowhere and every name that is there twice."""
    for look in CHECKS:
        yield from look(data)


def _default_org(data: Root) -> Iterator[Problem]:
    name = data.get("default_org")
    if isinstance(name, str):
        yield from _known(("default_org",), name, "an org", [*_section(data, "orgs"), *LOCAL_ORGS])


def _users_of_apps(data: Root) -> Iterator[Problem]:
    users = _section(data, "users")
    for key, app in _mappings(data, "apps"):
        name = app.get("user")
        if isinstance(name, str):
            yield from _known(("apps", key, "user"), name, "a user", users)


def _signers_of_apps(data: Root) -> Iterator[Problem]:
    signers = _section(data, "signers")
    for key, app in _mappings(data, "apps"):
        made = app.get("key")
        name = made.get("signer") if isinstance(made, Mapping) else None
        if isinstance(name, str):
            yield from _known(("apps", key, "key", "signer"), name, "a signer", signers)


def _permission_sets_of_users(data: Root) -> Iterator[Problem]:
    for section, what in (("permission_sets", "permission set"), ("permission_set_groups", "permission set group")):
        declared = _section(data, section)
        for key, user in _mappings(data, "users"):
            for index, name in _texts(user.get(section)):
                yield from _known(("users", key, section, index), name, f"a declared {what}", declared)


def _orgs(data: Root) -> Iterator[Problem]:
    for key, org in _mappings(data, "orgs"):
        here = _section(org, "overrides")
        apps = {**_section(data, "apps"), **_section(here, "apps")}
        users = {**_section(data, "users"), **_section(here, "users")}
        for index, name in _texts(org.get("apps")):
            yield from _known(("orgs", key, "apps", index), name, "an app", apps)
        for name in _section(org, "users"):
            for problem in _known(("orgs", key, "users", name), name, "a user", users):
                yield replace(problem, at_key=True)


def _names_of_apps(data: Root) -> Iterator[Problem]:
    """App names and access permission sets share no name, also not in another case: Salesforce ignores case."""
    names: dict[str, str] = {}
    for key, app in _mappings(data, "apps"):
        name = app.get("name")
        path: Path = ("apps", key, "name")
        if name is None and isinstance(file := app.get("file"), str):
            name, path = full_name(file), ("apps", key, "file")
        elif name is None:
            name, path = developer_name(key), ("apps", key)
            if _DEVELOPER_NAME.fullmatch(name) is None:
                message = f"the key gives no DeveloperName ({quoted(name)}); write one as name"
                yield Problem(path, message, at_key=True)
        if isinstance(name, str):
            other = names.setdefault(name.casefold(), key)
            if other != key:
                message = f"the app {other} has the same DeveloperName; write another one as name"
                yield Problem(path, message, at_key=True)


def _access(data: Root) -> Iterator[Problem]:
    taken = {key.casefold(): f"the permission set {key}" for key in _section(data, "permission_sets")}
    for key in _section(data, "permission_set_groups"):
        owner = taken.setdefault(key.casefold(), f"the permission set group {key}")
        if owner != f"the permission set group {key}":
            yield Problem(("permission_set_groups", key), f"{owner} has the same name; choose another", at_key=True)
    sets = dict(_mappings(data, "permission_sets"))
    adopted = {key for key, permission_set in sets.items() if permission_set.get("existing") in _TRUE}
    for key, permission_set in sets.items():
        label = permission_set.get("label")
        if isinstance(label, str):
            taken.setdefault(label.casefold(), f"the permission set {key}, as its label")
    for key, app in _mappings(data, "apps"):
        access = app.get("access")
        written = isinstance(access, str)
        name = _access_name(key, app)
        if written and name in adopted:
            continue
        path: Path = ("apps", key, "access") if written else ("apps", key)
        owner = taken.setdefault(name.casefold(), f"the app {key}")
        if owner != f"the app {key}":
            message = f"the name of the access permission set belongs to {owner}; write another one as access"
            yield Problem(path, message, at_key=not written)
        elif not written and len(name) > MAX_NAME:
            message = f"the name of the access permission set has more than {MAX_NAME} characters; write one as access"
            yield Problem(path, message, at_key=True)


def _metadata(data: Root) -> Iterator[Problem]:
    for key, app in _mappings(data, "apps"):
        yield from metadata_elements.problems(app, ("apps", key, "metadata"))


def _usernames(data: Root) -> Iterator[Problem]:
    """Within one org, each user has a username of its own, whatever the case."""
    base = {key: name for key, user in _mappings(data, "users") if isinstance(name := user.get("username"), str)}
    yield from _doubled(base, lambda key: ("users", key, "username"), "")
    for org, settings in _mappings(data, "orgs"):
        own = {key: name for key, user in _mappings(settings, "users") if isinstance(name := user.get("username"), str)}
        if own:
            ordered = {**{key: name for key, name in base.items() if key not in own}, **own}
            place = _place_in(org, own)
            yield from (problem for problem in _doubled(ordered, place, f" in {org}") if problem.path[0] == "orgs")


def _place_in(org: str, own: Mapping[str, str]) -> Callable[[str], Path]:
    return lambda key: ("orgs", org, "users", key, "username") if key in own else ("users", key, "username")


def _doubled(usernames: Mapping[str, str], place: Callable[[str], Path], where: str) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for key, username in usernames.items():
        other = owners.setdefault(username.casefold(), key)
        if other != key:
            yield Problem(place(key), f"the user {other} has the same username{where}; usernames are unique")


def _required(data: Root) -> Iterator[Problem]:
    """What must be written unless a file says it, or the org."""
    for section, keys, instead in _REQUIRED:
        for name, item in _mappings(data, section):
            if all(item.get(key) in _NOT_SAID for key in instead):
                missing = (key for key in keys if item.get(key) is None)
                yield from (Problem((section, name, key), "is required", at_key=True) for key in missing)


def _deletions(data: Root) -> Iterator[Problem]:
    """Nothing is deleted that is declared as well."""
    apps = list(_mappings(data, "apps"))
    names: Mapping[str, Iterable[str]] = {
        "ConnectedApp": (_name(key, app) for key, app in apps),
        "PermissionSet": (*_section(data, "permission_sets"), *(_access_name(key, app) for key, app in apps)),
        "PermissionSetGroup": _section(data, "permission_set_groups"),
    }
    declared = {type_name: {name.casefold() for name in found} for type_name, found in names.items()}
    for when, types in _mappings(data, "delete"):
        for type_name, listed in types.items():
            for index, name in _texts(listed):
                if name.casefold() in declared.get(type_name, ()):
                    message = "declared in this file as well; remove it here or there"
                    yield Problem(("delete", when, type_name, index), message, value=quoted(name))


def _removed(data: Root) -> Iterator[Problem]:
    """Nothing is taken away that is declared as well."""
    apps = list(_mappings(data, "apps"))
    for key, user in _mappings(data, "users"):
        sets = {name: f"users.{key}.permission_sets" for _, name in _texts(user.get("permission_sets"))}
        sets |= {_access_name(app_key, app): f"apps.{app_key}" for app_key, app in apps if app.get("user") == key}
        groups = {name: f"users.{key}.permission_set_groups" for _, name in _texts(user.get("permission_set_groups"))}
        kept = {"permission_sets": _folded(sets), "permission_set_groups": _folded(groups)}
        yield from contradicted(("users", key, "remove"), _section(user, "remove"), kept)
    for key, app in apps:
        scopes = [name for _, name in _texts(app.get("scopes", list(App.scopes)))]
        kept = {"scopes": _folded(dict.fromkeys(scopes, f"apps.{key}.scopes"))}
        kept["permission_sets"] = _folded({_access_name(key, app): f"apps.{key}.access"})
        profiles = {name: f"apps.{key}.{where}" for name, where in metadata_elements.granted(app, "profiles")}
        kept["profiles"] = _folded(profiles)
        yield from contradicted(("apps", key, "remove"), _section(app, "remove"), kept)
    for key, item in _mappings(data, "permission_sets"):
        for index, name in _texts(item.get("remove")):
            message = wrong_entry(item, name)
            if message is not None:
                yield Problem(("permission_sets", key, "remove", index), message, value=quoted(name))


def _folded(names: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): where for name, where in names.items()}


def _ignored(data: Root) -> Iterator[Problem]:
    """Fields that are left to people are fields, and none that access rests on."""
    for section in ("users", "permission_sets", "apps"):
        for key, item in _mappings(data, section):
            for index, name in _texts(item.get("ignore")):
                message = wrong_field(section, item, name)
                if message is not None:
                    yield Problem((section, key, "ignore", index), message, value=quoted(name))


CHECKS: tuple[Callable[[Root], Iterator[Problem]], ...] = (
    _required,
    _default_org,
    _users_of_apps,
    _signers_of_apps,
    _permission_sets_of_users,
    _orgs,
    _names_of_apps,
    _access,
    _deletions,
    _removed,
    _ignored,
    _metadata,
    _usernames,
)
MAX_NAME = 80
_REQUIRED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("apps", ("label", "contact_email"), ("file",)),
    ("permission_sets", ("label",), ("file", "existing")),
    ("permission_set_groups", ("label",), ("existing",)),
)
"""Section of the file, keys that are required there, keys that stand in for them."""
_TRUE: tuple[Data, ...] = (True, "true")
_NOT_SAID: tuple[Data, ...] = (None, False, "false")


def _known(path: Path, name: str, what: str, known: Mapping[str, Data] | list[str]) -> Iterator[Problem]:
    if name not in known:
        yield Problem(path, f"not {what}; {not_among(name, dict.fromkeys(known))}", value=quoted(name))


def _name(key: str, app: Root) -> str:
    name, file = app.get("name"), app.get("file")
    if isinstance(name, str):
        return name
    return full_name(file) if isinstance(file, str) else developer_name(key)


def _access_name(key: str, app: Root) -> str:
    access = app.get("access")
    return access if isinstance(access, str) else access_name(_name(key, app))


def _section(data: Root, key: str) -> Root:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _mappings(data: Root, key: str) -> Iterator[tuple[str, Root]]:
    for name, value in _section(data, key).items():
        if isinstance(value, dict):
            yield name, value


def _texts(value: Data) -> Iterator[tuple[int, str]]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield index, item
