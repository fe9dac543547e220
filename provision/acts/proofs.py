"""The outcome of the last proof of each app, kept for whoever asks later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from provision.model.result import OrgResult
from provision.store.protocol import LastProof, Slot, Store


def note_proofs(store: Store, result: OrgResult, now: datetime) -> None:
    """Remember how many checks of each app came to what; an app of which nothing was asked keeps its last proof."""
    for app in result.apps:
        if app.checks:
            numbers = Counter(check.status.value for check in app.checks)
            store.note_proof(Slot(result.org, app.app), LastProof(now, app.proved, dict(numbers)))
