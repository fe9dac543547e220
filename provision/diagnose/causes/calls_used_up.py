"""The API calls of the day are used up."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import CALLS_USED_UP
from provision.model.diagnosis import Cause

NAME = "calls-used-up"
BEHIND = frozenset({CALLS_USED_UP})


def look(case: Case) -> Cause | None:
    """The refusal has no other meaning."""
    remedy = "Wait for calls to become free (24 hours, rolling): GET /services/data/v67.0/limits, DailyApiRequests"
    return case.proved(NAME, "the org says so, and says it for nothing else", remedy)
