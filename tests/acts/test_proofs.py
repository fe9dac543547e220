"""What is remembered of a proof: never more than was proved, and of the org where it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provision.acts.proofs import note_proofs
from provision.model.check import JWT_TOKEN, CheckResult, CheckStatus
from provision.model.desired import AppKind
from provision.model.result import AppResult, CertificateState, OrgResult
from provision.store.file import FileStore
from provision.store.protocol import Slot

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HERE, ELSEWHERE = "00D000000000001AAA", "00D000000000002AAA"
CERTIFICATE = CertificateState("AB:CD", NOW)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def noted(store: FileStore, org_id: str | None, **checks: CheckStatus) -> str | None:
    """Note a proof that asked `checks` and return the certificate that counts as proved."""
    names = {"jwt": JWT_TOKEN, "secret": "client-credentials/token"}
    results = tuple(CheckResult(names[name], "billing", None, status) for name, status in checks.items())
    app = AppResult("billing", AppKind.CONNECTED_APP, "3MVG9", CERTIFICATE, results)
    note_proofs(store, OrgResult("uat", org_id, "done", 0, apps=(app,)), NOW)
    last = store.last_proof(Slot("uat", "billing"))
    assert last is not None
    assert last.org_id == org_id
    return last.certificate


@pytest.mark.parametrize("org_id", [HERE, None])
def test_a_token_for_what_the_key_signed_proves_the_certificate(store: FileStore, org_id: str | None) -> None:
    assert noted(store, org_id, jwt=CheckStatus.PASSED) == "AB:CD"


@pytest.mark.parametrize("status", [CheckStatus.FAILED, CheckStatus.PENDING, CheckStatus.SKIPPED])
def test_no_token_proves_none_whatever_was_proved_before(store: FileStore, status: CheckStatus) -> None:
    noted(store, HERE, jwt=CheckStatus.PASSED)
    assert noted(store, HERE, jwt=status) is None


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [(HERE, HERE, "AB:CD"), (ELSEWHERE, HERE, None), (None, HERE, None), (HERE, None, None), (None, None, None)],
)
def test_a_proof_of_the_secret_alone_keeps_the_certificate_that_was_proved_in_this_org(
    store: FileStore, before: str | None, now: str | None, kept: str | None
) -> None:
    noted(store, before, jwt=CheckStatus.PASSED)
    assert noted(store, now, secret=CheckStatus.PASSED) == kept
