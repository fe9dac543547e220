"""The app lacks a scope that the grant, or the API, needs."""

from __future__ import annotations

from provision.apps.kinds import kind_of
from provision.diagnose.case import Case
from provision.diagnose.pairs import NO_SCOPES, NOT_FOR_REST
from provision.model.diagnosis import Cause

NAME = "scope-missing"
BEHIND = frozenset({NO_SCOPES, NOT_FOR_REST})

OPENING = frozenset({"api", "full"})
"""Scopes that open the REST API."""
EMPTY = frozenset({"full", "refresh_token", "offline_access"})
"""Scopes that client credentials cannot use by themselves."""


def look(case: Case) -> Cause | None:
    """Look at the scopes that the app has in the org."""
    remedy = f"Declare api under apps.{case.proof.app.key}.scopes and run provision apply {case.options}"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → OAuth: Selected OAuth Scopes")
    if case.app is None:
        return None
    scopes = kind_of(case.app.kind).scopes(case.app)
    usable = scopes - EMPTY if case.failure.said == NO_SCOPES else scopes & OPENING
    if usable:
        return None
    return case.proved(NAME, f"the app has {', '.join(sorted(scopes)) or 'no scope'}", remedy)
