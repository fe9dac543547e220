"""Which fields may be left to people: names that a plan prints, and none that access rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from provision.apps.kinds import kind_of, types_of
from provision.metadata.ignore import field_names, is_covered, is_field, parts
from provision.model.desired import AppKind
from provision.settings.problem import nearest, not_among, quoted
from provision.settings.tree import Data

USER_FIELDS = ("Alias", "Email", "FirstName", "IsActive", "LastName")
"""What a plan compares of a user that exists."""
GUARDED: Mapping[str, str] = {
    **dict.fromkeys(("oauthConfig.certificate", "certificate"), "the app signs in with it"),
    **dict.fromkeys(("oauthConfig.consumerKey", "consumerKey"), "the app signs in with it"),
    **dict.fromkeys(("oauthConfig.consumerSecret", "consumerSecret"), "the app signs in with it"),
    **dict.fromkeys(
        ("oauthConfig.oauthClientCredentialUser", "clientCredentialsFlowUser"), "it is whom the app acts as"
    ),
    "label": "the org's records of who uses the app know it by this",
    "externalClientApplication": "it ties the app together",
}
"""Fields of apps that are always as declared, and why."""
_KINDS = (AppKind.CONNECTED_APP, AppKind.EXTERNAL_CLIENT_APP)
_ENTRIES: Mapping[str, str] = {
    "objectPermissions": "objects",
    "fieldPermissions": "fields",
    "userPermissions": "user_permissions",
}


def kinds_of(app: Mapping[str, Data]) -> tuple[AppKind, ...]:
    """Return the kinds that an app of the file may be."""
    declared = AppKind.CONNECTED_APP if app.get("file") is not None else app.get("kind")
    return tuple(kind for kind in _KINDS if kind == declared) or _KINDS


def wrong_field(section: str, item: Mapping[str, Data], name: str) -> str | None:
    """Say why a field cannot be ignored, or `None` where it can; `item` is what stands under a key of `section`."""
    if section == "users":
        return _wrong_of_user(name)
    if section == "permission_sets":
        return _unknown(name, ("PermissionSet",)) or _undeclared(item, name)
    return _guarded(name) or _wrong_of_app(item, name)


def _wrong_of_user(name: str) -> str | None:
    if name == "Username":
        return "a user is found by it, so that it is never ignored"
    return None if name in USER_FIELDS else not_among(name, USER_FIELDS)


def _guarded(name: str) -> str | None:
    for guarded, why in GUARDED.items():
        if is_covered(guarded, frozenset({name})):
            whole = "never ignored" if guarded == name else f"covers {guarded}, which is never ignored"
            return f"{whole}: {why}"
    return None


def _wrong_of_app(app: Mapping[str, Data], name: str) -> str | None:
    mine = kinds_of(app)
    unknown = _unknown(name, [type_name for kind in mine for type_name in types_of(kind)])
    for kind in (kind_of(one) for one in _KINDS if one not in mine):
        if unknown is not None and any(is_field(name, type_name) for type_name in types_of(kind.KIND)):
            return f"a field of {kind.ONE}, and the app is {kind_of(mine[0]).ONE}"
    return unknown


def _unknown(name: str, types: Sequence[str]) -> str | None:
    if any(is_field(name, type_name) for type_name in types):
        return None
    entry = next((found for _, found in parts(name) if found), "NAME")
    near = nearest(name, (known for type_name in types for known in field_names(type_name, entry)))
    hint = "" if near is None else f"; did you mean {quoted(near)}?"
    return f"no field by the name that plan prints{hint}"


def _undeclared(permission_set: Mapping[str, Data], name: str) -> str | None:
    """Entries can be judged where the whole permission set stands in the settings."""
    (tag, entry), *_ = parts(name)
    declared = permission_set.get(_ENTRIES.get(tag, ""))
    if entry is None or tag not in _ENTRIES or permission_set.get("file") is not None:
        return None
    known = [str(one) for one in declared] if isinstance(declared, (dict, list)) else []
    return None if entry in known else f"{_ENTRIES[tag]} has no {entry}; {not_among(entry, known)}"
