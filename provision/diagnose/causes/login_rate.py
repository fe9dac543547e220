"""The user logged in too often."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import LOGIN_RATE
from provision.model.diagnosis import Cause

NAME = "login-rate"
BEHIND = frozenset({LOGIN_RATE, ("LOGIN_RATE_EXCEEDED", ""), ("rate_limit_exceeded", "")})

STATUS = "rate exceeded"


def look(case: Case) -> Cause | None:
    """Look for the row that the refusal left in the user's login history."""
    remedy = "Let consumers keep a token until it is refused, and wait an hour"
    if not case.admin:
        return case.possible(NAME, "the org says so", remedy)
    user = acting(case)
    rows = case.sight.logins(user["Id"]) if user else ()
    row = next((row for row in rows if STATUS in row["Status"].lower()), None)
    if row is None:
        return case.possible(NAME, "the org says so", remedy)
    return case.proved(NAME, f"login history: {row['Status']}", remedy)
