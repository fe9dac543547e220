"""The API calls of the day are used up."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import CALLS_USED_UP
from provision.model.diagnosis import Cause

NAME = "calls-used-up"
BEHIND = frozenset({CALLS_USED_UP})


def look(case: Case) -> Cause | None:
    """The refusal has no other meaning."""
    limits = f"GET /services/data/v{case.proof.site.api_version}/limits"
    remedy = f"Wait for calls to become free (24 hours, rolling): {limits}, DailyApiRequests"
    return case.proved(NAME, "the org says so, and says it for nothing else", remedy)
