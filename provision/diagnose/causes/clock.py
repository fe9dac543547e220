"""The clock of this machine differs from that of the org."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.causes import certificate_differs
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
    too_old = case.failure.said == EXPIRED
    there = case.sight.clock_of_org()
    if there is None:
        evidence = "the org says that the assertion was too old; its clock does not show"
        return case.possible(NAME, evidence, remedy) if too_old else None
    ahead = (case.proof.site.transport.clock.now() - there).total_seconds()
    if -BEHIND_SECONDS <= ahead <= AHEAD_SECONDS:
        evidence = "the clocks agree now; the assertion was on its way too long"
        return case.possible(NAME, evidence, remedy) if too_old else None
    if too_old == (ahead > 0):
        return None  # a clock that is ahead makes no assertion old, and one behind makes none too young
    way = "ahead of" if ahead > 0 else "behind"
    evidence = f"this machine's clock is {abs(ahead):.0f} s {way} the org's"
    settled = too_old or _right_certificate(case)
    return case.proved(NAME, evidence, remedy) if settled else case.possible(NAME, evidence, remedy)


def _right_certificate(case: Case) -> bool:
    """Whether the signature is ruled out as what is invalid about the assertion."""
    shown = case.app is not None and case.app.certificate is not None
    return shown and case.proof.material.key_pair is not None and certificate_differs.look(case) is None
