"""`provision keys csr`: requests for certificates of an authority."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from tests.journeys.conftest import Provision, edit
from tests.journeys.key_pairs import listed, requested_key, shown, snapshot
from tests.keys.openssl import needs_openssl, openssl

NOW = datetime.now(UTC)


@pytest.fixture
def generated(settings: Path, provision: Provision) -> Path:
    assert provision("keys", "generate").code == 0
    return settings


@needs_openssl
def test_openssl_accepts_the_request(generated: Path, provision: Provision) -> None:
    done = provision("keys", "csr", "--subject", "CN=billing-sync,O=Acme")
    text = openssl("req", "-verify", "-noout", "-text", "-subject", "-nameopt", "RFC2253", stdin=done.out.encode())
    assert b"subject=CN=billing-sync,O=Acme" in text
    assert b"Digital Signature" in text
    assert "generation 1 (current)" in done.err


def test_it_is_for_the_current_key_and_changes_nothing(generated: Path, provision: Provision) -> None:
    before = snapshot(generated.parent)
    assert requested_key(provision) == shown(provision).public_key()
    assert snapshot(generated.parent) == before


def test_the_subject_is_that_of_the_settings_else_the_app(generated: Path, provision: Provision) -> None:
    assert provision("keys", "csr", "--json").document["result"]["subject"] == "CN=billing-sync"
    edit(generated, "    key: {bits: 2048, days: 365}", "    key: {bits: 2048, days: 365, subject: 'CN=x,O=Acme'}")
    assert provision("keys", "csr", "--json").document["result"]["subject"] == "CN=x,O=Acme"


def test_a_subject_that_is_none_is_refused(generated: Path, provision: Provision) -> None:
    for arguments in ([], ["--new-key"]):
        done = provision("keys", "csr", "--subject", "X=", *arguments, "--json")
        assert (done.code, done.document["code"]) == (2, "CERTIFICATE_INVALID")
    assert listed(provision) == [(1, "current")]


def test_it_is_written_to_a_file_that_is_not_replaced(generated: Path, provision: Provision) -> None:
    assert provision("keys", "csr", "--out", "app.csr").out == "app.csr written.\n"
    written = (generated.parent / "app.csr").read_text()
    x509.load_pem_x509_csr(written.encode())
    done = provision("keys", "csr", "--out", "app.csr", "--new-key", "--json")
    assert (done.code, done.document["code"]) == (2, "FILE_EXISTS")
    assert (generated.parent / "app.csr").read_text() == written
    assert listed(provision) == [(1, "current")]
    done = provision("keys", "csr", "--out", "app.csr", "--subject", "other", "--force", "--json")
    assert done.document["result"]["request"] == (generated.parent / "app.csr").read_text() != written


def test_a_new_key_waits_beside_the_one_in_use(generated: Path, provision: Provision) -> None:
    current = shown(provision)
    new = requested_key(provision, "--new-key", "--subject", "CN=next")
    assert listed(provision) == [(1, "current"), (2, "staged")]
    assert shown(provision) == current
    assert new == shown(provision, "--generation", "2").public_key() != current.public_key()
    assert requested_key(provision, "--generation", "2") == new


def test_a_new_key_where_none_is_in_use_is_the_current_one(settings: Path, provision: Provision) -> None:
    key = requested_key(provision, "--new-key")
    assert listed(provision) == [(1, "current")]
    assert shown(provision).public_key() == key


def test_without_a_key_it_says_how_to_get_one(settings: Path, provision: Provision) -> None:
    done = provision("keys", "csr", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING")
    assert any("keys generate" in action for action in done.document["actions"])


def test_a_retired_key_requests_nothing(generated: Path, provision: Provision) -> None:
    assert provision("keys", "generate", "--staged").code == 0
    assert provision("keys", "retire", "--generation", "2", "--confirm", "billing-sync").code == 0
    done = provision("keys", "csr", "--generation", "2", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING")


@pytest.mark.parametrize(
    "arguments", [["--new-key", "--generation", "1"], ["-o", "local", "-o", "local-legacy"], ["--generation", "0"]]
)
def test_what_cannot_be_meant_is_refused(generated: Path, provision: Provision, arguments: list[str]) -> None:
    done = provision("keys", "csr", *arguments, "--json")
    assert (done.code, done.document["code"]) == (2, "USAGE")
    assert listed(provision) == [(1, "current")]
