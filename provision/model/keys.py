"""Key pairs and who signs with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from provision.model.signing import KeyReference


class Signer(Protocol):
    """What signs assertions; the private key may be unexportable (HSM, KMS)."""

    @property
    def reference(self) -> KeyReference | None:
        """How a key that stays with its signer is found again; `None` for one in memory."""

    def public_key(self) -> RSAPublicKey:
        """Return the public half, to be compared with a certificate."""

    def sign_rs256(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 of `data` (RFC 7518 §3.3)."""


@dataclass(frozen=True)
class KeyPair:
    """A signer together with the certificate that an app holds for it."""

    signer: Signer
    certificate: x509.Certificate
    generation: int = 1

    @property
    def not_after(self) -> datetime:
        """The last moment of validity (aware, UTC)."""
        return self.certificate.not_valid_after_utc
