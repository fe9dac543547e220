"""Self-signed certificates and certificate requests (RFC 5280, RFC 2986).

The key may be a `DelegatedKey`, so that one that never leaves its device is certified like any other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from provision.errors import Code, Usage

CLOCK_SKEW = timedelta(minutes=5)
"""How far a certificate reaches back, for machines whose clocks differ."""

_NAMES = {
    "E": NameOID.EMAIL_ADDRESS,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "cn": NameOID.COMMON_NAME,
    "o": NameOID.ORGANIZATION_NAME,
    "ou": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "l": NameOID.LOCALITY_NAME,
    "st": NameOID.STATE_OR_PROVINCE_NAME,
    "c": NameOID.COUNTRY_NAME,
}
"""What openssl and people write beside the names of RFC 4514."""


def issue(
    key: rsa.RSAPrivateKey, subject: str, now: datetime, days: int, serial: int | None = None
) -> x509.Certificate:
    """Return a self-signed X.509 v3 certificate for `key`, valid until `days` after `now` (aware).

    `subject` is an RFC 4514 name (`CN=billing-sync,O=Acme`) or just the common name. The serial number is random
    (159 bits) unless given. Raises `Usage` (`CERTIFICATE_INVALID`) for a subject or period that X.509 cannot hold.
    """
    name = subject_name(subject)
    public_key = key.public_key()
    key_id = x509.SubjectKeyIdentifier.from_public_key(public_key)
    builder = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=public_key)
        .serial_number(x509.random_serial_number() if serial is None else serial)
        .not_valid_before(now.replace(microsecond=0) - CLOCK_SKEW)
        .not_valid_after(_end(now, days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(key_id, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def request(key: rsa.RSAPrivateKey, subject: str) -> x509.CertificateSigningRequest:
    """Return a certificate request for `key`, to be signed by a certificate authority."""
    builder = x509.CertificateSigningRequestBuilder(subject_name=subject_name(subject))
    builder = builder.add_extension(_signing_only(), critical=True)
    return builder.sign(key, hashes.SHA256())


def subject_name(text: str) -> x509.Name:
    """Return the name that `text` means: RFC 4514 where it holds a `=`, otherwise a common name."""
    try:
        if "=" in text:
            return x509.Name.from_rfc4514_string(text, _NAMES)
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    except ValueError as problem:
        raise Usage(
            Code.CERTIFICATE_INVALID,
            f"The certificate subject {text!r} is not a valid name",
            detail=str(problem) or None,
            remedy=(
                "Write a common name of at most 64 characters, or an RFC 4514 name such as CN=billing-sync,O=Acme",
            ),
        ) from problem


def request_pem(csr: x509.CertificateSigningRequest) -> str:
    """Return the certificate request as PEM, 64 columns and a final newline."""
    return csr.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _end(now: datetime, days: int) -> datetime:
    try:
        end = now.replace(microsecond=0) + timedelta(days=days)
    except OverflowError:
        end = None
    if days < 1 or end is None:
        raise Usage(
            Code.CERTIFICATE_INVALID,
            f"A certificate cannot be valid for {days} days",
            remedy=("Give a number of days from 1, for instance 365",),
        )
    return end


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
