"""Certificates and requests, judged by openssl."""

import re
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from provision.errors import Code, Usage
from provision.keys.certificate import certificate_pem, fingerprint_sha256, parse_certificate
from provision.keys.delegate import DelegatedKey
from provision.keys.generate import generate, generate_private_key
from provision.keys.issue import issue, request, request_pem, subject_name
from provision.keys.private_key import load_private_key, private_key_pem
from provision.model.desired import KeySpec
from provision.signers.file import FileSigner
from tests.keys.conftest import NOW
from tests.keys.openssl import needs_openssl, openssl


@needs_openssl
@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_openssl_reads_what_is_generated(bits):
    """Key check passes, the certificate verifies itself, and both have one modulus."""
    made = generate(KeySpec(bits=bits, days=30), "billing-sync", NOW)
    key, certificate = private_key_pem(made.private_key), certificate_pem(made.certificate).encode()
    assert b"RSA key ok" in openssl("rsa", "-check", "-noout", stdin=key)
    key_modulus = openssl("rsa", "-modulus", "-noout", stdin=key)
    assert key_modulus == openssl("x509", "-modulus", "-noout", stdin=certificate)
    assert len(key_modulus.strip()) == len("Modulus=") + bits // 4


@needs_openssl
def test_openssl_verifies_the_certificate_as_self_signed(tmp_path, certificate):
    path = tmp_path / "server.crt"
    path.write_text(certificate_pem(certificate))
    verified = openssl(
        "verify", "-x509_strict", "-partial_chain", "-attime", str(int(NOW.timestamp())),
        "-trusted", str(path), str(path),
    )  # fmt: skip
    assert verified.strip().endswith(b"OK")


@needs_openssl
def test_openssl_prints_the_fields_that_were_asked_for(key):
    certificate = issue(key, "CN=billing-sync,O=Acme,C=DE", NOW, 365, serial=0x1234ABCD)
    text = openssl("x509", "-noout", "-text", stdin=certificate_pem(certificate).encode()).decode()
    flat = re.sub(r"\s+", " ", text)
    assert "Version: 3 (0x2)" in flat
    assert "Signature Algorithm: sha256WithRSAEncryption" in flat
    assert "Issuer: C = DE, O = Acme, CN = billing-sync" in flat
    assert "Subject: C = DE, O = Acme, CN = billing-sync" in flat
    assert "(0x1234abcd)" in flat
    assert "Not Before: Mar 1 11:55:00 2026 GMT" in flat
    assert "Not After : Mar 1 12:00:00 2027 GMT" in flat
    assert "X509v3 Basic Constraints: critical CA:FALSE" in flat
    assert "X509v3 Key Usage: critical Digital Signature X509v3" in flat
    key_id = r"X509v3 Subject Key Identifier: ((?:[0-9A-F]{2}:?)+) X509v3 Authority Key Identifier: (?:keyid:)?\1"
    assert re.search(key_id, flat)


@needs_openssl
def test_fingerprint_is_the_one_that_openssl_prints(certificate):
    printed = openssl("x509", "-noout", "-fingerprint", "-sha256", stdin=certificate_pem(certificate).encode())
    assert printed.decode().strip().split("=")[1] == fingerprint_sha256(certificate)


@needs_openssl
def test_openssl_verifies_a_request(key):
    csr = request_pem(request(key, "CN=billing-sync")).encode()
    openssl("req", "-verify", "-noout", stdin=csr)
    assert b"CN = billing-sync" in openssl("req", "-noout", "-subject", stdin=csr)
    assert b"Digital Signature" in openssl("req", "-noout", "-text", stdin=csr)


