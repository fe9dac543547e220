"""What the settings say of an app beyond OAuth, in the words of the External Client App family."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from provision.apps.elements import inner
from provision.apps.external_client_app_family import (
    APPLICATION,
    CANVAS_SETTINGS,
    MOBILE_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    POLICIES,
    SAML_POLICIES,
)
from provision.metadata.merge import as_tuple
from provision.model.metadata import Value

_HEADER = ("contactPhone", "iconUrl", "infoUrl", "logoUrl")
"""Elements of a ConnectedApp that the application has under the same name."""
_SESSION: Mapping[str, str] = {
    "policyAction": "policyAction",
    "sessionLevel": "requiredSessionLevel",
    "sessionTimeout": "sessionTimeoutInMinutes",
}
_IP_RANGE: Mapping[str, str] = {"description": "description", "end": "endIpAddress", "start": "startIpAddress"}

_NO_PLACE: Mapping[str, tuple[str, str | None]] = {
    "canvasConfig": ("canvas", CANVAS_SETTINGS),
    "mobileAppConfig": ("mobile", MOBILE_SETTINGS),
    "mobileStartUrl": ("mobile_start_url", None),
    "samlConfig": ("saml", SAML_POLICIES),
}
"""Elements of a ConnectedApp that are not translated for External Client Apps: the settings they come from, and the
metadata type in whose words the settings can say it."""


def without_place(extra: Mapping[str, Value], metadata: Collection[str]) -> tuple[str, ...]:
    """Return the settings that `more` has no elements for; `metadata` are the types that are spoken of otherwise."""
    return tuple(setting for tag, (setting, said_by) in _NO_PLACE.items() if tag in extra and said_by not in metadata)


def more(extra: Mapping[str, Value]) -> Mapping[str, dict[str, Value]]:
    """Return further elements of the members by metadata type; `extra` is in the words of a ConnectedApp."""
    found: dict[str, dict[str, Value]] = {
        APPLICATION: {tag: extra[tag] for tag in _HEADER if tag in extra},
        OAUTH_SETTINGS: _oauth_settings(extra),
        OAUTH_POLICIES: _renamed(inner(extra, "sessionPolicy"), _SESSION),
        POLICIES: {"startPage": "Custom", "startUrl": extra["startUrl"]} if "startUrl" in extra else {},
    }
    return {type_name: fields for type_name, fields in found.items() if fields}


def _oauth_settings(extra: Mapping[str, Value]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    if "attributes" in extra:
        fields["customAttributes"] = extra["attributes"]
    ranges = [item for item in as_tuple(extra.get("ipRanges")) if isinstance(item, Mapping)]
    if ranges:
        fields["trustedIpRanges"] = tuple(_renamed(item, _IP_RANGE) for item in ranges)
    return fields


def _renamed(fields: Mapping[str, Value], words: Mapping[str, str]) -> dict[str, Value]:
    return {words[tag]: value for tag, value in fields.items() if tag in words}
