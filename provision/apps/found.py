"""Apps as an org has them, in the words of an app: what can be adopted, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from provision.apps import connected_app, connected_app_file, external_client_app_said
from provision.apps.elements import inner, text
from provision.apps.kind import Kind
from provision.apps.kinds import kind_of
from provision.model.desired import AppKind, GrantType
from provision.model.metadata import Document
from provision.model.observed import ObservedApp


@dataclass(frozen=True)
class Found:
    """An app that is in the org."""

    existing: ObservedApp
    app: Mapping[str, Any]
    """Fields of `App`, by their names there, as far as the org shows them."""
    policy: Mapping[str, Any]
    """Fields of `AppPolicy`."""
    grants: frozenset[GrantType]
    run_as: str | None
    """Username that client credentials act as."""
    obstacle: str | None = None
    """Why it cannot be adopted."""


def found_in(
    kind: Kind, documents: Mapping[tuple[str, str], Document], ids: Mapping[str, str], org_id: str
) -> Iterator[Found]:
    """Yield every app of a kind among retrieved documents; `ids` are record ids by what `Kind.RECORDS` calls them."""
    for type_name, name in documents:
        existing = kind.observed(name, documents, ids) if type_name == kind.TYPES[0] else None
        if existing is not None:
            found = _READERS[kind.KIND](existing)
            yield replace(found, obstacle=found.obstacle or _obstacle(found, org_id))


def _connected_app(existing: ObservedApp) -> Found:
    document = existing.documents[connected_app.TYPE]
    oauth = inner(document.fields, "oauthConfig")
    grants = {GrantType.JWT_BEARER} if oauth.get("certificate") else set()
    if oauth.get("isClientCredentialEnabled") == "true":
        grants.add(GrantType.CLIENT_CREDENTIALS)
    run_as = text(oauth.get("oauthClientCredentialUser"))
    try:
        said = connected_app_file.said(document)
    except connected_app_file.NotUnderstood as problem:
        return Found(existing, {}, {}, frozenset(grants), run_as, f"{problem.path}: {problem}")
    return Found(existing, said.app, said.policy, frozenset(grants), run_as)


def _external_client_app(existing: ObservedApp) -> Found:
    return Found(
        existing,
        external_client_app_said.app_words(existing),
        external_client_app_said.policy_words(existing),
        external_client_app_said.grants(existing),
        external_client_app_said.run_as(existing),
    )


def _obstacle(found: Found, org_id: str) -> str | None:
    if not found.grants:
        return "it has neither a certificate nor client credentials, so no program logs in with it alone"
    if not found.app.get("scopes"):
        return "it has no OAuth scope that is known"
    if not found.app.get("contact_email"):
        return "it has no contact e-mail address"
    return kind_of(found.existing.kind).foreign(found.existing, org_id)


_READERS = {
    AppKind.CONNECTED_APP: _connected_app,
    AppKind.EXTERNAL_CLIENT_APP: _external_client_app,
}
