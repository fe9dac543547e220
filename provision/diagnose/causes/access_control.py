"""API Access Control lets only apps for admin-approved users in."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import APP_BLOCKED, NOT_FOR_REST
from provision.model.diagnosis import Cause

NAME = "api-access-control"
BEHIND = frozenset({APP_BLOCKED, NOT_FOR_REST})

SETTINGS = "ConnectedApp"
SWITCH = "enableAdminApprovedAppsOnly"


def look(case: Case) -> Cause | None:
    """Look at the switch of the org, and whether the app is one that it lets in."""
    remedy = f"Set apps.{case.proof.app.key}.policy.permitted_users to admin-approved and run provision apply"
    if not case.admin:
        return case.unseen(NAME, "Setup → API Access Control")
    if case.standing is None or case.standing.admin_approved:
        return None
    settings = case.sight.settings(SETTINGS)
    said = settings.fields.get(SWITCH) if settings else None
    if said == "true":
        return case.proved(
            NAME, f"{SWITCH} of ConnectedAppSettings is true, and users approve the app themselves", remedy
        )
    if said == "false":
        return None
    return case.possible(NAME, "users approve the app themselves; the switch of the org does not show", remedy)
