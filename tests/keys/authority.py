"""Certificate authorities made on the spot, with whatever is wrong with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.keys.certificate import certificate_pem
from provision.keys.issue import subject_name
from tests.keys.conftest import NOW

YEAR = timedelta(days=365)


class Authority:
    """A key with a certificate that says whether it may issue; signed by `above`, or by itself."""

    def __init__(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        above: Authority | None = None,
        *,
        may_issue: bool | None = True,
        start: datetime = NOW,
    ) -> None:
        self.key = key
        self.name = subject_name(name)
        self.certificate = (above or self).certify(name, key.public_key(), may_issue=may_issue, start=start)

    def certify(
        self, name: str, key: rsa.RSAPublicKey, *, may_issue: bool | None = False, start: datetime = NOW
    ) -> x509.Certificate:
        """Return a certificate for `key`, valid for a year; `may_issue=None` leaves basic constraints out."""
        builder = x509.CertificateBuilder(
            self.name, subject_name(name), key, x509.random_serial_number(), start, start + YEAR
        )
        if may_issue is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=may_issue, path_length=None), critical=True)
        return builder.sign(self.key, hashes.SHA256())


def bundle(*certificates: x509.Certificate) -> str:
    """Return certificates as one PEM file, in this order."""
    return "".join(map(certificate_pem, certificates))
