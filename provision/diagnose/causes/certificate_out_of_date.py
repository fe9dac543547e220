"""The certificate is right but not valid today, and the org cares."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.causes import certificate_differs
from provision.diagnose.pairs import INVALID_ASSERTION
from provision.keys.certificate import parse_certificate
from provision.model.diagnosis import Cause

NAME = "certificate-out-of-date"
BEHIND = frozenset({INVALID_ASSERTION})


def look(case: Case) -> Cause | None:
    """Compare the period of the certificate with the clock of the org, where the key is the right one."""
    pair = case.proof.material.key_pair
    if pair is None or (case.admin and (case.app is None or case.app.certificate is None)):
        return None
    if case.admin and certificate_differs.look(case) is not None:
        return None
    held = parse_certificate(case.app.certificate) if case.app and case.app.certificate else pair.certificate
    now = case.sight.clock_of_org() or case.proof.site.transport.clock.now()
    first, last = held.not_valid_before_utc, held.not_valid_after_utc
    if first <= now <= last:
        return None
    period = f"expired on {last:%Y-%m-%d}" if now > last else f"is valid from {first:%Y-%m-%d %H:%M} UTC on"
    evidence = f"the certificate {period}, and everything else about the assertion is right"
    remedy = f"provision rotate cert {case.options} gives the app a certificate that is valid now"
    return case.proved(NAME, evidence, remedy) if case.admin else case.possible(NAME, evidence, remedy)
