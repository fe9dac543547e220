"""Judges the certificates that a metadata file carries: readable, valid at a moment, strong enough to sign with."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning

from provision.metadata.merge import CERTIFICATES, certificate_der
from provision.metadata.problem import Problem, below
from provision.metadata.rules import broken
from provision.model.metadata import Document, Value

SMALLEST_RSA_BITS = 2048
_BROKEN_HASHES = frozenset({"md5", "sha1"})


def certificates(document: Document, now: datetime) -> Iterator[Problem]:
    """Yield a problem for each certificate in `document` that is unreadable, weak, or not valid at `now` (aware)."""
    for path, text in _texts(document.fields, ""):
        if text.strip():
            for rule, message in _judge(text, now):
                yield broken(rule, path, message)


def _texts(fields: Mapping[str, Value], path: str) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        here = below(path, name)
        if isinstance(value, Mapping):
            yield from _texts(value, here)
        elif isinstance(value, str) and name in CERTIFICATES:
            yield here, value


def _judge(text: str, now: datetime) -> Iterator[tuple[str, str]]:
    certificate = _read(text)
    if certificate is None:
        yield "certificate-unreadable", "this is no X.509 certificate"
        return
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > end:
        yield "certificate-expired", f"the certificate expired on {end:%Y-%m-%d}"
    elif now < begin:
        yield "certificate-not-yet-valid", f"the certificate is valid from {begin:%Y-%m-%d %H:%M} UTC on"
    for weakness in _weaknesses(certificate):
        yield "certificate-weak", weakness


def _read(text: str) -> x509.Certificate | None:
    der = certificate_der(text)
    try:
        with warnings.catch_warnings():
            # An odd serial number or length is the author's affair; the file is only judged here.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return x509.load_der_x509_certificate(der) if der else None
    except ValueError:
        return None


def _weaknesses(certificate: x509.Certificate) -> Iterator[str]:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        yield "the key is not RSA, and JWT bearer signs with RS256"
    elif key.key_size < SMALLEST_RSA_BITS:
        yield f"the RSA key has {key.key_size} bits"
    algorithm = certificate.signature_hash_algorithm
    if algorithm is not None and algorithm.name in _BROKEN_HASHES:
        yield f"the certificate is signed with {algorithm.name.upper()}"
