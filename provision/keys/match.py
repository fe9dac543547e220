"""Is a key strong enough, and does it belong to a certificate?"""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from provision.errors import Code, Failed
from provision.model.keys import Signer

MINIMUM_BITS = 2048
MINIMUM_EXPONENT = 65537


def require_strong(key: rsa.RSAPublicKey) -> None:
    """Raise `KEY_WEAK` unless `key` has 2048 bits or more and a public exponent of 65537 or more."""
    if key.key_size < MINIMUM_BITS:
        raise _weak(f"The RSA key has {key.key_size} bits; {MINIMUM_BITS} are the least (RFC 7518 §3.3)")
    exponent = key.public_numbers().e
    if exponent < MINIMUM_EXPONENT:
        raise _weak(f"The RSA key has the public exponent {exponent}; {MINIMUM_EXPONENT} is the least")


def rsa_key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey | None:
    """Return the RSA key that `certificate` was issued for; `None` for any other kind of key."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) else None


def matches(key: rsa.RSAPublicKey, certificate: x509.Certificate) -> bool:
    """Return whether `certificate` was issued for `key`."""
    return rsa_key_of(certificate) == key


def same_key(one: x509.Certificate, other: x509.Certificate) -> bool:
    """Return whether both certificates were issued for the same RSA key: what verifies with one does with the other."""
    key = rsa_key_of(one)
    return key is not None and matches(key, other)


def require_match(key: rsa.RSAPublicKey, certificate: x509.Certificate) -> None:
    """Raise `KEY_MISMATCH` unless `certificate` was issued for `key`."""
    if matches(key, certificate):
        return
    certified = rsa_key_of(certificate)
    raise Failed(
        Code.KEY_MISMATCH,
        "The private key does not belong to the certificate",
        detail=(
            f"SHA-256 of the public key: private key {key_fingerprint(key)}, "
            f"certificate {key_fingerprint(certified) if certified else 'not RSA'}"
        ),
        remedy=(
            "Give the private key that the certificate was made with",
            "Or leave the certificate out, and a new one is issued for this key",
        ),
    )


def signs_for(signer: Signer, certificate: x509.Certificate) -> bool:
    """Return whether a signature of `signer` verifies with `certificate`: proof where numbers alone may be damaged."""
    public_key = rsa_key_of(certificate)
    if public_key is None:
        return False
    message = b"provision: does this key belong to this certificate?"
    try:
        public_key.verify(signer.sign_rs256(message), message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def key_fingerprint(key: rsa.RSAPublicKey) -> str:
    """Return the SHA-256 of the SubjectPublicKeyInfo of `key` as `AA:BB:…`."""
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(encoded)
    return digest.finalize().hex(":").upper()


def _weak(summary: str) -> Failed:
    return Failed(
        Code.KEY_WEAK,
        summary,
        remedy=("Generate a new key: provision keys generate", "Or: openssl genrsa -out server.key 2048"),
    )
