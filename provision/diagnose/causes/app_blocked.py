"""An administrator blocked the app."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.causes import access_control
from provision.diagnose.pairs import APP_BLOCKED
from provision.model.diagnosis import Cause, Verdict

NAME = "app-blocked"
BEHIND = frozenset({APP_BLOCKED})


def look(case: Case) -> Cause | None:
    """The org says so itself; API Access Control, the other reason for the same words, has to be ruled out."""
    remedy = "Setup → Connected Apps OAuth Usage → Unblock"
    if not case.admin:
        return case.unseen(NAME, remedy)
    other = access_control.look(case)
    if other is None and case.standing is not None:
        return case.proved(NAME, "the org says so, and API Access Control does not keep the app out", remedy)
    if other is not None and other.verdict is Verdict.PROVED:
        return None
    return case.possible(NAME, "the org says so", remedy)
