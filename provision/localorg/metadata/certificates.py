"""Certificates in the shapes that deploys carry, and the one shape in which a retrieve returns them."""

import base64
import binascii
import re
import textwrap
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_COLUMNS: Final = 64
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Certificate:
    """`der` is what signatures are checked with; `text` what a retrieve returns: base64 on one line, no headers."""

    der: bytes
    text: str

    @property
    def wrapped(self) -> str:
        """Base64 in lines of 64 columns, no headers: how External Client Apps return it."""
        return "\n".join(textwrap.wrap(base64.b64encode(self.der).decode(), _COLUMNS))


class UnreadableCertificate(Exception):
    """The text holds no X.509 certificate."""


def read(text: str) -> Certificate:
    """Accept PEM, bare base64 with or without line breaks, and base64 of a whole text file that holds a PEM.

    Neither the X.509 version nor the validity dates matter: real orgs keep version 1 and expired certificates.

    Raises:
        UnreadableCertificate: none of these.

    """
    pem = _PEM.search(text.encode())
    if pem:
        der = _der(pem[0])
        return Certificate(der, base64.b64encode(der).decode())
    compact = "".join(text.split())
    try:
        uploaded = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableCertificate from None
    wrapped = _PEM.search(uploaded)
    # An uploaded text file comes back as it was sent, base64 of the whole file (one such app is on public record).
    return Certificate(_der(wrapped[0] if wrapped else uploaded), compact)


def _der(data: bytes) -> bytes:
    load = x509.load_pem_x509_certificate if data.startswith(b"-----") else x509.load_der_x509_certificate
    try:
        return load(data).public_bytes(Encoding.DER)
    except ValueError:
        raise UnreadableCertificate from None
