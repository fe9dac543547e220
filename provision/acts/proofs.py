"""The outcome of the last proof of each app, kept for whoever asks later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from provision.model.check import JWT_TOKEN, CheckStatus
from provision.model.result import AppResult, OrgResult
from provision.store.protocol import LastProof, Slot, Store


def note_proofs(store: Store, result: OrgResult, now: datetime) -> None:
    """Remember how many checks of each app came to what; an app of which nothing was asked keeps its last proof."""
    for app in result.apps:
        if app.checks:
            slot = Slot(result.org, app.app)
            numbers = Counter(check.status.value for check in app.checks)
            certificate = _certificate(app, result.org_id, store.last_proof(slot))
            store.note_proof(slot, LastProof(now, app.proved, dict(numbers), certificate, result.org_id))


def _certificate(app: AppResult, org_id: str | None, before: LastProof | None) -> str | None:
    """Return the certificate whose key got a token; where none was asked for, that of the proof before in this org."""
    tokens = [check.status for check in app.checks if check.check == JWT_TOKEN]
    if not tokens:
        return before.certificate if before and org_id is not None and before.org_id == org_id else None
    return app.certificate.fingerprint_sha256 if app.certificate and tokens == [CheckStatus.PASSED] else None
