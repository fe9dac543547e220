"""Apps as an org has them, in the words of an app: what can be adopted, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provision.apps import connected_app, connected_app_file
from provision.model.desired import GrantType
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


def found_in(documents: Mapping[tuple[str, str], Document], ids: Mapping[str, str]) -> Iterator[Found]:
    """Yield every app among retrieved documents; `ids` are record ids by label or name."""
    for (type_name, name), document in documents.items():
        if type_name == connected_app.TYPE:
            label = str(document.fields.get("label", name))
            existing = connected_app.observed(document, name=name, record_id=ids.get(label) or ids.get(name) or "")
            yield _connected_app(existing, document)


def _connected_app(existing: ObservedApp, document: Document) -> Found:
    config = document.fields.get("oauthConfig")
    oauth = config if isinstance(config, Mapping) else {}
    grants = set()
    if oauth.get("certificate"):
        grants.add(GrantType.JWT_BEARER)
    if oauth.get("isClientCredentialEnabled") == "true":
        grants.add(GrantType.CLIENT_CREDENTIALS)
    run_as = oauth.get("oauthClientCredentialUser")
    try:
        said = connected_app_file.said(document)
    except connected_app_file.NotUnderstood as problem:
        return Found(existing, {}, {}, frozenset(grants), None, f"{problem.path}: {problem}")
    return judged(
        Found(existing, said.app, said.policy, frozenset(grants), run_as if isinstance(run_as, str) else None)
    )


def judged(found: Found) -> Found:
    """Return an app with what stands against adopting it."""
    obstacle = None
    if not found.grants:
        obstacle = "it has neither a certificate nor client credentials, so no program logs in with it alone"
    elif not found.app.get("scopes"):
        obstacle = "it has no OAuth scope that is known"
    elif not found.app.get("contact_email"):
        obstacle = "it has no contact e-mail address"
    return Found(found.existing, found.app, found.policy, found.grants, found.run_as, obstacle)
