"""Users approve the app themselves, and this one never did."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.diagnose.causes import user_frozen, user_inactive
from provision.diagnose.pairs import NOT_APPROVED
from provision.model.diagnosis import Cause

NAME = "self-authorised"
BEHIND = frozenset({NOT_APPROVED})


def look(case: Case) -> Cause | None:
    """Look at the policy of the app."""
    remedy = f"Set apps.{case.proof.app.key}.policy.permitted_users to admin-approved and run provision apply"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → Policies: Permitted Users")
    if case.standing is None or case.standing.admin_approved or case.user is None:
        return None
    if user_inactive.look(case) or user_frozen.look(case):
        return None  # who cannot log in is refused in the same words, approval or not
    place = setting(case.standing.policy)
    evidence = f"{place} lets users approve the app themselves; {case.username} never did, or without refresh_token"
    return case.proved(NAME, evidence, remedy)
