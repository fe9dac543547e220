"""Access tokens as JWTs, which apps get instead of opaque ones where they ask for it.

Header and claims as in a recorded token of a mobile SDK test; the key is the org's own and published under /id/keys.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from provision.localorg.store.consumers import Consumer
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jsontext import dump
from provision.localorg.store.signing_keys import SigningKey, SigningKeys

_BITS: Final = 2048
_SESSION_BYTES: Final = 16
_EXPONENT: Final = 65_537
_EARLIER: Final = timedelta(seconds=15)
"""How long before its issue a token is valid already (recorded)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token is about."""

    org_id: str
    user_id: str
    consumer: Consumer
    issuer: str
    """URL of the My Domain."""
    scopes: str
    issued_at: datetime
    expires_at: datetime


def make(keys: SigningKeys, claims: Claims) -> str:
    """A signed token; the org's key is made with its first one."""
    held = keys.get() or _new_key(keys, claims)
    header = {
        "tnk": f"core/local/{claims.org_id}",
        "ver": "1.0",
        "kid": held.key_id,
        "tty": "sfdc-core-token",
        "typ": "JWT",
        "alg": "RS256",
    }
    payload = {
        "scp": claims.scopes,
        "aud": [claims.issuer],
        "sub": f"uid:{claims.user_id}",
        "nbf": int((claims.issued_at - _EARLIER).timestamp()),
        "mty": "oauth",
        "sfi": secrets.token_hex(_SESSION_BYTES),
        "roles": [],
        "iss": claims.issuer,
        "hsc": False,
        "exp": int(claims.expires_at.timestamp()),
        "iat": int(claims.issued_at.timestamp()),
        "client_id": claims.consumer.key,
    }
    signed = f"{_encoded(dump(header).encode())}.{_encoded(dump(payload).encode())}"
    signature = _private_key(held).sign(signed.encode(), padding.PKCS1v15(), SHA256())
    return f"{signed}.{_encoded(signature)}"


def published(held: SigningKey) -> Mapping[str, Any]:
    """The public half of a key as JWK (RFC 7517)."""
    numbers = _private_key(held).public_key().public_numbers()
    return {
        "kty": "RSA",
        "n": _encoded(numbers.n.to_bytes(_BITS // 8, "big")),
        "e": _encoded(numbers.e.to_bytes(3, "big")),
        "alg": "RS256",
        "use": "sig",
        "kid": held.key_id,
    }


def _new_key(keys: SigningKeys, claims: Claims) -> SigningKey:
    made = rsa.generate_private_key(_EXPONENT, _BITS)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    milliseconds = int(claims.issued_at.timestamp() * 1000)
    held = SigningKey(f"CORE_ATJWT.{claims.org_id[:SHORT]}.{milliseconds}", pem)
    keys.put(held)
    return held


def _private_key(held: SigningKey) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(held.pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(type(key).__name__)
    return key


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
