"""`provision export`: credentials reach where they are to be, and no screen."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from provision.errors import Code
from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.journeys.conftest import Done, Provision, edit

ORG, APP = "local-legacy", "billing-sync"
WORDS = ("export", "-o", ORG, "-a", APP)
NAMES = {
    *("consumer_key", "username", "instance_url", "token_url", "consumer_secret"),
    *("audience", "private_key", "certificate"),
}


@pytest.fixture
def folder(settings: Path, provision: Provision) -> Path:
    """Settings and store of an app that is set up."""
    assert provision("apply", "-o", ORG, "--no-verify").code == 0
    return settings.parent


def secrets_of(folder: Path) -> Iterator[str]:
    store, slot = FileStore(folder / ".provision"), Slot(ORG, APP)
    credentials, pair = store.credentials(slot), store.key_pair(slot)
    assert credentials is not None
    assert credentials.consumer_secret is not None
    assert pair is not None
    pem = store.private_key_pem(slot, pair.generation)
    assert pem is not None
    yield credentials.consumer_secret.reveal()
    yield from (line for line in pem.reveal().splitlines() if not line.startswith("-----"))


def shown(folder: Path, done: Done) -> list[str]:
    return [secret for secret in secrets_of(folder) if secret in done.out + done.err]


def test_a_shell_reads_the_file_and_others_cannot(folder: Path, provision: Provision) -> None:
    done = provision(*WORDS, "--to", "dotenv:out/billing.env", "--debug")
    assert done.code == 0
    assert shown(folder, done) == []
    file = folder / "out/billing.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    script = "set -a; . out/billing.env; exec env -0"
    read = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    found = dict(entry.split("=", 1) for entry in read.stdout.split("\0") if entry.startswith("SF_"))
    assert set(found) == {f"SF_{name.upper()}" for name in NAMES}
    assert found["SF_CONSUMER_SECRET"] == next(secrets_of(folder))
    key = load_pem_private_key(found["SF_PRIVATE_KEY"].encode(), None)
    certificate = x509.load_pem_x509_certificate(found["SF_CERTIFICATE"].encode())
    assert key.public_key() == certificate.public_key()
    assert found["SF_TOKEN_URL"] == f"{found['SF_AUDIENCE']}/services/oauth2/token"


def test_nothing_is_written_over(folder: Path, provision: Provision) -> None:
    for place in ("dotenv:billing.env", "directory:billing"):
        assert provision(*WORDS, "--to", place).code == 0
        again = provision(*WORDS, "--to", place, "--json")
        assert (again.code, again.document["code"]) == (2, Code.FILE_EXISTS)
        assert shown(folder, again) == []
        assert provision(*WORDS, "--to", place, "--force").code == 0


def test_a_folder_has_a_file_for_each(folder: Path, provision: Provision) -> None:
    done = provision(*WORDS, "--to", "directory:billing", "--json")
    files = [folder / name for name in done.document["result"]["files"]]
    assert {file.name.removesuffix(".pem") for file in files} == NAMES
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert (folder / "billing/consumer_secret").read_text() == next(secrets_of(folder))
    assert shown(folder, done) == []


def test_a_job_of_github_masks_before_it_sets(
    folder: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "github.env"
    file.write_text("EARLIER=1\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_ENV", str(file))
    done = provision(*WORDS, "--to", "github", "--prefix", "BILLING_")
    assert done.code == 0
    masked = re.findall(r"^::add-mask::(.+)$", done.out, re.MULTILINE)
    assert set(masked) == set(secrets_of(folder))
    assert len(masked) == len(done.out.splitlines()), "nothing else on stdout"
    text = file.read_text()
    assert text.startswith("EARLIER=1\n")
    entries = {
        found["name"]: found["d"]
        for found in re.finditer(r"^(?P<name>\w+)<<(?P<d>provision_\w+)\n(?s:.*?)\n(?P=d)$", text, re.MULTILINE)
    }
    assert set(entries) == {f"BILLING_{name.upper()}" for name in NAMES}
    assert len(set(entries.values())) == len(NAMES), "each entry has a delimiter of its own"


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_outside_a_job_nothing_is_shown(folder: Path, provision: Provision, more: tuple[str, ...]) -> None:
    done = provision(*WORDS, "--to", "github", *more)
    assert done.code == 2
    assert shown(folder, done) == []


def test_a_program_gets_them_on_stdin_alone(folder: Path, provision: Provision) -> None:
    keep = "import sys; open('kept.json', 'w').write(sys.stdin.read()); print('said', sys.argv[1:])"
    done = provision(*WORDS, "--to", "program", "--json", "--", sys.executable, "-c", keep, "put")
    assert done.code == 0
    assert "said ['put']" in done.err
    kept = json.loads((folder / "kept.json").read_text())
    assert set(kept) == NAMES
    assert kept["consumer_secret"] == next(secrets_of(folder))
    assert shown(folder, done) == []


def test_a_program_that_fails_is_a_failure(folder: Path, provision: Provision) -> None:
    assert folder.exists()
    failed = provision(*WORDS, "--to", "program", "--json", "--", sys.executable, "-c", "raise SystemExit(3)")
    assert (failed.code, failed.document["code"]) == (1, Code.WRITE_FAILED)
    absent = provision(*WORDS, "--to", "program", "--json", "--", "no-such-program-anywhere")
    assert (absent.code, absent.document["code"]) == (2, Code.USAGE)


@pytest.mark.parametrize(
    "words",
    [
        *(("--to", "stdout"), ("--to", "dotenv"), ("--to", "github:x"), ("--to", "program")),
        *(("--to", "dotenv:x", "--", "cat"), ("--to", "dotenv:x", "--prefix", "A B"), ()),
    ],
)
def test_what_is_no_place_is_refused(folder: Path, provision: Provision, words: tuple[str, ...]) -> None:
    done = provision(*WORDS, *words)
    assert done.code == 2
    assert not (folder / "x").exists()


def test_only_what_the_grants_need_is_handed_over(folder: Path, provision: Provision) -> None:
    edit(folder / "provision.yaml", "[jwt-bearer, client-credentials]", "[client-credentials]")
    names = provision(*WORDS, "--to", "dotenv:x", "--json").document["result"]["names"]
    assert set(names) == NAMES - {"private_key", "certificate", "audience"}


def test_what_is_not_stored_is_named(settings: Path, provision: Provision) -> None:
    assert settings.exists()
    done = provision(*WORDS, "--to", "dotenv:x", "--json")
    assert (done.code, done.document["code"]) == (1, Code.KEY_MISSING)
    assert any("provision apply" in action for action in done.document["actions"])


def exported(folder: Path, provision: Provision, org: str, *flags: str) -> tuple[dict[str, object], Done]:
    done = provision("export", "-o", org, "-a", APP, "--to", "directory:handed", "--force", *flags)
    return {file.name: file.read_text() for file in (folder / "handed").iterdir()}, done


def test_a_staged_pair_is_handed_out_as_the_remedy_says(settings: Path, provision: Provision) -> None:
    assert provision("apply", "-o", "local", "--no-verify").code == 0
    waiting = provision("rotate", "secret", "-o", "local", "--json")
    assert waiting.code == 30
    fetch = f"provision export -o local -a {APP} --staged --to dotenv:"
    assert any(fetch in action for action in waiting.document["actions"])
    old, warned = exported(settings.parent, provision, "local")
    assert "--staged" in warned.err
    new, done = exported(settings.parent, provision, "local", "--staged")
    assert (done.code, done.err) == (0, "")
    store, slot = FileStore(settings.parent / ".provision"), Slot("local", APP)
    first, second = (one.credentials for one in store.credentials_generations(slot))
    assert (old["consumer_key"], new["consumer_key"]) == (first.consumer_key, second.consumer_key)
    assert second.consumer_secret is not None
    assert new["consumer_secret"] == second.consumer_secret.reveal()
    assert new["private_key.pem"] == old["private_key.pem"]


def test_a_staged_key_is_handed_out_and_nothing_staged_is_an_error(folder: Path, provision: Provision) -> None:
    done = provision(*WORDS, "--to", "directory:none", "--staged", "--json")
    assert (done.code, done.document["code"]) == (1, Code.KEY_MISSING)
    waiting = provision("rotate", "cert", "-o", ORG, "--strategy", "in-place", "--json")
    assert waiting.code == 30
    assert any(f"-o {ORG} -a {APP} --staged --to" in action for action in waiting.document["actions"])
    new, _ = exported(folder, provision, ORG, "--staged")
    pem = FileStore(folder / ".provision").private_key_pem(Slot(ORG, APP), 2)
    assert pem is not None
    assert new["private_key.pem"] == pem.reveal()