class DeviceSigner:
    """A signer whose key cannot be had, as on an HSM; notes what it signed."""

    def __init__(self, key):
        self._key = key
        self.signed = []

    def public_key(self):
        return self._key.public_key()

    def sign_rs256(self, data):
        self.signed.append(data)
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def test_a_key_that_never_leaves_its_device_is_certified(key):
    """Certificate and request are signed by asking the signer once each."""
    device = DeviceSigner(key)
    certificate = issue(DelegatedKey(device), "device", NOW, 30)
    certificate.verify_directly_issued_by(certificate)
    csr = request(DelegatedKey(device), "device")
    assert csr.is_signature_valid
    assert device.signed == [certificate.tbs_certificate_bytes, csr.tbs_certrequest_bytes]


def test_a_delegated_key_does_nothing_but_rs256(key):
    delegated = DelegatedKey(FileSigner(key))
    assert delegated.key_size == 2048
    with pytest.raises(TypeError):
        delegated.sign(b"", padding.PKCS1v15(), hashes.SHA512())
    with pytest.raises(TypeError):
        delegated.sign(b"", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    with pytest.raises(TypeError):
        delegated.decrypt(b"", padding.PKCS1v15())
    with pytest.raises(TypeError):
        delegated.private_numbers()
    with pytest.raises(TypeError):
        delegated.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def test_serial_numbers_are_random_and_positive(key):
    serials = {issue(key, "x", NOW, 1).serial_number for _ in range(8)}
    assert len(serials) == 8
    assert all(0 < serial < 2**159 for serial in serials)


def test_validity_follows_the_time_that_is_passed_in(key):
    certificate = issue(key, "x", NOW + timedelta(microseconds=999_999), 90)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=90)
    assert certificate.not_valid_before_utc == NOW - timedelta(minutes=5)


def test_certificates_can_outlive_2049(key):
    """From 2050 on X.509 writes dates in another type."""
    assert issue(key, "x", NOW, 365 * 40).not_valid_after_utc.year == 2066


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("billing-sync", "CN=billing-sync"),
        ("CN=billing-sync,O=Acme", "CN=billing-sync,O=Acme"),
        ("cn=billing-sync,o=Acme", "CN=billing-sync,O=Acme"),
        ("CN=a\\,b", "CN=a\\,b"),
        ("CN=a,emailAddress=a@b.example", "CN=a,1.2.840.113549.1.9.1=a@b.example"),
        ("Büro", "CN=Büro"),
    ],
)
def test_subjects(text, expected):
    assert subject_name(text).rfc4514_string() == expected


@pytest.mark.parametrize("text", ["", "x" * 65, "CN=", "=", "NOPE=x", "CN=a,C=DEU"])
def test_impossible_subjects_are_refused(text):
    with pytest.raises(Usage) as raised:
        subject_name(text)
    assert raised.value.code is Code.CERTIFICATE_INVALID
    assert raised.value.remedy


@pytest.mark.parametrize("days", [0, -1, 10**7])
def test_impossible_periods_are_refused(key, days):
    with pytest.raises(Usage) as raised:
        issue(key, "x", NOW, days)
    assert raised.value.code is Code.CERTIFICATE_INVALID


@pytest.mark.parametrize("bits", [512, 1024, 2047, 8192])
def test_other_sizes_are_not_generated(bits):
    with pytest.raises(Usage) as raised:
        generate_private_key(bits)
    assert raised.value.code is Code.KEY_WEAK


def test_what_is_written_is_read_back(key, certificate):
    assert load_private_key(private_key_pem(key)).private_numbers() == key.private_numbers()
    assert parse_certificate(certificate_pem(certificate)) == certificate
    assert max(map(len, certificate_pem(certificate).splitlines())) == 64


def test_the_app_names_the_certificate_unless_the_settings_do():
    assert generate(KeySpec(), "billing-sync", NOW).certificate.subject == subject_name("CN=billing-sync")
    named = generate(KeySpec(subject="CN=x,O=Acme"), "billing-sync", NOW)
    assert isinstance(named.certificate, x509.Certificate)
    assert named.certificate.subject == subject_name("CN=x,O=Acme")
