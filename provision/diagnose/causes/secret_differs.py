"""The consumer secret that is held is not the app's."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import WRONG_SECRET
from provision.model.diagnosis import Cause

NAME = "secret-differs"
BEHIND = frozenset({WRONG_SECRET})


def look(case: Case) -> Cause | None:
    """No org returns a secret; where the key is the app's own, a refused pair leaves nothing but the secret."""
    remedy = f"provision keys secret {case.options} stores the one that consumers use (Setup → Consumer Details)"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → Consumer Details: key and secret belong together")
    held = case.app.consumer_key if case.app else None
    if held is None or held != case.proof.material.consumer_key:
        return case.possible(NAME, "the org does not show the app's key", remedy)
    return case.proved(NAME, "the key is the app's own and the pair is refused, so the secret is another", remedy)
