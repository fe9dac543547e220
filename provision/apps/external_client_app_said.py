"""What an External Client App in an org says, in the words of an app: the way back from its `members`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provision.apps.elements import text
from provision.apps.external_client_app import (
    CERTIFICATE,
    IP_RELAXATION,
    PERMITTED_USERS,
    REFRESH_TOKEN,
    scopes,
)
from provision.apps.external_client_app_family import APPLICATION, GLOBAL_OAUTH_SETTINGS, OAUTH_POLICIES
from provision.model.desired import GrantType, RefreshTokenPolicy
from provision.model.metadata import Value
from provision.model.observed import ObservedApp
from provision.model.scopes import SCOPES

Fields = Mapping[str, Value]


def app_words(app: ObservedApp) -> dict[str, Any]:
    """Return the fields of `App` that the org shows."""
    header, shared = _fields(app, APPLICATION), _fields(app, GLOBAL_OAUTH_SETTINGS)
    found = {
        "label": text(header.get("label")),
        "contact_email": text(header.get("contactEmail")),
        "description": text(header.get("description")),
        "scopes": tuple(scope for scope in SCOPES if scope in scopes(app)),
        "callback_urls": tuple((text(shared.get("callbackUrl")) or "").split()),
    }
    return {name: value for name, value in found.items() if value}


def policy_words(app: ObservedApp) -> dict[str, Any]:
    """Return the fields of `AppPolicy` that the org shows and that there are words for."""
    policies = _fields(app, OAUTH_POLICIES)
    found: dict[str, Any] = {
        "permitted_users": _word(PERMITTED_USERS, policies.get("permittedUsersPolicyType")),
        "ip_relaxation": _word(IP_RELAXATION, policies.get("ipRelaxationPolicyType")),
    }
    kind = _word(REFRESH_TOKEN, policies.get("refreshTokenPolicyType"))
    if kind in {"infinite", "zero"}:
        found["refresh_token"] = RefreshTokenPolicy(kind)  # type: ignore[arg-type]  # one of the words just read
    elif kind is not None:
        period, unit = text(policies.get("refreshTokenValidityPeriod")), text(policies.get("refreshTokenValidityUnit"))
        if period and unit:
            found["refresh_token"] = RefreshTokenPolicy(kind, int(period), unit.lower())  # type: ignore[arg-type]
    return {name: value for name, value in found.items() if value is not None}


def grants(app: ObservedApp) -> frozenset[GrantType]:
    """Return the grants that it is set up for."""
    shared, policies = _fields(app, GLOBAL_OAUTH_SETTINGS), _fields(app, OAUTH_POLICIES)
    found = {GrantType.JWT_BEARER} if shared.get(CERTIFICATE) else set()
    if "true" in {shared.get("isClientCredentialsFlowEnabled"), policies.get("isClientCredentialsFlowEnabled")}:
        found.add(GrantType.CLIENT_CREDENTIALS)
    return frozenset(found)


def run_as(app: ObservedApp) -> str | None:
    """Return whom client credentials act as."""
    return text(_fields(app, OAUTH_POLICIES).get("clientCredentialsFlowUser"))


def _fields(app: ObservedApp, type_name: str) -> Fields:
    document = app.documents.get(type_name)
    return document.fields if document else {}


def _word(words: Mapping[str, str], written: Value | None) -> str | None:
    """Return the word for a value; orgs differ in the case of some."""
    folded = str(written).lower()
    return next((word for word, name in words.items() if name.lower() == folded), None)
