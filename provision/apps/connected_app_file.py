"""What a ConnectedApp file says, in the words of an app: the way back from `connected_app.declared`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provision.apps.connected_app import IP_RELAXATION
from provision.model.desired import RefreshTokenPolicy
from provision.model.metadata import Document, Value
from provision.model.scopes import SCOPES

_POLICY = re.compile(r"(infinite|zero|specific_lifetime|specific_inactivity)(?::(\d+):(HOURS|DAYS|MONTHS))?")


class NotUnderstood(ValueError):
    """A value that no word stands for; `path` is where it is."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True)
class Said:
    """What the file has an element for; fields of `App` and of `AppPolicy`, by their names there."""

    app: Mapping[str, Any]
    policy: Mapping[str, Any]


def said(document: Document) -> Said:
    """Return what the file says; raises `NotUnderstood` for a policy that Salesforce does not know.

    Scopes that have no name at run time are passed over here: they stay in the file.
    """
    oauth, policy = _inner(document.fields, "oauthConfig"), _inner(document.fields, "oauthPolicy")
    app = {
        "label": _text(document.fields, "label"),
        "contact_email": _text(document.fields, "contactEmail"),
        "description": _text(document.fields, "description"),
        "scopes": _scopes(oauth.get("scopes")),
        "callback_urls": tuple((_text(oauth, "callbackUrl") or "").split()),
    }
    policies = {
        "permitted_users": _permitted_users(_text(oauth, "isAdminApproved")),
        "ip_relaxation": _ip_relaxation(_text(policy, "ipRelaxation")),
        "refresh_token": _refresh_token(_text(policy, "refreshTokenPolicy")),
    }
    return Said(_present(app), _present(policies))


def _scopes(value: Value | None) -> tuple[str, ...]:
    names = value if isinstance(value, tuple) else ()
    return tuple(scope for scope, known in SCOPES.items() if known.connected_app in names)


def _permitted_users(flag: str | None) -> str | None:
    if flag is None:
        return None
    return "admin-approved" if flag in {"true", "1"} else "all"


def _ip_relaxation(text: str | None) -> str | None:
    if text is None:
        return None
    for word, name in IP_RELAXATION.items():
        if name == text:
            return word
    raise NotUnderstood("oauthPolicy.ipRelaxation", f"{text!r} is not allowed; allowed: {', '.join(_RELAXATIONS)}")


def _refresh_token(text: str | None) -> RefreshTokenPolicy | None:
    if text is None:
        return None
    found = _POLICY.fullmatch(text)
    kind, period, unit = found.groups() if found else ("", None, None)
    if not kind or kind.startswith("specific") != (period is not None):
        message = f"{text!r} is not allowed; allowed: infinite, zero, specific_lifetime:90:DAYS and the like"
        raise NotUnderstood("oauthPolicy.refreshTokenPolicy", message)
    fields: dict[str, Any] = {"kind": kind.replace("_", "-"), "unit": unit and unit.lower()}
    return RefreshTokenPolicy(period=int(period) if period else None, **fields)


def _inner(fields: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(fields: Mapping[str, Value], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, ())}


_RELAXATIONS = tuple(IP_RELAXATION.values())
