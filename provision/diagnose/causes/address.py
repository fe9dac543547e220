"""The address of this machine is not one of those that the user may log in from."""

from __future__ import annotations

from provision.diagnose.acting import acting
from provision.diagnose.case import Case
from provision.diagnose.pairs import IP_RESTRICTED
from provision.model.diagnosis import Cause

NAME = "address"
BEHIND = frozenset({IP_RESTRICTED})

STATUSES = ("Restricted IP", "IP Address Not Allowed")


def look(case: Case) -> Cause | None:
    """Look for the row that the refusal left in the user's login history."""
    if not case.admin:
        return case.possible(NAME, "the org says so", "Setup → Profiles → Login IP Ranges: add this machine's address")
    user = acting(case)
    rows = case.sight.logins(user["Id"]) if user else ()
    row = next((row for row in rows if any(status in row["Status"] for status in STATUSES)), None)
    profile = (user or {}).get("Profile", {}).get("Name", "the user's profile")
    if row is None:
        remedy = f"Setup → Profiles → {profile} → Login IP Ranges: add this machine's address"
        return case.possible(NAME, "the org says so", remedy)
    remedy = f"Setup → Profiles → {profile} → Login IP Ranges: add {row['SourceIp']}"
    return case.proved(NAME, f"login history: {row['Status']}, from {row['SourceIp']}", remedy)
