"""An app whose secret is not stored: its grant is not proved until the secret is brought."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provision.errors import Code
from tests.journeys.conftest import Provision


def test_a_secret_is_brought_by_environment_file_or_not_at_all(
    settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provision("apply", "--json").code == 0
    folder = settings.parent / ".provision/local-legacy/billing-sync/credentials"
    [stored] = folder.glob("*.json")
    secret = json.loads(stored.read_text())["consumer_secret"]
    for file in list(folder.iterdir()):
        file.unlink()
    unproved = provision("verify", "--json", "--grant", "client-credentials")
    assert (unproved.code, unproved.document["code"]) == (1, Code.CHECKS_FAILED)
    [app] = unproved.org["apps"]
    [token] = [check for check in app["checks"] if check["check"] == "client-credentials/token"]
    assert (token["status"], token["code"]) == ("failed", "SECRET_MISSING")
    assert "provision keys secret -o local-legacy -a billing-sync" in token["remedy"]

    assert provision("keys", "secret").code == 2
    monkeypatch.setenv("BILLING_SECRET", f"{secret}\n")
    brought = provision("keys", "secret", "--secret-env", "BILLING_SECRET", "--json")
    assert brought.code == 0
    assert secret not in brought.out + brought.err
    assert provision("verify", "--json", "--grant", "client-credentials").code == 0

    wrong = settings.parent / "wrong.txt"
    wrong.write_text("not-the-secret")
    assert provision("keys", "secret", "--secret", str(wrong)).code == 0
    refused = provision("verify", "--json", "--grant", "client-credentials", "--no-negative")
    assert refused.code == 1
    assert "invalid client credentials" in refused.out


def test_damaged_credentials_are_moved_away_and_read_from_the_org_again(settings: Path, provision: Provision) -> None:
    where = ("-o", "local", "-a", "billing-sync")
    assert provision("apply", *where, "--no-verify").code == 0
    folder = settings.parent / ".provision/local/billing-sync/credentials"
    [stored] = folder.glob("*.json")
    stored.write_text("{")
    damaged = provision("keys", "secret", *where, "--from-org", "--json")
    assert (damaged.code, damaged.document["code"]) == (1, Code.STORE_CORRUPT)
    actions = " ".join(damaged.document["actions"])
    assert "move the folder" in actions
    assert "provision keys secret -o local -a billing-sync --from-org" in actions
    stored.unlink()
    lost = provision("keys", "secret", *where, "--from-org", "--json")
    assert (lost.code, lost.document["code"]) == (1, Code.STORE_CORRUPT)
    assert "()" not in " ".join(lost.document["actions"])
    folder.rename(settings.parent / "moved-away")
    assert provision("keys", "secret", *where, "--from-org").code == 0
    assert provision("verify", *where).code == 0
