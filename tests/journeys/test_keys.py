"""`provision keys`: key pairs made, brought, shown and checked by the commands that people type."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from provision.keys.certificate import certificate_pem, parse_certificate
from provision.keys.generate import generate_private_key
from provision.keys.issue import issue
from provision.keys.private_key import private_key_pem
from tests.journeys.conftest import Provision, edit


@pytest.fixture(scope="module")
def key():
    return generate_private_key(2048)


@pytest.fixture(scope="module")
def certificate(key):
    return issue(key, "CN=brought", datetime.now(UTC), 90)


@pytest.fixture
def files(workspace: Path, key, certificate) -> Path:
    (workspace / "server.key").write_bytes(private_key_pem(key))
    (workspace / "server.crt").write_text(certificate_pem(certificate))
    return workspace


def pairs(done) -> list[tuple[int, str]]:
    assert done.code == 0, done.err
    return [(row["generation"], row["state"]) for row in done.document["result"]["key_pairs"]]


def test_a_key_pair_is_made_as_the_settings_ask(settings: Path, provision: Provision) -> None:
    edit(settings, "    key: {bits: 2048, days: 365}", "    key: {bits: 3072, days: 30, subject: 'CN=x,O=Acme'}")
    done = provision("keys", "generate", "--json")
    assert pairs(done) == [(1, "current")]
    [row] = done.document["result"]["key_pairs"]
    assert (row["key"], row["subject"], row["days_left"]) == ("RSA 3072", "CN=x,O=Acme", 29)


def test_a_key_pair_in_use_is_not_replaced(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    before = snapshot(settings.parent / ".provision")
    done = provision("keys", "generate", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_EXISTS")
    assert done.document["actions"]
    assert snapshot(settings.parent / ".provision") == before


def test_a_staged_one_waits_beside_it(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    assert pairs(provision("keys", "generate", "--staged", "--json")) == [(1, "current"), (2, "staged")]
    assert pairs(provision("keys", "list", "--json")) == [(1, "current"), (2, "staged")]


def test_several_apps_get_all_or_none(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate", "-o", "local-legacy").code == 0
    done = provision("keys", "generate", "-o", "local", "-o", "local-legacy", "--json")
    assert done.document["code"] == "KEY_EXISTS"
    assert pairs(provision("keys", "list", "-o", "local", "--json")) == []


def test_an_empty_store_is_said_to_be_empty(settings: Path, provision: Provision) -> None:
    assert provision("keys", "list").out == "No key pairs are stored.\n"
    assert not (settings.parent / ".provision").exists()


def test_the_certificate_is_shown_and_the_key_is_not(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    shown = provision("keys", "show", "--json").document["result"]
    pem = provision("keys", "show", "--pem").out
    assert pem == shown["certificate"]
    assert parse_certificate(pem).subject.rfc4514_string() == shown["subject"] == "CN=billing-sync"
    text = provision("keys", "show").out
    assert shown["fingerprint_sha256"] in text
    [stored] = (settings.parent / ".provision").rglob("*.key.pem")
    body = stored.read_text().splitlines()[1:-1]
    assert not any(line in text + pem + str(shown) for line in body)


@pytest.mark.parametrize("arguments", [[], ["--generation", "7"]])
def test_what_is_not_stored_cannot_be_shown(settings: Path, provision: Provision, arguments: list[str]) -> None:
    done = provision("keys", "show", *arguments, "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING")


def test_show_is_for_one_app(settings: Path, provision: Provision) -> None:
    done = provision("keys", "show", "-o", "local", "-o", "local-legacy", "--json")
    assert (done.code, done.document["code"]) == (2, "USAGE")


def test_check_is_content_with_a_new_key_pair(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    done = provision("keys", "check", "--expires-in", "30d", "--json")
    assert done.code == 0
    [row] = done.document["result"]["certificates"]
    assert (row["valid"], row["due"]) == (True, False)


@pytest.mark.parametrize("threshold", ["400d", "1%"])
def test_check_exits_30_where_a_certificate_is_due(
    files: Path, settings: Path, provision: Provision, key, threshold: str
) -> None:
    old = issue(key, "old", datetime.now(UTC) - timedelta(days=60), 90)
    (files / "server.crt").write_text(certificate_pem(old))
    assert provision("keys", "import", "--key", "server.key", "--certificate", "server.crt").code == 0
    done = provision("keys", "check", "--expires-in", threshold, "--json")
    assert (done.code, done.document["code"]) == (30, "ROTATION_DUE")
    assert "provision rotate cert -o local-legacy -a billing-sync" in done.document["actions"][0]
    assert done.document["result"]["certificates"][0]["due"] is True
    assert provision("keys", "check").code == 0


def test_an_expired_certificate_fails_the_check_and_is_due(
    files: Path, settings: Path, provision: Provision, key
) -> None:
    expired = issue(key, "old", datetime.now(UTC) - timedelta(days=100), 90)
    (files / "server.crt").write_text(certificate_pem(expired))
    assert provision("keys", "import", "--key", "server.key", "--certificate", "server.crt").code == 0
    done = provision("keys", "check")
    assert done.code == 1
    assert "10 days ago" in done.out
    assert provision("keys", "check", "--expires-in", "30d").code == 30


def test_a_missing_key_pair_fails_the_check(settings: Path, provision: Provision) -> None:
    done = provision("keys", "check", "--json")
    assert (done.code, done.document["code"]) == (1, "CHECKS_FAILED")
    assert "provision keys import" in done.document["actions"][0]


def test_a_threshold_that_is_none_is_refused(settings: Path, provision: Provision) -> None:
    assert provision("keys", "check", "--expires-in", "soon").code == 2


def test_a_damaged_key_fails_the_check(settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    [stored] = (settings.parent / ".provision").rglob("*.key.pem")
    stored.write_bytes(private_key_pem(generate_private_key(2048)))
    done = provision("keys", "check", "--json")
    assert (done.code, done.document["code"]) == (1, "STORE_CORRUPT")


def test_a_key_pair_is_brought_from_files(files: Path, settings: Path, provision: Provision, certificate) -> None:
    done = provision("keys", "import", "--key", "server.key", "--certificate", "server.crt", "--json")
    assert pairs(done) == [(1, "current")]
    assert done.document["warnings"] == []
    assert parse_certificate(provision("keys", "show", "--pem").out) == certificate


def test_bringing_it_again_changes_nothing(files: Path, settings: Path, provision: Provision) -> None:
    for arguments in (["--certificate", "server.crt"], ["--certificate", "server.crt"], []):
        done = provision("keys", "import", "--key", "server.key", *arguments, "--json")
        assert pairs(done) == [(1, "current")]
        assert done.document["warnings"] == []


def test_a_brought_key_pair_archives_the_current_one(files: Path, settings: Path, provision: Provision) -> None:
    assert provision("keys", "generate").code == 0
    staged = ["keys", "import", "--key", "server.key", "--certificate", "server.crt", "--staged", "--json"]
    assert pairs(provision(*staged)) == [(1, "current"), (2, "staged")]
    assert pairs(provision(*staged[:-2], "--json")) == [(1, "archived"), (2, "current")]


def test_the_certificate_beside_the_key_is_taken(
    files: Path, settings: Path, provision: Provision, certificate
) -> None:
    both = (files / "server.crt").read_bytes() + (files / "server.key").read_bytes()
    (files / "both.pem").write_bytes(both)
    assert provision("keys", "import", "--key", "both.pem").code == 0
    assert parse_certificate(provision("keys", "show", "--pem").out) == certificate


def test_without_a_certificate_one_is_issued_with_a_warning(files: Path, settings: Path, provision: Provision) -> None:
    done = provision("keys", "import", "--key", "server.key", "--json")
    assert pairs(done) == [(1, "current")]
    assert "issued" in done.document["warnings"][0]


def test_a_key_is_read_from_stdin(
    files: Path, settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO((files / "server.key").read_bytes())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=content, isatty=lambda: False))
    assert pairs(provision("keys", "import", "--key", "-", "--certificate", "server.crt", "--json")) == [(1, "current")]


def test_a_key_is_read_from_the_environment(
    files: Path, settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch, key, certificate
) -> None:
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame")).decode()
    monkeypatch.setenv("THEIR_KEY", encrypted.replace("\n", "\\n"))
    monkeypatch.setenv("THEIR_CERTIFICATE", certificate_pem(certificate))
    monkeypatch.setenv("THEIR_PASSPHRASE", "open sesame")
    arguments = ["keys", "import", "--key-env", "THEIR_KEY", "--certificate-env", "THEIR_CERTIFICATE", "--json"]
    refused = provision(*arguments)
    assert (refused.code, refused.document["code"]) == (1, "KEY_UNREADABLE")
    assert pairs(provision(*arguments, "--passphrase-env", "THEIR_PASSPHRASE")) == [(1, "current")]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--key", "absent.key"],
        ["--key-env", "NOT_SET_ANYWHERE"],
        ["--key", "server.key", "--key-env", "HOME"],
        ["--key", "-", "--certificate", "-"],
        ["--key", "server.key", "--certificate", "absent.crt"],
        ["--key", "server.key", "--passphrase-env", "NOT_SET_ANYWHERE"],
        ["--key", "server.key", "-o", "local", "-o", "local-legacy"],
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_stored(
    files: Path, settings: Path, provision: Provision, arguments: list[str]
) -> None:
    done = provision("keys", "import", *arguments, "--json")
    assert (done.code, done.document["code"]) == (2, "USAGE")
    assert done.document["actions"]
    assert not (settings.parent / ".provision").exists()


@pytest.mark.parametrize("option", ["--key", "--key-env", "--certificate", "--passphrase-env"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_key_in_the_place_of_a_name_is_not_repeated(
    files: Path, settings: Path, provision: Provision, key, option: str, packed: bool
) -> None:
    pem = private_key_pem(key).decode()
    given = "".join(pem.splitlines()[1:-1]) if packed else pem
    key_file = [] if option.startswith("--key") else ["--key", "server.key"]
    for arguments in (["--json"], []):
        done = provision("keys", "import", *key_file, option, given, *arguments)
        assert done.code == 2
        assert pem.splitlines()[5] not in done.out + done.err


def test_a_certificate_of_another_key_is_refused(files: Path, settings: Path, provision: Provision) -> None:
    (files / "server.key").write_bytes(private_key_pem(generate_private_key(2048)))
    done = provision("keys", "import", "--key", "server.key", "--certificate", "server.crt", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISMATCH")


def test_a_run_that_holds_the_org_keeps_others_out(files: Path, settings: Path, provision: Provision) -> None:
    from provision.store.file import FileStore

    with FileStore(settings.parent / ".provision").exclusive("local-legacy"):
        for arguments in (["generate"], ["import", "--key", "server.key"]):
            done = provision("keys", *arguments, "--json")
            assert (done.code, done.document["code"]) == (1, "STORE_LOCKED")
    assert pairs(provision("keys", "generate", "--json")) == [(1, "current")]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "lock" not in path.name}
