"""Apply, verify and rotate with keys that never are in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Provision, edit
from tests.journeys.key_pairs import listed
from tests.signers.conftest import REGION, kms, pkcs11_module  # noqa: F401 -- fixtures
from tests.signers.soft_hsm import PIN, PIN_ENV, TOKEN

KMS = {"type": "aws-kms", "region": REGION}
TYPES = ("pkcs11", "aws-kms")


def declare(settings: Path, signer: dict[str, str]) -> None:
    """Let the app's keys be kept by a signer."""
    text = settings.read_text()
    settings.write_text(f"{text}\nsigners:\n  vault: {json.dumps(signer)}\n")
    edit(settings, "key: {bits: 2048, days: 365}", "key: {bits: 2048, days: 365, signer: vault}")


@pytest.fixture(params=TYPES)
def vaulted(request: pytest.FixtureRequest, settings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings whose app has its keys in a vault."""
    if request.param == "aws-kms":
        request.getfixturevalue("kms")
        declare(settings, KMS)
    else:
        module = request.getfixturevalue("pkcs11_module")
        monkeypatch.setenv(PIN_ENV, PIN)
        declare(settings, {"type": "pkcs11", "module": str(module), "token": TOKEN, "pin_env": PIN_ENV})
    return settings


def test_apply_verify_and_rotate_work_and_no_key_is_ever_on_disk(vaulted: Path, provision: Provision) -> None:
    applied = provision("apply")
    assert applied.code == 0, applied.err
    assert provision("verify").code == 0
    renewed = provision("rotate", "cert", "--json")
    assert renewed.code == 0, renewed.out
    replaced = provision("rotate", "cert", "--strategy", "in-place", "--accept-outage", "--json")
    assert replaced.code == 0, replaced.out
    assert listed(provision) == [(1, "archived"), (2, "archived"), (3, "current")]
    assert provision("verify").code == 0
    assert provision("rotate", "cert", "--rollback").code == 0
    assert listed(provision) == [(1, "archived"), (2, "current"), (3, "retired")]
    assert provision("verify").code == 0
    assert provision("keys", "csr").code == 0
    files = [path for path in (vaulted.parent / ".provision").rglob("*") if path.is_file()]
    assert any(path.name == "0002.key.json" for path in files)
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in files)


def test_a_signer_that_is_not_declared_is_told_with_its_place(settings: Path, provision: Provision) -> None:
    edit(settings, "key: {bits: 2048, days: 365}", "key: {signer: hsm}")
    done = provision("plan", "--json")
    assert (done.code, done.document["code"]) == (2, "SETTINGS_INVALID")
    assert "apps.billing-sync.key.signer" in done.document["message"]
