"""The app is for approved users, and no permission set or profile carries it."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import NOT_ADMIN_APPROVED
from provision.model.diagnosis import Cause

NAME = "not-granted"
BEHIND = frozenset({NOT_ADMIN_APPROVED})


def look(case: Case) -> Cause | None:
    """Look for rows of SetupEntityAccess."""
    if not case.admin:
        return case.unseen(NAME, "SELECT ParentId FROM SetupEntityAccess WHERE SetupEntityId = 'APP_ID'")
    if case.app is None or not case.app.id or case.sight.granted_parents(case.app.id):
        return None
    evidence = f"no permission set or profile carries {case.app.label} (SetupEntityAccess of {case.app.id})"
    return case.proved(NAME, evidence, f"provision apply {case.options} gives it to {case.proof.app.access.name}")
