"""The app acts as another user than the one that is declared."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.model.desired import GrantType
from provision.model.diagnosis import Cause

NAME = "run-as-other"
BEHIND = frozenset({("WRONG_USER", "")})


def look(case: Case) -> Cause | None:
    """Compare the run-as user of the app with the declared one."""
    if case.failure.grant is not GrantType.CLIENT_CREDENTIALS:
        return None
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → Policies → Client Credentials Flow: Run As")
    if case.user is None or case.standing is None or case.standing.run_as is None:
        return None
    if case.standing.run_as.lower() == case.username.lower():
        return None
    place = setting(case.standing.run_as_place)
    evidence = f"{place} is {case.standing.run_as}, declared is {case.username}"
    return case.proved(NAME, evidence, f"provision apply {case.options}")
