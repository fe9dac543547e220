"""The converted app as an entry for `apps:` in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from provision.apps.connected_app_file import NotUnderstood, said
from provision.metadata.merge import as_tuple
from provision.model.desired import AppKind, GrantType
from provision.model.metadata import Document, Value
from provision.settings.models import Settings

USER = "USER"
"""Stands for the key of the app's user, where the settings have none for it yet."""

_FURTHER: Mapping[str, str] = {
    "contactPhone": "contact_phone",
    "infoUrl": "info_url",
    "logoUrl": "logo_url",
    "iconUrl": "icon_url",
    "startUrl": "start_url",
}
_NOT_OF_THE_NEW = frozenset({"file", "kind", "name", "access"})


def settings_entry(settings: Settings, key: str, name: str) -> dict[str, Any] | None:
    """Return the entry of an app with another kind and name; `None` where a file says what it is."""
    app = settings.apps[key]
    if app.file is not None:
        return None
    spoken = app.model_dump(mode="json", exclude_unset=True)
    kept = {word: value for word, value in spoken.items() if word not in _NOT_OF_THE_NEW}
    return {"name": name, "kind": AppKind.EXTERNAL_CLIENT_APP.value, **kept}


def from_document(document: Document, name: str, user: str = USER) -> dict[str, Any]:
    """Return an entry that says what a ConnectedApp says, as far as the settings have words for it.

    What it names and they have no words for is in the files of the conversion. Empty for an app that has neither of the
    grants that settings are about.
    """
    if not _grants(document):
        return {}
    try:
        found = said(document)
        app, policy = dict(found.app), dict(found.policy)
    except NotUnderstood:
        app, policy = {"label": document.fields.get("label"), "contact_email": document.fields.get("contactEmail")}, {}
    if "refresh_token" in policy:
        policy["refresh_token"] = {k: v for k, v in asdict(policy["refresh_token"]).items() if v is not None}
    entry = {
        "name": name,
        "kind": AppKind.EXTERNAL_CLIENT_APP.value,
        **app,
        "user": user,
        "grants": list(_grants(document)),
        "policy": policy,
        **{word: document.fields[tag] for tag, word in _FURTHER.items() if tag in document.fields},
        "ip_ranges": [dict(item) for item in as_tuple(document.fields.get("ipRanges")) if isinstance(item, Mapping)],
        "attributes": {
            str(item.get("key")): item.get("formula")
            for item in as_tuple(document.fields.get("attributes"))
            if isinstance(item, Mapping)
        },
    }
    return {word: list(value) if isinstance(value, tuple) else value for word, value in entry.items() if value}


def run_as_user(document: Document) -> str | None:
    """Return the username of the run-as user of client credentials."""
    found = _oauth(document).get("oauthClientCredentialUser")
    return found if isinstance(found, str) and found else None


def _grants(document: Document) -> tuple[str, ...]:
    config = _oauth(document)
    found = {
        GrantType.JWT_BEARER: bool(config.get("certificate")),
        GrantType.CLIENT_CREDENTIALS: config.get("isClientCredentialEnabled") in {"true", "1"},
    }
    return tuple(grant.value for grant, there in found.items() if there)


def _oauth(document: Document) -> Mapping[str, Value]:
    oauth = document.fields.get("oauthConfig")
    return oauth if isinstance(oauth, Mapping) else {}
