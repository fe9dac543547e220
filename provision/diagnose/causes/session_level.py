"""A session level is demanded that flows without a person cannot reach."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.diagnose.pairs import NOT_FOR_REST, SESSION_LEVEL
from provision.model.diagnosis import Cause

NAME = "session-level"
BEHIND = frozenset({SESSION_LEVEL, NOT_FOR_REST})


def look(case: Case) -> Cause | None:
    """Look at the level that the app demands; that of profile and org does not show in the API."""
    remedy = "Set the session level of the app to Standard"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → Policies: High assurance session required")
    if case.standing is not None and case.standing.high_assurance is not None:
        return case.proved(NAME, f"{setting(case.standing.high_assurance)} is HIGH_ASSURANCE", remedy)
    profile = case.user.profile if case.user else "the user"
    evidence = "the app does not demand it; whether org or profile do, the API does not show"
    return case.possible(NAME, evidence, f"Setup → Profiles → {profile} → Session Settings: level Standard")
