"""What a grant is asked with is not stored here."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.model.diagnosis import Cause

NAME = "credentials-missing"
BEHIND = frozenset({("KEY_MISSING", ""), ("SECRET_MISSING", "")})


def look(case: Case) -> Cause | None:
    """The store was looked at before anything was asked; another key of the app is a cause of its own."""
    stored, held = case.proof.material.stored_consumer_key, case.app.consumer_key if case.app else None
    if case.failure.code == "SECRET_MISSING" and stored and held and stored != held:
        return None
    if case.failure.code == "KEY_MISSING":
        remedy = f"provision keys import {case.options} brings the private key that the app's certificate belongs to"
        return case.proved(NAME, "no private key is stored for the app", remedy)
    remedy = f"provision keys secret {case.options} stores the secret that consumers use"
    return case.proved(NAME, "no consumer secret is stored for the app", remedy)
