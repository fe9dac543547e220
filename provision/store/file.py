"""The store as private files, one folder for each app in each org.

    .provision/<org>/<app>/keys/0001.key.pem (or .key.json, which names a signer), 0001.cert.pem, …, current
    .provision/<org>/<app>/credentials/0001.json, …, current
    .provision/<org>/<app>/intents/<name>.json
    .provision/<org>/<app>/proof/last.json
    .provision/<org>/.made.json
    .provision/<org>/<app>/name/developer-name
    .provision/<org>/<app>/records/<name>

Unencrypted on purpose: a passphrase beside the file protects nothing, and the one of PKCS #8 is weak. The folder is
readable by its owner alone and ignored by git.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.clock import SYSTEM, Clock
from provision.keys.delegate import DelegatedKey
from provision.keys.generate import generate_private_key
from provision.keys.match import matches, rsa_key_of
from provision.keys.material import KeyMaterial
from provision.model.desired import KeySpec
from provision.model.keys import KeyPair
from provision.model.secret import Secret
from provision.signers.devices import Devices
from provision.store import disk
from provision.store.documents import (
    credentials_document,
    intent_document,
    made_document,
    proof_document,
    read_credentials,
    read_intent,
    read_made,
    read_proof,
)
from provision.store.folders import Folders, file_name
from provision.store.key_files import KeyFiles
from provision.store.numbered import Numbered, missing
from provision.store.protocol import (
    Credentials,
    CredentialsGeneration,
    Intent,
    KeyGeneration,
    LastProof,
    Slot,
    State,
    Thing,
)

CREDENTIALS = ".json"
PROOF = "last.json"
MADE = ".made.json"
NAME = "developer-name"


class FileStore:
    """A `Store` in the folder `root`, which is made by the first write."""

    def __init__(self, root: Path, *, clock: Clock = SYSTEM, devices: Devices | None = None) -> None:
        self._folders = Folders(root, clock)
        self._devices = devices or Devices()

    @contextmanager
    def exclusive(self, org: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold the org against other runs."""
        with self._folders.running(org, wait_seconds=wait_seconds):
            yield

    def generations(self, slot: Slot) -> tuple[KeyGeneration, ...]:
        """Return every stored key pair, oldest first."""
        return self._keys(slot).generations()

    def key_pair(self, slot: Slot, number: int | None = None) -> KeyPair | None:
        """Return the current key pair, or that of a generation."""
        keys = self._keys(slot)
        wanted = keys.numbered.current() if number is None else number
        return None if wanted is None else keys.pair(wanted)

    def key_pair_for(self, slot: Slot, certificate: x509.Certificate) -> KeyPair | None:
        """Return the key pair that signs for `certificate`, by preference the one that has it."""
        key = rsa_key_of(certificate)
        found = [one for one in self.generations(slot) if key is not None and matches(key, one.certificate)]
        found.sort(key=lambda one: (one.certificate != certificate, not one.is_current, -one.number))
        pairs = (self.key_pair(slot, one.number) for one in found if one.state is not State.RETIRED)
        return next((pair for pair in pairs if pair is not None), None)

    def private_key_pem(self, slot: Slot, number: int) -> Secret | None:
        """Return the private key of a generation as PEM, unless it stays with its signer."""
        return self._keys(slot).secret(number)

    def whereabouts(self, slot: Slot, number: int) -> str:
        """Return the path of a private key, or which signer keeps it."""
        return self._keys(slot).whereabouts(number)

    def new_key(self, slot: Slot, spec: KeySpec) -> rsa.RSAPrivateKey:
        """Return a new key, made here or by the signer that the spec names."""
        if spec.signer is None:
            return generate_private_key(spec.bits)
        return DelegatedKey(self._devices.named(spec.signer).make(f"{slot.org}/{slot.app}", spec.bits))

    def add_key_pair(self, slot: Slot, material: KeyMaterial, *, make_current: bool = True) -> int:
        """Store a key pair and return its number."""
        with self._writing_keys(slot) as keys:
            return keys.add(material.private_key, material.certificate, make_current=make_current)

    def add_certificate(
        self, slot: Slot, number: int, certificate: x509.Certificate, *, make_current: bool = True
    ) -> int:
        """Store a further certificate for a stored key and return the number of the new generation."""
        with self._writing_keys(slot) as keys:
            keys.numbered.require(number)
            return keys.add_certificate(number, certificate, make_current=make_current)

    def use_generation(self, slot: Slot, number: int) -> None:
        """Make a stored key pair the current one."""
        with self._writing_keys(slot) as keys:
            keys.numbered.require(number)
            keys.require_pair(number)
            keys.numbered.point_to(number)

    def retire_generation(self, slot: Slot, number: int) -> None:
        """Delete a private key that is no longer needed."""
        with self._writing_keys(slot) as keys:
            keys.numbered.require(number)
            keys.numbered.refuse_current(number)
            keys.retire(number)

    def credentials_generations(self, slot: Slot) -> tuple[CredentialsGeneration, ...]:
        """Return all stored credentials, oldest first."""
        stored = self._credentials(slot)
        found = ((number, *_read_credentials(stored, number)) for number in stored.numbers())
        return tuple(
            CredentialsGeneration(number, credentials, stored.state(number, retired=retired))
            for number, credentials, retired in found
        )

    def credentials(self, slot: Slot) -> Credentials | None:
        """Return the current credentials."""
        stored = self._credentials(slot)
        number = stored.current()
        return None if number is None else _read_credentials(stored, number)[0]

    def save_credentials(self, slot: Slot, credentials: Credentials, *, make_current: bool = True) -> int:
        """Store credentials beside the earlier ones and return their number."""
        with self._folders.writing(slot, "credentials") as folder:
            stored = Numbered(folder, CREDENTIALS)
            number = stored.next_number()
            disk.write_bytes(stored.path(number), credentials_document(credentials))
            if make_current:
                stored.point_to(number)
        return number

    def use_credentials(self, slot: Slot, number: int) -> None:
        """Make stored credentials the current ones."""
        with self._folders.writing(slot, "credentials") as folder:
            stored = Numbered(folder, CREDENTIALS)
            stored.require(number)
            _, retired = _read_credentials(stored, number)
            if retired:
                raise missing(folder, number)
            stored.point_to(number)

    def retire_credentials(self, slot: Slot, number: int) -> None:
        """Delete a secret that is no longer needed."""
        with self._folders.writing(slot, "credentials") as folder:
            stored = Numbered(folder, CREDENTIALS)
            stored.require(number)
            stored.refuse_current(number)
            credentials, _ = _read_credentials(stored, number)
            disk.write_bytes(stored.path(number), credentials_document(credentials, retired=True), replace=True)

    def app_name(self, slot: Slot) -> str | None:
        """Return under which name the app is used."""
        content = disk.read_private(self._folders.of(slot, "name") / NAME)
        return None if content is None else content.decode().strip() or None

    def use_app_name(self, slot: Slot, name: str) -> None:
        """Remember under which name the app is used."""
        with self._folders.writing(slot, "name") as folder:
            disk.write_bytes(folder / NAME, f"{name}\n".encode(), replace=True)

    def keep_record(self, slot: Slot, name: str, content: bytes) -> str:
        """Keep a record and return its path."""
        with self._folders.writing(slot, "records") as folder:
            path = folder / file_name(name)
            disk.write_bytes(path, content, replace=True)
        return str(path)

    def intents(self, slot: Slot) -> tuple[Intent, ...]:
        """Return what was begun and not cleared, by name."""
        folder = self._folders.of(slot, "intents")
        paths = [folder / name for name in disk.private_names(folder) if name.endswith(".json")]
        contents = ((path, disk.read_private(path)) for path in paths)
        return tuple(read_intent(path, content) for path, content in contents if content is not None)

    def mark(self, slot: Slot, intent: Intent) -> None:
        """Remember an intent."""
        with self._folders.writing(slot, "intents") as folder:
            disk.write_bytes(folder / f"{file_name(intent.name)}.json", intent_document(intent), replace=True)

    def clear(self, slot: Slot, name: str) -> None:
        """Forget an intent."""
        path = self._folders.of(slot, "intents") / f"{file_name(name)}.json"
        if disk.is_private_folder(path.parent):
            disk.remove(path)

    def last_proof(self, slot: Slot) -> LastProof | None:
        """Return the last proof."""
        path = self._folders.of(slot, "proof") / PROOF
        content = disk.read_private(path)
        return None if content is None else read_proof(path, content)

    def note_proof(self, slot: Slot, proof: LastProof) -> None:
        """Remember a proof."""
        with self._folders.writing(slot, "proof") as folder:
            disk.write_bytes(folder / PROOF, proof_document(proof), replace=True)

    def made(self, org: str, org_id: str) -> frozenset[Thing]:
        """Return what was created in the org."""
        path = self._folders.of_org(org) / MADE
        content = disk.read_private(path)
        if content is None:
            return frozenset()
        held_id, things = read_made(path, content)
        return things if held_id[:15] == org_id[:15] else frozenset()

    def note_made(self, org: str, org_id: str, things: Iterable[Thing]) -> None:
        """Remember what is about to be created."""
        self._write_made(org, org_id, lambda held: held | set(things))

    def forget_made(self, org: str, org_id: str, things: Iterable[Thing]) -> None:
        """Forget what was taken down."""
        self._write_made(org, org_id, lambda held: held - set(things))

    def _write_made(self, org: str, org_id: str, change: Callable[[frozenset[Thing]], frozenset[Thing]]) -> None:
        with self._folders.writing_org(org) as folder:
            before = self.made(org, org_id)
            after = change(before)
            if after != before:
                disk.write_bytes(folder / MADE, made_document(org_id, after), replace=True)

    def _keys(self, slot: Slot) -> KeyFiles:
        return KeyFiles(self._folders.of(slot, "keys"), self._devices)

    @contextmanager
    def _writing_keys(self, slot: Slot) -> Iterator[KeyFiles]:
        with self._folders.writing(slot, "keys") as folder:
            yield KeyFiles(folder, self._devices)

    def _credentials(self, slot: Slot) -> Numbered:
        return Numbered(self._folders.of(slot, "credentials"), CREDENTIALS)


def _read_credentials(stored: Numbered, number: int) -> tuple[Credentials, bool]:
    path = stored.path(number)
    return read_credentials(path, disk.read_private(path) or b"")
