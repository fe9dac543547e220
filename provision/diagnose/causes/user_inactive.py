"""The user is deactivated."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import LOGIN_REFUSALS, NO_RUN_AS
from provision.model.diagnosis import Cause

NAME = "user-inactive"
BEHIND = LOGIN_REFUSALS | {NO_RUN_AS}


def look(case: Case) -> Cause | None:
    """Look at IsActive of whom the token would act as."""
    if not case.admin:
        return case.unseen(NAME, f"SELECT IsActive FROM User WHERE Username = '{case.username}'")
    user = acting(case)
    if user is None or user["IsActive"]:
        return None
    return case.proved(NAME, f"{user['Username']} is not active", f"Setup → Users → {user['Username']} → Active")
