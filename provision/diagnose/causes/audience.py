"""The assertion names an audience that the org does not take."""

from __future__ import annotations

from provision.apps.kinds import kind_of
from provision.diagnose.case import Case
from provision.diagnose.pairs import APP_NOT_FOUND, AUDIENCE, AUDIENCE_DOCUMENTED, NOT_APPROVED
from provision.model.desired import GrantType
from provision.model.diagnosis import Cause

NAME = "audience"
WORDS_OF_OTHERS = frozenset({APP_NOT_FOUND, NOT_APPROVED})
"""Refusals that an audience may lead to, and that tell of other things in the first place."""
BEHIND = WORDS_OF_OTHERS | {AUDIENCE, AUDIENCE_DOCUMENTED, ("AUDIENCE_REFUSED", "")}


def look(case: Case) -> Cause | None:
    """Compare what was sent with what an app of this kind may name."""
    if case.failure.grant is not GrantType.JWT_BEARER:
        return None
    site, sent = case.proof.site, case.proof.options.audience
    allowed = kind_of(case.proof.kind).audiences(site.login_host, site.my_domain)
    remedy = f"Unset SF_AUDIENCE_URL, or set it to https://{site.my_domain}"
    if sent is not None and sent.rstrip("/") not in allowed:
        evidence = f"aud is {sent}, not {' or '.join(sorted(allowed))}"
        if case.failure.said in WORDS_OF_OTHERS:
            return case.possible(NAME, evidence, remedy)
        return case.proved(NAME, evidence, remedy)
    if case.failure.said in {AUDIENCE, AUDIENCE_DOCUMENTED}:
        return case.possible(NAME, f"none of {', '.join(case.proof.audiences)} is accepted", remedy)
    return None
