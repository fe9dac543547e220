"""The user is frozen."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import LOGIN_REFUSALS, NO_RUN_AS
from provision.model.diagnosis import Cause

NAME = "user-frozen"
BEHIND = LOGIN_REFUSALS | {NO_RUN_AS}


def look(case: Case) -> Cause | None:
    """Look at UserLogin.IsFrozen of whom the token would act as."""
    if not case.admin:
        return case.unseen(NAME, f"SELECT IsFrozen FROM UserLogin: the user {case.username}")
    user = acting(case)
    if user is None or not case.sight.frozen(user["Id"]):
        return None
    return case.proved(NAME, f"{user['Username']} is frozen", f"Setup → Users → {user['Username']} → Unfreeze")
