"""The consumer key that is held is not the one that the app has."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import APP_NOT_FOUND, UNKNOWN_CLIENT
from provision.model.diagnosis import Cause

NAME = "consumer-key-differs"
BEHIND = frozenset({UNKNOWN_CLIENT, APP_NOT_FOUND, ("SECRET_MISSING", "")})


def look(case: Case) -> Cause | None:
    """Compare the key that was sent, and the one that is stored, with the one in the org; neither is shown whole."""
    sent, stored = case.proof.material.consumer_key, case.proof.material.stored_consumer_key
    remedy = f"provision keys secret {case.options} stores key and secret that the app has now"
    if not case.admin:
        if case.failure.refusal is None:
            return None
        return case.unseen(NAME, "Setup → the app → Consumer Details: compare with provision keys show")
    held = case.app.consumer_key if case.app else None
    # What was refused is what was sent; the stored key counts where nothing could be asked for its sake.
    keys = (sent, stored) if case.failure.refusal is None else (sent,)
    other = next((key for key in keys if held and key and key != held), None)
    if other is None or held is None:
        return None
    same = next((at for at, (a, b) in enumerate(zip(other, held, strict=False)) if a != b), min(len(other), len(held)))
    return case.proved(NAME, f"the stored key and the app's share their first {same} characters only", remedy)
