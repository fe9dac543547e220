"""The clock of this machine differs from that of the org."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import EXPIRED, INVALID_ASSERTION
from provision.model.diagnosis import Cause

NAME = "clock"
BEHIND = frozenset({EXPIRED, INVALID_ASSERTION})

BEHIND_SECONDS = 60
AHEAD_SECONDS = 60
"""Assertions are good for three minutes: one that is made a minute ahead may be too far in the future."""


def look(case: Case) -> Cause | None:
    """Compare with the `Date` of an answer."""
    remedy = "Set the clock of this machine: timedatectl set-ntp true"
    there = case.sight.clock_of_org()
    if there is None:
        if case.failure.said == EXPIRED:
            return case.possible(NAME, "the org says that the assertion was too old; its clock does not show", remedy)
        return None
    ahead = (case.proof.site.transport.clock.now() - there).total_seconds()
    if -BEHIND_SECONDS <= ahead <= AHEAD_SECONDS:
        if case.failure.said == EXPIRED:
            return case.possible(NAME, "the clocks agree now; the assertion was on its way too long", remedy)
        return None
    way = "ahead of" if ahead > 0 else "behind"
    evidence = f"this machine's clock is {abs(ahead):.0f} s {way} the org's"
    wrong_way = case.failure.said == EXPIRED and ahead > 0
    return None if wrong_way else case.proved(NAME, evidence, remedy)
