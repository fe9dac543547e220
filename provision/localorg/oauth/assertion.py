"""JWTs as bearer assertions (RFC 7519, RFC 7515, RFC 7523), read strictly."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate

ALGORITHM: Final = "RS256"
_LONGEST: Final = 65_536
_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)


class Unreadable(Exception):
    """A text that is no signed JWT."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A JWT whose signature is still to be verified."""

    claims: Mapping[str, Any]
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def issuer(self) -> str:
        """Claim `iss`: the consumer key."""
        return self._text("iss")

    @property
    def username(self) -> str:
        """Claim `prn` or `sub`; `prn` wins where both are there (documented)."""
        return self._text("prn" if "prn" in self.claims else "sub")

    @property
    def audience(self) -> str:
        """Claim `aud`; lists are not known to be accepted."""
        return self._text("aud")

    @property
    def jti(self) -> str | None:
        """Claim `jti`, where there is one."""
        return self._text("jti") if "jti" in self.claims else None

    def signed_by(self, certificate: Certificate) -> bool:
        """Whether the key of the certificate made the signature."""
        key = _public_key(certificate)
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        try:
            key.verify(self.signature, self.signed, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    def _text(self, name: str) -> str:
        value = self.claims.get(name)
        if not isinstance(value, str) or not value:
            raise Unreadable(f"claim {name}")
        return value


def read(text: str) -> Assertion:
    """Read a compact JWS with RS256; raises `Unreadable`."""
    match = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise Unreadable("shape")
    header, payload, signature = (_decoded(part) for part in match.groups())
    head, claims = _document(header), _document(payload)
    if head.get("alg") != ALGORITHM or "crit" in head:
        raise Unreadable("alg")
    return Assertion(claims, f"{match.group(1)}.{match.group(2)}".encode(), signature)


@lru_cache(maxsize=64)
def _public_key(certificate: Certificate) -> CertificatePublicKeyTypes:
    return certificate.public_key()


def _decoded(part: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("base64url") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise Unreadable("base64url with loose bits")
    return raw


def _document(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
        document = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        json.dumps(document, ensure_ascii=False).encode("utf-8")  # lone surrogates are no text
    except (ValueError, RecursionError) as error:
        raise Unreadable("json") from error
    if not isinstance(document, dict):
        raise Unreadable("json object")
    return document


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("duplicate key")
    return found


def _no_constant(name: str) -> Any:
    raise Unreadable(name)
