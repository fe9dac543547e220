"""One folder of key pairs: each with its certificate, and the private key or a note of which signer keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.errors import Code, Failed
from provision.keys.certificate import certificate_pem, parse_certificate
from provision.keys.delegate import DelegatedKey
from provision.keys.match import matches, require_match, signs_for
from provision.keys.private_key import load_trusted_private_key, private_key_pem
from provision.model.keys import KeyPair, Signer
from provision.model.secret import Secret
from provision.model.signing import KeyReference
from provision.signers.devices import Devices
from provision.signers.file import FileSigner
from provision.store import disk
from provision.store.documents import read_reference, reference_document
from provision.store.numbered import Numbered, corrupt, missing
from provision.store.protocol import KeyGeneration

KEY = ".key.pem"
REFERENCE = ".key.json"
CERTIFICATE = ".cert.pem"


@dataclass(frozen=True)
class KeyFiles:
    """The key pairs in `folder`, which is known to be private."""

    folder: Path
    devices: Devices

    @property
    def numbered(self) -> Numbered:
        """The generations by number."""
        return Numbered(self.folder, CERTIFICATE)

    def generations(self) -> tuple[KeyGeneration, ...]:
        """Return every key pair, oldest first; no signer is asked."""
        numbered = self.numbered
        return tuple(
            KeyGeneration(number, self._certificate(number), numbered.state(number, retired=self._retired(number)))
            for number in numbered.numbers()
        )

    def pair(self, number: int) -> KeyPair | None:
        """Return a key pair, proved to belong together; `None` where its key is gone or was never there."""
        if number not in self.numbered.numbers():
            return None
        reference, pem = self._reference(number), disk.read_private(self._path(number, KEY))
        if reference is None and pem is None:
            return None
        certificate = self._certificate(number)
        if reference is not None:
            return self._kept_elsewhere(number, reference, certificate)
        try:
            signer = FileSigner(load_trusted_private_key(pem or b""))
            sound = matches(signer.public_key(), certificate) and signs_for(signer, certificate)
        except Exception:  # noqa: BLE001 -- a damaged key that was not validated fails in any way, text would leak it
            raise corrupt(self._path(number, KEY), "it holds no usable private key") from None
        if not sound:
            raise corrupt(self._path(number, KEY), f"it does not belong to {self._path(number).name}")
        return KeyPair(signer, certificate, number)

    def require_pair(self, number: int) -> KeyPair:
        """Return a key pair; raises `KEY_MISSING`."""
        pair = self.pair(number)
        if pair is None:
            raise missing(self.folder, number)
        return pair

    def secret(self, number: int) -> Secret | None:
        """Return a private key as PEM, once it has proved to belong to its certificate; `None` where it is not here."""
        pem = None if self.pair(number) is None else disk.read_private(self._path(number, KEY))
        return None if pem is None else Secret(pem.decode("ascii"))

    def whereabouts(self, number: int) -> str:
        """Return in words where the private key of a generation is."""
        reference = self._reference(number)
        return str(self._path(number, KEY)) if reference is None else f"signer {reference.signer}, key {reference.key}"

    def add(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate, *, make_current: bool) -> int:
        """Store a key pair; a key that stays with its signer is noted. The certificate comes last, it completes it."""
        reference = key.reference if isinstance(key, DelegatedKey) else None
        if reference is not None:
            return self._add(REFERENCE, reference_document(reference), certificate, make_current=make_current)
        return self._add(KEY, private_key_pem(key), certificate, make_current=make_current)

    def add_certificate(self, number: int, certificate: x509.Certificate, *, make_current: bool) -> int:
        """Store a further certificate for the key of a generation."""
        require_match(self.require_pair(number).signer.public_key(), certificate)
        for suffix in (KEY, REFERENCE):
            content = disk.read_private(self._path(number, suffix))
            if content is not None:
                return self._add(suffix, content, certificate, make_current=make_current)
        raise missing(self.folder, number)

    def retire(self, number: int) -> None:
        """Delete a private key, at its signer where no other generation has it."""
        reference = self._reference(number)
        others = (other for other in self.numbered.numbers() if other != number)
        if reference is not None and all(self._reference(other) != reference for other in others):
            self.devices.named(reference.signer).destroy(reference.key)
        for suffix in (KEY, REFERENCE):
            disk.remove(self._path(number, suffix))

    def _add(self, suffix: str, content: bytes, certificate: x509.Certificate, *, make_current: bool) -> int:
        numbered = self.numbered
        number = numbered.next_number()
        disk.write_bytes(numbered.path(number, suffix), content)
        disk.write_bytes(numbered.path(number), certificate_pem(certificate).encode())
        if make_current:
            numbered.point_to(number)
        return number

    def _kept_elsewhere(self, number: int, reference: KeyReference, certificate: x509.Certificate) -> KeyPair:
        signer: Signer = self.devices.signer(reference)
        if not (matches(signer.public_key(), certificate) and signs_for(signer, certificate)):
            raise corrupt(self._path(number, REFERENCE), f"its key does not belong to {self._path(number).name}")
        return KeyPair(signer, certificate, number)

    def _reference(self, number: int) -> KeyReference | None:
        path = self._path(number, REFERENCE)
        content = disk.read_private(path)
        return None if content is None else read_reference(path, content)

    def _retired(self, number: int) -> bool:
        return not any(self._path(number, suffix).exists() for suffix in (KEY, REFERENCE))

    def _path(self, number: int, suffix: str | None = None) -> Path:
        return self.numbered.path(number, suffix)

    def _certificate(self, number: int) -> x509.Certificate:
        path = self._path(number)
        try:
            return parse_certificate(disk.read_private(path) or b"")
        except Failed as problem:
            if problem.code is not Code.CERTIFICATE_INVALID:
                raise
            raise corrupt(path, "it holds no certificate") from None
