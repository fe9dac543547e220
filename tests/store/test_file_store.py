"""The file store: the contract, and what is on disk."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from provision.errors import Code, Failed, ProvisionError
from provision.keys.generate import generate_private_key
from provision.keys.private_key import private_key_pem
from provision.store import disk
from provision.store.file import FileStore
from provision.store.protocol import Intent, Slot, Store
from tests.keys.openssl import needs_openssl, openssl
from tests.store.contract import FIRST, SECOND, SLOT, StoreContract


@pytest.fixture
def root(tmp_path) -> Path:
    return tmp_path / "project" / ".provision"


@pytest.fixture
def opened(root):
    return lambda: FileStore(root)


@pytest.fixture
def filled(root, materials) -> FileStore:
    store = FileStore(root)
    store.add_key_pair(SLOT, materials[0])
    store.save_credentials(SLOT, FIRST)
    store.mark(SLOT, Intent("rotate", {"generation": "2"}))
    return store


def folder(root: Path, part: str) -> Path:
    return root / SLOT.org / SLOT.app / part


def read_everything(store: Store) -> None:
    store.generations(SLOT)
    store.key_pair(SLOT)
    store.credentials(SLOT)
    store.credentials_generations(SLOT)
    store.intents(SLOT)


class TestContract(StoreContract):
    """The file store is a store."""


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_everything_secret_is_private_whatever_the_umask(root, materials, umask):
    before = os.umask(umask)
    try:
        store = FileStore(root)
        store.add_key_pair(SLOT, materials[0])
        store.save_credentials(SLOT, FIRST)
        store.mark(SLOT, Intent("rotate"))
        with store.exclusive(SLOT.org):
            pass
    finally:
        os.umask(before)
    paths = [root, *root.rglob("*")]
    assert len(paths) > 12
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if path != root / ".gitignore":
            assert mode == (0o700 if path.is_dir() else 0o600), path


def test_git_ignores_all_of_it(root, filled):
    assert (root / ".gitignore").read_text() == "*\n"


@needs_openssl
def test_openssl_reads_what_is_stored(root, filled):
    keys = folder(root, "keys")
    assert b"RSA key ok" in openssl("rsa", "-check", "-noout", "-in", str(keys / "0001.key.pem"))
    openssl("x509", "-noout", "-in", str(keys / "0001.cert.pem"))


def test_reading_makes_nothing(root):
    read_everything(FileStore(root))
    assert not root.exists()


def test_what_a_killed_writer_left_is_not_seen_and_cleared_away(root, filled, materials):
    """Half a generation and temporary files: no reader stumbles, no number is used twice, the next write cleans up."""
    keys = folder(root, "keys")
    pem = private_key_pem(generate_private_key(2048))
    (keys / "0002.key.pem").write_bytes(pem)
    (keys / "0002.key.pem").chmod(0o600)
    leftover = keys / ".0002.cert.pem.0123456789ab.tmp"
    leftover.write_bytes(b"half a certi")
    read_everything(filled)
    assert [one.number for one in filled.generations(SLOT)] == [1]
    assert filled.add_key_pair(SLOT, materials[1]) == 3
    assert not leftover.exists()
    assert (keys / "0002.key.pem").read_bytes() == pem


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("steps", range(12))
def test_a_writer_killed_at_any_step_leaves_the_old_state_or_the_new_one(root, filled, materials, monkeypatch, steps):
    """The system calls that change a folder or force it to disk stop working one after the other."""
    remaining = iter(range(steps))
    with monkeypatch.context() as dying:
        for name in ("fsync", "link", "replace", "unlink", "rename"):
            real = getattr(os, name)

            def dies(*args, _real=real, **kwargs):
                if next(remaining, None) is None:
                    raise Killed
                return _real(*args, **kwargs)

            dying.setattr(os, name, dies)
        try:
            filled.add_key_pair(SLOT, materials[1])
            finished = True
        except Killed:
            finished = False
    fresh = FileStore(root)
    current = fresh.key_pair(SLOT)
    assert current is not None
    expected = {2} if finished else {1, 2}
    assert current.generation in expected
    assert {one.number for one in fresh.generations(SLOT)} in ({1}, {1, 2})
    again = fresh.add_key_pair(SLOT, materials[1])
    pair = fresh.key_pair(SLOT)
    assert pair is not None
    assert (pair.generation, pair.certificate) == (again, materials[1].certificate)
    assert not list(root.rglob("*.tmp"))


DAMAGE = {
    "empty": lambda _: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "noise": lambda _: os.urandom(300),
    "JSON of another shape": lambda _: b"[]",
    "another format": lambda _: b'{"format": 99}',
    "fields of another type": lambda _: b'{"format": 1, "consumer_key": 1, "name": {}, "facts": []}',
    "no consumer key": lambda _: b'{"format": 1, "kind": "connected-app"}',
    "an unknown kind": lambda _: b'{"format": 1, "consumer_key": "x", "kind": "canvas"}',
    "deeply nested": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.parametrize(
    "name",
    [
        "keys/0001.key.pem",
        "keys/0001.cert.pem",
        "keys/current",
        "credentials/0001.json",
        "credentials/current",
        "intents/rotate.json",
    ],
)
def test_a_damaged_file_is_named(root, filled, name, damage):
    path = folder(root, name)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Failed) as raised:
        read_everything(filled)
    problem = raised.value
    assert problem.code is Code.STORE_CORRUPT
    assert str(path) in problem.summary
    assert problem.remedy


def test_a_damaged_key_is_noticed_unless_it_still_signs(root, filled, materials):
    """Stored keys are proved by a signature, not validated: an RSA key holds its numbers twice and may survive."""
    path = folder(root, "keys") / "0001.key.pem"
    lines = path.read_text().splitlines()
    noticed = 0
    for row in range(2, len(lines) - 3, 2):
        letter = "B" if lines[row][10] == "A" else "A"
        changed = [*lines[:row], lines[row][:10] + letter + lines[row][11:], *lines[row + 1 :]]
        path.write_text("\n".join(changed) + "\n")
        try:
            pair = filled.key_pair(SLOT)
        except Failed:
            noticed += 1
        else:
            public_key = materials[0].certificate.public_key()
            public_key.verify(pair.signer.sign_rs256(b"x"), b"x", padding.PKCS1v15(), hashes.SHA256())
    assert noticed


def test_a_key_of_another_certificate_is_noticed(root, filled):
    path = folder(root, "keys") / "0001.key.pem"
    path.write_bytes(private_key_pem(generate_private_key(2048)))
    with pytest.raises(Failed, match="does not belong to") as raised:
        filled.key_pair(SLOT)
    assert raised.value.code is Code.STORE_CORRUPT


def test_a_pointer_to_nowhere_is_noticed(root, filled):
    (folder(root, "keys") / "current").write_text("9\n")
    with pytest.raises(Failed, match="names no stored generation"):
        filled.key_pair(SLOT)


def test_errors_about_damaged_files_quote_none_of_them(root, filled):
    """Canary: neither text, nor repr, nor cause of any error holds a piece of key or secret."""
    secrets = {"canary", *(root / "uat/billing-sync/keys/0001.key.pem").read_text().splitlines()[1:-1]}
    for name in ("keys/0001.key.pem", "credentials/0001.json"):
        path = folder(root, name)
        whole = path.read_bytes()
        for cut in range(0, len(whole), 97):
            path.write_bytes(whole[:cut] + b"\n" + whole[cut + 5 :])
            try:
                read_everything(filled)
            except ProvisionError as problem:
                shown = f"{problem!r}{problem}{problem.detail}{problem.remedy}{problem.context}{problem.__cause__!r}"
                assert not [secret for secret in secrets if secret in shown]
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["", "uat", "uat/billing-sync", "uat/billing-sync/keys"])
def test_a_folder_that_others_may_open_is_refused(root, filled, name):
    path = root / name
    path.chmod(0o750)
    for attempt in (lambda: filled.key_pair(SLOT), lambda: filled.use_generation(SLOT, 1)):
        with pytest.raises(Failed) as raised:
            attempt()
        assert raised.value.code is Code.STORE_UNSAFE
        assert raised.value.remedy == (f"chmod 700 {path}",)


def test_a_key_that_others_may_read_is_refused(root, filled):
    path = folder(root, "keys") / "0001.key.pem"
    path.chmod(0o640)
    with pytest.raises(Failed) as raised:
        filled.key_pair(SLOT)
    assert raised.value.code is Code.STORE_UNSAFE
    assert raised.value.remedy == (f"chmod 600 {path}",)


def test_links_are_refused(root, filled, tmp_path):
    """Neither a key nor a folder may be somewhere else than it seems."""
    path = folder(root, "keys") / "0001.key.pem"
    elsewhere = tmp_path / "elsewhere.pem"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(Failed, match="symbolic link"):
        filled.key_pair(SLOT)
    linked = tmp_path / "linked"
    linked.symlink_to(root)
    with pytest.raises(Failed, match="symbolic link"):
        FileStore(linked).key_pair(SLOT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("name", ["", "uat/billing-sync/keys", "uat/billing-sync/keys/0001.key.pem"])
def test_what_belongs_to_somebody_else_is_refused(root, filled, name):
    os.chown(root / name, 4711, -1)
    with pytest.raises(Failed, match="belongs to user 4711") as raised:
        filled.key_pair(SLOT)
    assert raised.value.code is Code.STORE_UNSAFE


def test_a_file_in_the_place_of_a_folder_is_refused(root):
    root.parent.mkdir(parents=True)
    root.write_text("")
    root.chmod(0o600)
    with pytest.raises(Failed, match="is not a folder"):
        FileStore(root).key_pair(SLOT)


def test_retiring_deletes_the_file_with_the_key(root, filled, materials):
    filled.add_key_pair(SLOT, materials[1])
    filled.retire_generation(SLOT, 1)
    assert sorted(path.name for path in folder(root, "keys").iterdir()) == [
        "0001.cert.pem",
        "0002.cert.pem",
        "0002.key.pem",
        "current",
    ]
    filled.save_credentials(SLOT, SECOND)
    filled.retire_credentials(SLOT, 1)
    assert "canary-first" not in (folder(root, "credentials") / "0001.json").read_text()


def _save(root, barrier, numbers):
    barrier.wait()
    for _ in range(10):
        numbers.put(FileStore(root).save_credentials(SLOT, FIRST))


def test_two_processes_never_take_one_number(root):
    spawn = multiprocessing.get_context("spawn")
    barrier, numbers = spawn.Barrier(2), spawn.Queue()
    writers = [spawn.Process(target=_save, args=(root, barrier, numbers)) for _ in range(2)]
    for writer in writers:
        writer.start()
    found = sorted(numbers.get(timeout=60) for _ in range(20))
    for writer in writers:
        writer.join(timeout=60)
        assert writer.exitcode == 0
    assert found == list(range(1, 21))
    assert len(FileStore(root).credentials_generations(SLOT)) == 20


def test_a_file_that_cannot_be_opened_is_told(root, filled, monkeypatch):
    """For instance where a security module denies it."""
    real = os.open

    def denied(path, *args, **kwargs):
        if str(path).endswith(".key.pem"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(Failed, match="Permission denied") as raised:
        filled.key_pair(SLOT)
    assert raised.value.code is Code.DISK_FAILED


def test_a_certificate_that_others_may_write_is_refused_as_unsafe(root, filled):
    """Not as damaged: what is wrong is the mode."""
    (folder(root, "keys") / "0001.cert.pem").chmod(0o622)
    with pytest.raises(Failed) as raised:
        filled.generations(SLOT)
    assert raised.value.code is Code.STORE_UNSAFE


def test_clearing_an_intent_of_a_new_slot_makes_nothing(root):
    FileStore(root).clear(SLOT, "rotate")
    assert not root.exists()


def test_names_lead_nowhere_else(root, tmp_path):
    FileStore(root).save_credentials(Slot("../..", "../../x"), FIRST)
    assert [path.name for path in tmp_path.iterdir()] == ["project"]
    assert [path.name for path in root.parent.iterdir()] == [".provision"]


def test_reading_a_stored_key_is_quick_because_it_is_not_validated(filled, monkeypatch):
    """The proof by signature stands in for a validation that costs a hundred times more."""
    from provision.store import key_files as module

    asked = []
    real = module.load_trusted_private_key
    monkeypatch.setattr(module, "load_trusted_private_key", lambda pem: asked.append(pem) or real(pem))
    filled.key_pair(SLOT)
    assert len(asked) == 1
    assert asked[0].startswith(b"-----BEGIN PRIVATE KEY-----")


def test_leftovers_of_other_orgs_are_left_alone(root, filled, materials):
    """Another org may be written to at this moment."""
    other = root / "prod"
    disk.make_private_folder(other)
    foreign = other / ".current.0123456789ab.tmp"
    foreign.write_bytes(b"1\n")
    filled.add_key_pair(SLOT, materials[1])
    assert foreign.exists()
