"""The app names no run-as user for client credentials, or one whom the org does not have."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.diagnose.pairs import NO_RUN_AS
from provision.model.diagnosis import Cause

NAME = "run-as-missing"
BEHIND = frozenset({NO_RUN_AS})


def look(case: Case) -> Cause | None:
    """Look at the user that the app names."""
    remedy = f"provision apply {case.options} sets {case.username}"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → Policies → Client Credentials Flow: Run As")
    if case.standing is None:
        return None
    place = setting(case.standing.run_as_place)
    if case.standing.run_as is None:
        return case.proved(NAME, f"{place} names nobody", remedy)
    if case.sight.user(case.standing.run_as) is None:
        return case.proved(NAME, f"{place} names {case.standing.run_as}, whom the org does not have", remedy)
    return None
