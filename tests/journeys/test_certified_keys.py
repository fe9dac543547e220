"""Certificates that an authority issued: brought with their chain, valid or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.keys.certificate import parse_certificate
from provision.keys.generate import generate_private_key
from provision.keys.match import same_key
from provision.keys.private_key import private_key_pem
from tests.journeys.conftest import Provision
from tests.journeys.key_pairs import listed, pairs, requested_key, shown, snapshot
from tests.keys.authority import Authority, bundle
from tests.keys.openssl import needs_openssl, openssl
from tests.keys.openssl_authority import OpensslAuthority

NOW = datetime.now(UTC)


@pytest.fixture
def generated(settings: Path, provision: Provision) -> Path:
    assert provision("keys", "generate").code == 0
    return settings


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("CN=Acme Issuing CA", generate_private_key(2048), start=NOW - timedelta(days=1))


@pytest.fixture(scope="module")
def openssl_authority(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    return OpensslAuthority(tmp_path_factory.mktemp("authority") / "openssl")


@needs_openssl
def test_the_whole_way_with_openssl_as_the_authority(
    generated: Path, provision: Provision, openssl_authority: OpensslAuthority
) -> None:
    before = snapshot(generated.parent)
    leaf = openssl_authority.sign(provision("keys", "csr").out)
    assert openssl_authority.verifies(leaf)
    for number, chain in enumerate(([leaf], [openssl_authority.root, leaf, openssl_authority.issuing])):
        (generated.parent / "issued.pem").write_text("".join(chain))
        done = provision("keys", "import", "--certificate", "issued.pem")
        assert done.code == 0, done.err
        assert ("stored already" in done.err) == bool(number)
    assert "chain verifies: CN=Acme Issuing CA,O=Acme, CN=Acme Root CA,O=Acme" in done.err
    assert "Warning" not in done.err
    assert listed(provision) == [(1, "archived"), (2, "current")]
    assert shown(provision) == parse_certificate(leaf)
    assert same_key(shown(provision), shown(provision, "--generation", "1"))
    assert before.items() <= snapshot(generated.parent).items()
    assert provision("keys", "check").code == 0


@needs_openssl
def test_what_openssl_put_into_a_container_is_read_with_its_chain(
    generated: Path, provision: Provision, openssl_authority: OpensslAuthority
) -> None:
    folder = generated.parent
    (folder / "leaf.pem").write_text(openssl_authority.sign(provision("keys", "csr").out))
    (folder / "chain.pem").write_text(openssl_authority.root + openssl_authority.issuing)
    container = ("crl2pkcs7", "-nocrl", "-certfile", str(folder / "chain.pem"), "-certfile")
    packed = openssl(*container, str(folder / "leaf.pem"))
    (folder / "issued.p7b").write_bytes(packed)
    done = provision("keys", "import", "--certificate", "issued.p7b", "--json")
    assert done.document["code"] == "CERTIFICATE_INVALID"
    assert "openssl pkcs7 -in FILE -print_certs -out certificates.pem" in done.document["actions"][0]
    (folder / "unpacked.pem").write_bytes(openssl("pkcs7", "-print_certs", stdin=packed))
    assert pairs(provision("keys", "import", "--certificate", "unpacked.pem", "--json"))[-1] == (2, "current")


def test_a_certificate_for_a_new_key_waits_with_it(generated: Path, provision: Provision, authority: Authority) -> None:
    """Whoever uses the app signs with the current key: another one does not come into use by the way."""
    key = requested_key(provision, "--new-key")
    (generated.parent / "issued.pem").write_text(bundle(authority.certify("CN=next", key)))
    done = provision("keys", "import", "--certificate", "issued.pem")
    assert "not the one in use" in done.err
    assert listed(provision) == [(1, "current"), (2, "staged"), (3, "staged")]
    assert requested_key(provision, "--generation", "3") == key


def test_a_certificate_may_wait_beside_the_current_one(
    generated: Path, provision: Provision, authority: Authority
) -> None:
    key = requested_key(provision)
    (generated.parent / "issued.pem").write_text(bundle(authority.certify("CN=next", key)))
    arguments = ["keys", "import", "--certificate", "issued.pem", "--json"]
    assert pairs(provision(*arguments, "--staged")) == [(1, "current"), (2, "staged")]
    assert pairs(provision(*arguments)) == [(1, "archived"), (2, "current")]


def test_a_key_that_is_brought_again_leaves_its_newer_certificate_current(
    generated: Path, provision: Provision, authority: Authority
) -> None:
    [stored] = (generated.parent / ".provision").rglob("0001.key.pem")
    (generated.parent / "issued.pem").write_text(bundle(authority.certify("CN=x", requested_key(provision))))
    assert provision("keys", "import", "--certificate", "issued.pem").code == 0
    done = provision("keys", "import", "--key", str(stored), "--json")
    assert pairs(done) == [(1, "archived"), (2, "current")]


def test_the_key_may_come_along_with_a_chain(settings: Path, provision: Provision, authority: Authority) -> None:
    key = generate_private_key(2048)
    leaf = authority.certify("CN=x", key.public_key())
    (settings.parent / "server.key").write_bytes(private_key_pem(key))
    (settings.parent / "chain.pem").write_text(bundle(authority.certificate, leaf))
    (settings.parent / "all.pem").write_text(bundle(authority.certificate, leaf) + private_key_pem(key).decode())
    for arguments in (["--key", "server.key", "--certificate", "chain.pem"], ["--key", "all.pem"]):
        assert pairs(provision("keys", "import", *arguments, "--json")) == [(1, "current")]
    assert shown(provision) == leaf


def test_wrong_files_are_told_apart_and_nothing_is_stored(
    generated: Path, provision: Provision, authority: Authority
) -> None:
    key, before = requested_key(provision), snapshot(generated.parent)
    leaf = authority.certify("CN=x", key)
    namesake = Authority("CN=Acme Issuing CA", generate_private_key(2048))
    stranger = authority.certify("CN=x", generate_private_key(2048).public_key())
    cases = {
        bundle(leaf, namesake.certificate): ("CERTIFICATE_INVALID", "chain does not verify"),
        bundle(authority.certificate): ("KEY_MISMATCH", "authority's own"),
        bundle(stranger, authority.certificate): ("KEY_MISMATCH", "None of the 2"),
        bundle(leaf, authority.certify("CN=x", key)): ("CERTIFICATE_INVALID", "2 certificates"),
        provision("keys", "csr").out: ("CERTIFICATE_INVALID", "signing request"),
        "nothing of the kind": ("CERTIFICATE_INVALID", "cannot be read"),
    }
    for given, (code, words) in cases.items():
        (generated.parent / "given.txt").write_text(given)
        done = provision("keys", "import", "--certificate", "given.txt", "--json")
        assert (done.code, done.document["code"]) == (1, code)
        assert words in done.document["message"]
        assert done.document["actions"]
        (generated.parent / "given.txt").unlink()
    assert snapshot(generated.parent) == before


def test_a_certificate_for_no_stored_key_asks_for_the_key(
    settings: Path, provision: Provision, authority: Authority
) -> None:
    (settings.parent / "issued.pem").write_text(bundle(authority.certificate))
    done = provision("keys", "import", "--certificate", "issued.pem", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING")
    assert "--key FILE" in done.document["actions"][0]


@pytest.mark.parametrize(
    ("start", "words", "due_code"),
    [(-400, "expired on", 30), (10, "not valid before", 1)],
)
def test_clear_words_and_exit_codes(
    generated: Path, provision: Provision, authority: Authority, start: int, words: str, due_code: int
) -> None:
    issued = authority.certify("CN=x", requested_key(provision), start=NOW + timedelta(days=start))
    (generated.parent / "issued.pem").write_text(bundle(issued))
    done = provision("keys", "import", "--certificate", "issued.pem", "--json")
    assert done.code == 0
    assert words in done.document["warnings"][0]
    done = provision("keys", "show")
    assert (done.code, words in done.out, words in done.err) == (0, True, True)
    done = provision("keys", "check")
    assert done.code == 1
    assert words in done.out
    done = provision("keys", "check", "--json")
    assert (done.code, done.document["code"]) == (1, "CHECKS_FAILED")
    assert done.document["actions"]
    assert provision("keys", "check", "--expires-in", "30d").code == due_code


@pytest.mark.parametrize(("threshold", "code"), [("30d", 30), ("5d", 0), ("66%", 30), ("99%", 0)])
def test_a_certificate_is_due_by_days_or_by_its_share(
    generated: Path, provision: Provision, authority: Authority, threshold: str, code: int
) -> None:
    issued = authority.certify("CN=x", requested_key(provision), start=NOW - timedelta(days=350))
    (generated.parent / "issued.pem").write_text(bundle(issued))
    assert provision("keys", "import", "--certificate", "issued.pem").code == 0
    done = provision("keys", "check", "--expires-in", threshold, "--json")
    assert done.code == code
    assert (done.document.get("code") == "ROTATION_DUE") == (code == 30)


def test_kinds_of_trouble_are_named_once_each(generated: Path, provision: Provision) -> None:
    done = provision("keys", "check", "-o", "local", "-o", "local-legacy", "--json")
    assert done.document["message"].startswith("1 of 2 key pairs not in order: missing\n")
