"""Certificates read in every shape that people and Salesforce have them, and written in one."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from provision.errors import Code, Failed
from provision.keys.kinds import CERTIFICATE, PRIVATE_KEY, Kind, foreign_kind, kind_of
from provision.keys.pem import Block, NotPem, first_element, read_blocks


def parse_certificate(data: bytes | str) -> x509.Certificate:
    """Read a certificate; from a chain, the one at its end, which issued none of the others.

    Expired ones are read like any other. Raises `CERTIFICATE_INVALID`, also where several ends are found.
    """
    found = tuple(dict.fromkeys(parse_certificates(data)))
    issuers = {certificate.issuer for certificate in found if certificate.issuer != certificate.subject}
    ends = [certificate for certificate in found if certificate.subject not in issuers]
    if len(ends) != 1:
        raise Failed(
            Code.CERTIFICATE_INVALID,
            f"{len(found)} certificates were given that form no single chain",
            remedy=("Give the certificate of the key alone, or with the chain of its issuers",),
        )
    return ends[0]


def parse_certificates(data: bytes | str) -> tuple[x509.Certificate, ...]:
    """Read every certificate in `data` in its order, at least one; keys beside them are passed over.

    Raises `CERTIFICATE_INVALID`.
    """
    try:
        blocks = read_blocks(data)
    except NotPem as problem:
        foreign = foreign_kind(data)
        raise (_instead(foreign) if foreign else _invalid(str(problem))) from None
    kinds = [kind_of(block) for block in blocks]
    certificates = [block for block, kind in zip(blocks, kinds, strict=True) if kind is CERTIFICATE]
    if not certificates:
        raise _instead(_most_telling(kinds))
    return tuple(_load(block) for block in certificates)


def certificate_pem(certificate: x509.Certificate) -> str:
    """Return `certificate` as PEM, 64 columns and a final newline."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def fingerprint_sha256(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate's DER as `AA:BB:…`, as openssl prints it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _load(block: Block) -> x509.Certificate:
    try:
        # OpenSSL's TRUSTED CERTIFICATE appends its own data.
        certificate = x509.load_der_x509_certificate(first_element(block.der))
        _read_through(certificate)
    except (ValueError, x509.InvalidVersion):
        raise _invalid("its content is damaged") from None
    return certificate


def _read_through(certificate: x509.Certificate) -> tuple[object, ...]:
    """Touch what is decoded late, so that a damaged certificate fails here and nowhere else."""
    return (
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.serial_number,
    )


def _most_telling(kinds: Sequence[Kind]) -> Kind:
    return PRIVATE_KEY if PRIVATE_KEY in kinds else kinds[0]


def _instead(kind: Kind) -> Failed:
    return Failed(
        Code.CERTIFICATE_INVALID, f"A certificate was expected, but this is {kind.name}", remedy=(kind.remedy,)
    )


def _invalid(reason: str) -> Failed:
    return Failed(
        Code.CERTIFICATE_INVALID,
        f"The certificate cannot be read: {reason}",
        remedy=("Look at it with: openssl x509 -in FILE -noout -text",),
    )
