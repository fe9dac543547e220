"""Values of a ConnectedApp that the External Client App family writes in another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from provision.apps import connected_app, external_client_app
from provision.apps.conversion_table import Place
from provision.apps.external_client_app_family import (
    GLOBAL_OAUTH_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    POLICIES,
    SAML_POLICIES,
)
from provision.errors import ProvisionError
from provision.keys.certificate import certificate_pem, parse_certificate
from provision.model.metadata import Value
from provision.model.scopes import SCOPES


@dataclass(frozen=True)
class Put:
    """A value in its new place."""

    place: Place
    value: Value


@dataclass(frozen=True)
class Lost:
    """A value, or one entry of it, that cannot be written; and why."""

    value: str
    reason: str


@dataclass(frozen=True)
class Doubt:
    """Something about a value that was written and that a person should look at."""

    text: str


Step: TypeAlias = Put | Lost | Doubt
PermissionSets: TypeAlias = Mapping[str, str]
"""Label → API name."""

_RELAXATIONS: Mapping[str, str] = {
    name: external_client_app.IP_RELAXATION[word] for word, name in connected_app.IP_RELAXATION.items()
}
_REFRESH: Mapping[str, str] = {word.replace("-", "_"): name for word, name in external_client_app.REFRESH_TOKEN.items()}
_REFRESH_TEXT = re.compile(rf"({'|'.join(_REFRESH)})(?::(\d+):(HOURS|DAYS|MONTHS))?", re.ASCII)
_SCOPES: Mapping[str, str] = {
    **{scope.connected_app: scope.external_client_app for scope in SCOPES.values()},
    "DataCloudUserClaims": "DataCloudUserClaims",
}
_TRUE = frozenset({"true", "1"})


def translated(path: str, value: Value, permission_sets: PermissionSets) -> Iterator[Step]:
    """Yield what becomes of the value of an element in `conversion_table.TRANSLATED`."""
    if path == "permissionSetName":
        return _permission_sets(value, permission_sets)
    return _TRANSLATIONS[path](value)


def texts(value: Value) -> tuple[str, ...]:
    """Return the texts of an element that may stand several times, without empty ones."""
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, str) and item)


def _certificate(value: Value, place: Place) -> Iterator[Step]:
    """The family takes PEM, a retrieved ConnectedApp has the bare base64."""
    for text in texts(value):
        try:
            yield Put(place, certificate_pem(parse_certificate(text)))
        except ProvisionError:
            yield Put(place, text)
            yield Doubt("it is no certificate that can be read, and was taken over as it is")


def _admin_approved(value: Value) -> Iterator[Step]:
    name = "AdminApprovedPreAuthorized" if value in _TRUE else "AllSelfAuthorized"
    yield Put((OAUTH_POLICIES, "permittedUsersPolicyType"), name)


def _client_credentials(value: Value) -> Iterator[Step]:
    """The flow has two switches, and needs both."""
    yield Put((GLOBAL_OAUTH_SETTINGS, "isClientCredentialsFlowEnabled"), value)
    yield Put((OAUTH_POLICIES, "isClientCredentialsFlowEnabled"), value)


def _scopes(value: Value) -> Iterator[Step]:
    names = texts(value)
    known = [_SCOPES[name] for name in names if name in _SCOPES]
    if known:
        yield Put((OAUTH_SETTINGS, "commaSeparatedOauthScopes"), ", ".join(known))
    for name in names:
        if name not in _SCOPES:
            yield Lost(name, "the scope is not among those that External Client Apps are known to take")


def _ip_relaxation(value: Value) -> Iterator[Step]:
    for text in texts(value):
        if text in _RELAXATIONS:
            yield Put((OAUTH_POLICIES, "ipRelaxationPolicyType"), _RELAXATIONS[text])
        else:
            yield Lost(text, f"it is none of {', '.join(_RELAXATIONS)}")


def _refresh_token(value: Value) -> Iterator[Step]:
    for text in texts(value):
        found = _REFRESH_TEXT.fullmatch(text)
        kind, count, unit = found.groups() if found else ("", None, None)
        if not kind or kind.startswith("specific_") != (count is not None):
            yield Lost(text, f"it is none of {', '.join(_REFRESH)} with a period such as :90:DAYS")
            return
        yield Put((OAUTH_POLICIES, "refreshTokenPolicyType"), _REFRESH[kind])
        if count is not None:
            yield Put((OAUTH_POLICIES, "refreshTokenValidityPeriod"), count)
            yield Put((OAUTH_POLICIES, "refreshTokenValidityUnit"), str(unit).capitalize())


def _permission_sets(value: Value, known: PermissionSets) -> Iterator[Step]:
    """A ConnectedApp names permission sets by label, the family by API name."""
    labels = texts(value)
    names = [known.get(label, _likely_name(label)) for label in labels]
    if names:
        for type_name in (OAUTH_POLICIES, SAML_POLICIES):
            yield Put((type_name, "commaSeparatedPermissionSet"), ",".join(dict.fromkeys(names)))
    for label, name in zip(labels, names, strict=True):
        if label not in known:
            yield Doubt(f"the permission set labelled {label!r} was taken to have the API name {name}")


def _profiles(value: Value) -> Iterator[Step]:
    names = texts(value)
    if names:
        for type_name in (OAUTH_POLICIES, SAML_POLICIES):
            yield Put((type_name, "commaSeparatedProfile"), ",".join(names))


def _start_url(value: Value) -> Iterator[Step]:
    if texts(value):
        yield Put((POLICIES, "startPage"), "Custom")
        yield Put((POLICIES, "startUrl"), value)


def _likely_name(label: str) -> str:
    """Return the API name that Setup proposes for a label."""
    return "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in label).split())


_TRANSLATIONS: Mapping[str, Callable[[Value], Iterator[Step]]] = {
    "oauthConfig.certificate": lambda value: _certificate(value, (GLOBAL_OAUTH_SETTINGS, "certificate")),
    "oauthConfig.isAdminApproved": _admin_approved,
    "oauthConfig.isClientCredentialEnabled": _client_credentials,
    "oauthConfig.scopes": _scopes,
    "oauthPolicy.ipRelaxation": _ip_relaxation,
    "oauthPolicy.refreshTokenPolicy": _refresh_token,
    "profileName": _profiles,
    "samlConfig.certificate": lambda value: _certificate(value, (SAML_POLICIES, "certificate")),
    "samlConfig.encryptionCertificate": lambda value: _certificate(value, (SAML_POLICIES, "encryptionCertificate")),
    "startUrl": _start_url,
}
