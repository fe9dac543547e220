"""A new or changed app is not known everywhere yet."""

from __future__ import annotations

from provision.apps.kinds import kind_of
from provision.diagnose.case import Case
from provision.diagnose.pairs import SPREADING, UNKNOWN_CLIENT
from provision.model.diagnosis import Cause

NAME = "spreading"
BEHIND = SPREADING

LONGEST_SECONDS = 600


def look(case: Case) -> Cause | None:
    """Look at the age of the last change; an unknown key is proof where the app has that very key."""
    remedy = f"provision verify {case.options} --propagation-timeout 10"
    if not case.admin:
        return case.unseen(NAME, remedy)
    if case.app is None or not case.app.id:
        return None
    sobject, _field = kind_of(case.app.kind).RECORDS
    age = case.sight.app_age_seconds(sobject, case.app.id)
    if age is None or age > LONGEST_SECONDS:
        return None
    evidence = f"the app was changed {max(age, 0) / 60:.0f} minutes ago; it takes 2 to 10 minutes to spread"
    known = case.app.consumer_key == case.proof.material.consumer_key
    if known and case.failure.said == UNKNOWN_CLIENT and case.standing and not case.standing.off:
        return case.proved(NAME, f"the key is the app's own, and {evidence}", remedy)
    return case.possible(NAME, evidence, remedy)
