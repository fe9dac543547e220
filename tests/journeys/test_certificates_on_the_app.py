"""Which certificate an app gets: what consumers sign with never changes behind their back."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.conftest import Provision
from tests.journeys.key_pairs import CONFIRMED, bring_another_key
from tests.keys.openssl import needs_openssl
from tests.keys.openssl_authority import OpensslAuthority

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def openssl_authority(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    return OpensslAuthority(tmp_path_factory.mktemp("authority") / "openssl")


@needs_openssl
def test_an_authority_s_certificate_goes_onto_the_app_and_nobody_notices(
    settings: Path, provision: Provision, openssl_authority: OpensslAuthority
) -> None:
    assert provision("apply", "--no-verify").code == 0
    (settings.parent / "issued.pem").write_text(openssl_authority.sign(provision("keys", "csr").out))
    assert provision("keys", "import", "--certificate", "issued.pem").code == 0
    early = provision("keys", "retire", "--generation", "1", *CONFIRMED, "--json")
    assert early.document["code"] == "KEY_IN_USE"
    assert "provision apply" in early.document["actions"][0]
    assert provision("verify").code == 0, "the key is the same: what the app holds still verifies"
    done = provision("apply", "--json")
    assert done.code == 0, done.err
    [change] = done.org["changes"]
    assert [row["field"] for row in change["fields"]] == ["oauthConfig.certificate"]
    expected = provision("keys", "show", "--json").document["result"]["fingerprint_sha256"]
    assert done.org["apps"][0]["certificate"]["fingerprint_sha256"] == expected
    assert provision("apply", "--json").org["status"] == "unchanged"
    assert provision("keys", "check", "--in-org").code == 0
    assert provision("keys", "retire", "--generation", "1", *CONFIRMED).code == 0
    assert provision("apply", "--json").org["status"] == "unchanged"


def test_a_key_brought_without_its_certificate_leaves_the_app_as_it_is(
    settings: Path, provision: Provision, tmp_path: Path
) -> None:
    assert provision("apply", "--no-verify").code == 0
    deployed = provision("keys", "show", "--json").document["result"]["fingerprint_sha256"]
    [key] = (settings.parent / ".provision/local-legacy").rglob("0001.key.pem")
    shutil.copy(key, tmp_path / "kept.key")
    credentials = settings.parent / ".provision/local-legacy/billing-sync/keys"
    shutil.rmtree(credentials)
    assert provision("apply", "--json").document["code"] == "KEY_MISSING"
    assert provision("keys", "import", "--key", "kept.key").code == 0
    done = provision("apply", "--json")
    assert (done.code, done.org["status"]) == (0, "unchanged"), done.out
    assert done.org["apps"][0]["certificate"]["fingerprint_sha256"] == deployed


def test_a_current_generation_with_another_key_stays_off_the_app(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    bring_another_key(provision, settings.parent)
    done = provision("apply", "--json")
    assert (done.code, done.org["status"]) == (0, "unchanged")
