"""Certificates are accepted in every shape that deploys carry and returned in one."""

import base64
import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata import certificates
from provision.localorg.metadata.certificates import UnreadableCertificate


def long_expired():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=dt.datetime(2001, 1, 1, tzinfo=dt.UTC),
        not_valid_after=dt.datetime(2002, 1, 1, tzinfo=dt.UTC),
    )
    return builder.sign(key, hashes.SHA256())


CERTIFICATE = long_expired()
DER = CERTIFICATE.public_bytes(Encoding.DER)
PEM = CERTIFICATE.public_bytes(Encoding.PEM).decode()
BARE = base64.b64encode(DER).decode()
WRAPPED = "\n".join(PEM.splitlines()[1:-1])
DUMP = "Bag Attributes\n    friendlyName: a\n" + PEM
UPLOADED_DUMP = base64.b64encode(DUMP.encode()).decode()


@pytest.mark.parametrize(
    ("given_text", "returned"),
    [(PEM, BARE), ("\n" + PEM, BARE), (BARE, BARE), (WRAPPED, BARE), (DUMP, BARE), (UPLOADED_DUMP, UPLOADED_DUMP)],
    ids=["PEM", "PEM after an empty line", "bare", "bare in lines", "PEM in a dump", "base64 of a dump"],
)
def test_every_shape_gives_the_same_certificate(given_text, returned):
    assert certificates.read(given_text) == certificates.Certificate(DER, returned)


@pytest.mark.parametrize(
    "text", ["{CERTIFICATE}", "QUJD", "é", "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"]
)
def test_anything_else_is_unreadable(text):
    with pytest.raises(UnreadableCertificate):
        certificates.read(text)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode()))
def test_any_text_is_read_or_unreadable(text):
    with pytest.raises(UnreadableCertificate):
        certificates.read(text)
