"""The user may not use the API."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import API_OFF_ORG, API_OFF_USER
from provision.model.diagnosis import Cause

NAME = "api-not-enabled"
BEHIND = frozenset({API_OFF_ORG, API_OFF_USER})


def look(case: Case) -> Cause | None:
    """Look for API Enabled in the profile and the permission sets of the user."""
    remedy = "Add user_permissions: [ApiEnabled] to a permission set of the user and run provision apply"
    if not case.admin:
        return case.unseen(NAME, "API Enabled in profile and permission sets of the user")
    user = acting(case)
    if user is None or user["Profile"]["PermissionsApiEnabled"]:
        return None
    if any(held["PermissionsApiEnabled"] for held in case.sight.held_sets(user["Id"]).values()):
        return None
    return case.proved(NAME, f"neither the profile nor a permission set of {user['Username']} has API Enabled", remedy)
