"""A private key with its certificate, on the way into a store."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.keys.match import require_match


@dataclass(frozen=True)
class KeyMaterial:
    """A private key and the certificate issued for it; making one of two that do not belong together raises."""

    private_key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        require_match(self.private_key.public_key(), self.certificate)
