"""The app is for approved users, and the user holds none of the permission sets that carry it."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import NOT_ADMIN_APPROVED
from provision.model.diagnosis import Cause

NAME = "not-assigned"
BEHIND = frozenset({NOT_ADMIN_APPROVED})


def look(case: Case) -> Cause | None:
    """Compare the permission sets of the app with those of the user who is refused."""
    if not case.admin:
        return case.unseen(NAME, f"Setup → Users → {case.username} → Permission Set Assignments")
    if case.app is None or not case.app.id:
        return None
    user = acting(case)
    parents = case.sight.granted_parents(case.app.id)
    if user is None or not parents or parents & set(case.sight.held_sets(user["Id"])):
        return None
    names = ", ".join(case.sight.set_names(parents)) or "profiles alone"
    return case.proved(
        NAME, f"{user['Username']} holds none of what carries the app: {names}", f"provision assign {case.options}"
    )
