"""New key pairs."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from provision.errors import Code, Usage
from provision.keys.issue import issue
from provision.keys.material import KeyMaterial
from provision.model.desired import KeySpec

BITS = (2048, 3072, 4096)
"""Sizes on offer: RS256 takes 2048 or more (RFC 7518 §3.3), and all of these are in use with Salesforce."""


def generate(spec: KeySpec, name: str, now: datetime) -> KeyMaterial:
    """Return a new key pair as `spec` asks for it, its certificate valid from `now` (aware).

    `name` is the common name where the spec has no subject. Raises `Usage` for what the spec may not ask.
    """
    return certified(generate_private_key(spec.bits), spec, name, now)


def certified(key: rsa.RSAPrivateKey, spec: KeySpec, name: str, now: datetime) -> KeyMaterial:
    """Return `key`, wherever it is, with a new self-signed certificate as `spec` asks for it."""
    return KeyMaterial(key, issue(key, spec.subject or name, now, spec.days))


def generate_private_key(bits: int) -> rsa.RSAPrivateKey:
    """Return a new key; takes about 0.05 s for 2048 bits and 0.4 s for 4096.

    Raises `Usage` (`KEY_WEAK`) for any other size than those in `BITS`.
    """
    if bits not in BITS:
        raise Usage(
            Code.KEY_WEAK,
            f"A key of {bits} bits is not on offer",
            remedy=(f"Choose {', '.join(map(str, BITS[:-1]))} or {BITS[-1]} bits",),
            context={"bits": bits},
        )
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)
