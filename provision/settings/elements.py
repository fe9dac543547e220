"""What the nouns have no field for, in the words of the metadata types ConnectedApp and PermissionSet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provision.model.metadata import Value
from provision.settings.app import AppSettings
from provision.settings.app_parts import SessionSettings
from provision.settings.base import Model
from provision.settings.metadata_words import APP, CANVAS, MOBILE, SAML, SESSION
from provision.settings.permission_set import PermissionSetSettings

_SESSION_WORDS: Mapping[str, str] = {
    "low": "LOW",
    "standard": "STANDARD",
    "block": "Block",
    "raise-session-level": "RaiseSessionLevel",
}
ACCESSES: Mapping[str, tuple[str, str, str]] = {
    "agents": ("agentAccesses", "agentName", "enabled"),
    "applications": ("applicationVisibilities", "application", "visible"),
    "apex_classes": ("classAccesses", "apexClass", "enabled"),
    "custom_metadata_types": ("customMetadataTypeAccesses", "name", "enabled"),
    "custom_permissions": ("customPermissions", "name", "enabled"),
    "custom_settings": ("customSettingAccesses", "name", "enabled"),
    "external_credential_principals": (
        "externalCredentialPrincipalAccesses",
        "externalCredentialPrincipal",
        "enabled",
    ),
    "external_data_sources": ("externalDataSourceAccesses", "externalDataSource", "enabled"),
    "email_routing_addresses": ("emailRoutingAddressAccesses", "name", "enabled"),
    "flows": ("flowAccesses", "flow", "enabled"),
    "service_presence_statuses": ("servicePresenceStatusAccesses", "servicePresenceStatus", "enabled"),
    "summary_definitions": ("genComputingSummaryDefAccesses", "configName", "enabled"),
    "apex_pages": ("pageAccesses", "apexPage", "enabled"),
    "record_types": ("recordTypeVisibilities", "recordType", "visible"),
}
"""Key in the settings → element, its child with the name, its child that grants."""


def app_elements(app: AppSettings) -> dict[str, Value]:
    """Return the further elements of a ConnectedApp; nothing for what is not declared."""
    elements = _declared(app, APP)
    if app.attributes:
        elements["attributes"] = tuple({"formula": formula, "key": key} for key, formula in app.attributes.items())
    if app.ip_ranges:
        words = {"description": "description", "end": "end", "start": "start"}
        elements["ipRanges"] = tuple(_declared(ip_range, words) for ip_range in app.ip_ranges)
    parts: tuple[tuple[str, Model | None, Mapping[str, str]], ...] = (
        ("canvasConfig", app.canvas, CANVAS),
        ("mobileAppConfig", app.mobile, MOBILE),
        ("samlConfig", app.saml, SAML),
    )
    elements |= {tag: _declared(part, words) for tag, part, words in parts if part is not None}
    if app.policy.session is not None:
        elements["sessionPolicy"] = _session(app.policy.session)
    return elements


def permission_set_elements(permission_set: PermissionSetSettings) -> dict[str, Value]:
    """Return the further elements of a PermissionSet; nothing for what is not declared."""
    elements: dict[str, Value] = {}
    for key, (tag, named, granted) in ACCESSES.items():
        names: tuple[str, ...] = getattr(permission_set, key)
        if names:
            elements[tag] = tuple(dict(sorted({named: name, granted: "true"}.items())) for name in names)
    if permission_set.tabs:
        elements["tabSettings"] = tuple(
            {"tab": tab, "visibility": visibility.capitalize()} for tab, visibility in permission_set.tabs.items()
        )
    return elements


def _session(session: SessionSettings) -> dict[str, Value]:
    return {
        tag: _SESSION_WORDS.get(value, value) if isinstance(value, str) else value
        for tag, value in _declared(session, SESSION).items()
    }


def _declared(part: Model, words: Mapping[str, str]) -> dict[str, Value]:
    return {tag: _text(value) for key, tag in words.items() if (value := getattr(part, key)) is not None}


def _text(value: Any) -> Value:
    if isinstance(value, tuple):
        return tuple(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
