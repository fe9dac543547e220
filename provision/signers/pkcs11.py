"""Keys on a PKCS #11 token (HSM, smart card, SoftHSM): made there, not extractable, signing there.

Needs the extra `pkcs11`. A session is opened for each operation, so that nothing is held while nobody signs.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from provision.errors import Code, Failed, Usage
from provision.model.signing import KeyReference, Pkcs11Spec
from provision.signers.device import DeviceKey, failed

LABEL_ID_BYTES = 8


class Pkcs11Device:
    """A token; `name` is that under `signers:`."""

    def __init__(self, name: str, spec: Pkcs11Spec, environ: Mapping[str, str]) -> None:
        self._name = name
        self._spec = spec
        self._environ = environ

    def make(self, label: str, bits: int) -> Pkcs11Signer:
        """Make a key pair on the token: private, sensitive and not extractable."""
        from pkcs11 import Attribute, KeyType  # noqa: PLC0415 -- an extra

        unique = f"{label}/{secrets.token_hex(LABEL_ID_BYTES)}"
        private = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.SIGN: True}
        with self.session(f"make a key of {bits} bits", writing=True) as session:
            session.generate_keypair(
                KeyType.RSA, bits, label=unique, id=unique.encode(), store=True, private_template=private
            )
        return self.open(unique)

    def open(self, key: str) -> Pkcs11Signer:
        """Return the signer of the key with that label."""
        return Pkcs11Signer(self, KeyReference(self._name, key))

    def destroy(self, key: str) -> None:
        """Delete both halves from the token."""
        from pkcs11 import Attribute  # noqa: PLC0415 -- an extra

        with self.session(f"delete the key {key}", writing=True) as session:
            for found in list(session.get_objects({Attribute.LABEL: key})):
                found.destroy()

    @contextmanager
    def session(self, what: str, *, writing: bool = False) -> Iterator[Any]:
        """Log in to the token; what it says is turned into `SIGNER_FAILED`, completing `could not`."""
        try:
            import pkcs11  # noqa: PLC0415 -- an extra
        except ImportError:
            raise missing_extra(self._name, "pkcs11") from None
        pin = self._pin()
        try:
            token = pkcs11.lib(str(self._spec.module)).get_token(token_label=self._spec.token)
            with token.open(user_pin=pin, rw=writing) as session:
                yield session
        except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as problem:
            raise failed(self._name, what, problem) from None

    def _pin(self) -> str:
        if self._spec.pin_env is not None:
            found = self._environ.get(self._spec.pin_env)
            if not found:
                raise failed(self._name, "be logged in to", f"{self._spec.pin_env} is not set")
            return found
        try:
            return self._spec.pin_file.read_text().strip() if self._spec.pin_file else ""
        except OSError as problem:
            raise failed(self._name, "be logged in to", f"{self._spec.pin_file}: {problem.strerror}") from None


class Pkcs11Signer:
    """One key on a token."""

    def __init__(self, device: Pkcs11Device, reference: KeyReference) -> None:
        self._device = device
        self._reference = reference
        self._key = DeviceKey(reference, self._read)

    @property
    def reference(self) -> KeyReference:
        """The label of the key."""
        return self._reference

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half, read from the token once."""
        return self._key.public

    def _read(self) -> bytes:
        from pkcs11 import ObjectClass  # noqa: PLC0415 -- an extra
        from pkcs11.util.rsa import encode_rsa_public_key  # noqa: PLC0415

        with self._device.session(f"show the key {self._reference.key}") as session:
            found = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=self._reference.key)
            return bytes(encode_rsa_public_key(found))

    def sign_rs256(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 of `data`, made on the token."""
        from pkcs11 import Mechanism, ObjectClass  # noqa: PLC0415 -- an extra

        with self._device.session(f"sign with the key {self._reference.key}") as session:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self._reference.key)
            return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))

    def __repr__(self) -> str:
        return f"Pkcs11Signer({self._reference.signer}: {self._reference.key})"


def missing_extra(name: str, extra: str) -> Failed | Usage:
    """Return the error where the library for a kind of signer is not installed."""
    return Usage(
        Code.SIGNER_FAILED,
        f"The signer {name} needs the extra {extra}",
        remedy=(f"pip install 'salesforce-provision[{extra}]'",),
    )
