"""What a certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from provision.keys.certificate import fingerprint_sha256


class Period(StrEnum):
    """Where a moment lies in the life of a certificate."""

    BEFORE = "not-yet-valid"
    WITHIN = "valid"
    AFTER = "expired"


@dataclass(frozen=True)
class CertificateDescription:
    """The facts of a certificate that a person compares."""

    subject: str
    """RFC 4514."""
    issuer: str
    serial: str
    """Upper-case hexadecimal, as openssl prints it."""
    not_before: datetime
    not_after: datetime
    key_algorithm: str
    """`RSA`, `EC`, … or `unknown`."""
    bits: int | None
    signature_algorithm: str
    self_signed: bool
    fingerprint_sha256: str

    def period(self, now: datetime) -> Period:
        """Return whether it is valid at `now` (aware); both ends belong to its life (RFC 5280 §4.1.2.5)."""
        if now < self.not_before:
            return Period.BEFORE
        return Period.AFTER if now > self.not_after else Period.WITHIN

    def days_left(self, now: datetime) -> int:
        """Return the whole days until its end; negative from the first moment after it."""
        return (self.not_after - now) // timedelta(days=1)

    def validity(self, now: datetime) -> str:
        """Return in one clause how it stands at `now`, for instance `valid until 2027-03-01, for 12 days`."""
        period = self.period(now)
        match period:
            case Period.BEFORE:
                return f"not valid before {self.not_before:%Y-%m-%d %H:%M} UTC"
            case Period.AFTER:
                ago = (now - self.not_after) // timedelta(days=1)
                return f"expired on {self.not_after:%Y-%m-%d}, {_days(ago)} ago"
            case Period.WITHIN:
                return f"valid until {self.not_after:%Y-%m-%d}, for {_days(self.days_left(now))}"
            case _:
                assert_never(period)


def describe(certificate: x509.Certificate) -> CertificateDescription:
    """Return what `certificate` says; never fails on one that could be read."""
    algorithm, bits = _key_facts(certificate)
    return CertificateDescription(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=_hexadecimal(certificate.serial_number),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key_algorithm=algorithm,
        bits=bits,
        signature_algorithm=certificate.signature_algorithm_oid._name,  # noqa: SLF001 -- the only name cryptography has
        self_signed=_is_self_signed(certificate),
        fingerprint_sha256=fingerprint_sha256(certificate),
    )


def _key_facts(certificate: x509.Certificate) -> tuple[str, int | None]:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "unknown", None
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    return type(key).__name__.removesuffix("PublicKey"), None


def _is_self_signed(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _hexadecimal(number: int) -> str:
    digits = f"{abs(number):X}"
    return ("-" if number < 0 else "") + digits.zfill(len(digits) + len(digits) % 2)


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
