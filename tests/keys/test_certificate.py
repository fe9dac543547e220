"""Certificates: every shape is read, also old and foreign ones; what they say is told."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.keys.certificate import certificate_pem, fingerprint_sha256, parse_certificate, parse_certificates
from provision.keys.describe import Period, describe
from provision.keys.expiry import Threshold, due
from provision.keys.issue import issue, subject_name
from provision.keys.match import matches, rsa_key_of
from provision.keys.private_key import private_key_pem
from tests.keys.conftest import NOW
from tests.keys.openssl import needs_openssl, openssl
from tests.keys.shapes import SHAPES


def signed(subject: str, issuer: str, key, issuer_key) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        subject_name(issuer), subject_name(subject), key.public_key(), 7, NOW, NOW + timedelta(days=30)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def refusal(data) -> Failed:
    with pytest.raises(Failed) as raised:
        parse_certificate(data)
    assert raised.value.code is Code.CERTIFICATE_INVALID
    assert raised.value.remedy
    return raised.value


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_is_read(certificate, shape):
    assert parse_certificate(shape(certificate_pem(certificate))) == certificate


@needs_openssl
def test_openssl_dumps_are_read(certificate, key, tmp_path):
    """Text dumps, trusted certificates and unpacked PKCS #12 containers, as openssl writes them."""
    pem = certificate_pem(certificate).encode()
    assert parse_certificate(openssl("x509", "-text", stdin=pem)) == certificate
    trusted = openssl("x509", "-trustout", "-addtrust", "clientAuth", stdin=pem)
    assert b"TRUSTED" in trusted
    assert parse_certificate(trusted) == certificate
    container = tmp_path / "store.p12"
    container.write_bytes(
        pkcs12.serialize_key_and_certificates(b"billing", key, certificate, None, BestAvailableEncryption(b"pw"))
    )
    unpacked = openssl("pkcs12", "-in", str(container), "-noenc", "-passin", "pass:pw")
    assert b"Bag Attributes" in unpacked
    assert b"PRIVATE KEY" in unpacked
    assert parse_certificate(unpacked) == certificate


def test_a_chain_is_read_in_any_order_to_its_end(key, other_key):
    root = issue(other_key, "CN=root", NOW, 30)
    leaf = signed("CN=leaf", "CN=root", key, other_key)
    for chain in (certificate_pem(leaf) + certificate_pem(root), certificate_pem(root) + certificate_pem(leaf)):
        assert parse_certificate(chain) == leaf
        assert set(parse_certificates(chain)) == {leaf, root}


def test_the_same_certificate_twice_is_one(certificate):
    assert parse_certificate(certificate_pem(certificate) * 2) == certificate


def test_certificates_that_form_no_chain_are_refused(certificate, other_key):
    problem = refusal(certificate_pem(certificate) + certificate_pem(issue(other_key, "other", NOW, 30)))
    assert "no single chain" in problem.summary


def test_what_is_not_a_certificate_is_refused_in_its_own_words(key):
    assert "a private key" in refusal(private_key_pem(key)).summary
    assert "empty" in refusal("").summary
    assert "neither PEM nor DER" in refusal("certificate").summary
    assert "damaged" in refusal("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----").summary
    assert "Java keystore" in refusal(b"\xfe\xed\xfe\xed\x00").summary
    assert "PKCS #7" in refusal("-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----").summary


def test_a_private_key_given_as_certificate_is_not_quoted(key):
    pem = private_key_pem(key).decode()
    problem = refusal(pem)
    shown = f"{problem!r}{problem.detail}{problem.remedy}{problem.context}"
    assert not any(line in shown for line in pem.splitlines()[1:-1])


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), shape=st.sampled_from(sorted(SHAPES)))
def test_mangled_certificates_raise_nothing_but_our_errors(certificate, data, shape):
    """What can be read can also be described."""
    whole = SHAPES[shape](certificate_pem(certificate))
    raw = whole.encode() if isinstance(whole, str) else whole
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 20)))
    mangled = raw[:start] + data.draw(st.binary(max_size=20)) + raw[end:]
    try:
        found = parse_certificate(mangled)
    except ProvisionError:
        return
    describe(found)


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 5000), value=st.integers(0, 255))
def test_one_changed_byte_of_der_raises_nothing_but_our_errors(certificate, position, value):
    der = bytearray(certificate.public_bytes(Encoding.DER))
    der[position % len(der)] = value
    try:
        found = parse_certificate(bytes(der))
    except ProvisionError:
        return
    describe(found).validity(NOW)


@needs_openssl
def test_the_description_says_what_openssl_says(certificate):
    found = describe(certificate)
    pem = certificate_pem(certificate).encode()
    assert found.subject == found.issuer == "CN=billing-sync,O=Acme"
    assert openssl("x509", "-noout", "-serial", stdin=pem).decode().strip() == f"serial={found.serial}"
    assert found.self_signed
    assert (found.key_algorithm, found.bits, found.signature_algorithm) == ("RSA", 2048, "sha256WithRSAEncryption")
    assert found.fingerprint_sha256 == fingerprint_sha256(certificate)
    assert found.not_before == certificate.not_valid_before_utc
    assert found.not_after == NOW + timedelta(days=365)


def test_foreign_certificates_are_described_too(key, other_key):
    assert not describe(signed("CN=leaf", "CN=root", key, other_key)).self_signed
    ec_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ec")])
    built = x509.CertificateBuilder(name, name, ec_key.public_key(), 1, NOW, NOW + timedelta(days=1))
    found = describe(parse_certificate(certificate_pem(built.sign(ec_key, hashes.SHA256()))))
    assert (found.key_algorithm, found.bits, found.self_signed) == ("EC", 256, True)


@pytest.mark.parametrize(
    ("make", "name", "bits"),
    [
        (ed25519.Ed25519PrivateKey.generate, "Ed25519", None),
        (lambda: dsa.generate_private_key(2048), "DSA", 2048),
    ],
)
def test_other_algorithms_are_named(make, name, bits, other_key):
    found = describe(signed("CN=leaf", "CN=root", make(), other_key))
    assert (found.key_algorithm, found.bits) == (name, bits)


def test_a_key_of_an_unknown_algorithm_is_described_as_unknown(key, certificate):
    rsa_encryption, unknown = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d010163")
    der = certificate.public_bytes(Encoding.DER)
    assert der.count(rsa_encryption) == 1
    strange = parse_certificate(der.replace(rsa_encryption, unknown))
    assert (describe(strange).key_algorithm, describe(strange).bits) == ("unknown", None)
    assert rsa_key_of(strange) is None
    assert not matches(key.public_key(), strange)


def test_validity_in_words(certificate):
    found = describe(certificate)
    end = NOW + timedelta(days=365)
    assert found.validity(NOW - timedelta(days=1)) == "not valid before 2026-03-01 11:55 UTC"
    assert found.validity(NOW) == "valid until 2027-03-01, for 365 days"
    assert found.validity(end - timedelta(days=1)) == "valid until 2027-03-01, for 1 day"
    assert found.validity(end) == "valid until 2027-03-01, for 0 days"
    assert found.validity(end + timedelta(days=12, hours=3)) == "expired on 2027-03-01, 12 days ago"


def test_the_period_includes_both_ends(certificate):
    found, instant = describe(certificate), timedelta(microseconds=1)
    assert [found.period(found.not_before), found.period(found.not_after)] == [Period.WITHIN, Period.WITHIN]
    assert found.period(found.not_before - instant) is Period.BEFORE
    assert found.period(found.not_after + instant) is Period.AFTER


def test_days_left_counts_whole_days_and_goes_below_zero(certificate):
    found = describe(certificate)
    end = NOW + timedelta(days=365)
    assert found.days_left(NOW) == 365
    assert found.days_left(NOW + timedelta(seconds=1)) == 364
    assert found.days_left(end) == 0
    assert found.days_left(end + timedelta(seconds=1)) == -1


@pytest.mark.parametrize(
    ("threshold", "before_end", "expected"),
    [
        ("30d", timedelta(days=30, seconds=1), False),
        ("30d", timedelta(days=30), True),
        ("0d", timedelta(seconds=1), False),
        ("0d", timedelta(0), True),
        ("0d", timedelta(seconds=-1), True),
        ("66%", timedelta(days=125), False),
        ("66%", timedelta(days=124), True),
        ("100%", timedelta(seconds=1), False),
        ("100%", timedelta(0), True),
        ("1%", timedelta(days=365), False),
        ("1%", timedelta(days=361), True),
        ("99999d", timedelta(days=365), True),
    ],
)
def test_due(certificate, threshold, before_end, expected):
    now = NOW + timedelta(days=365) - before_end
    assert due(certificate, Threshold.parse(threshold), now) is expected


@pytest.mark.parametrize("text", ["", "30", "d", "%", "-1d", "0%", "101%", "1.5d", "30d30d", "3 weeks", "\u0663d"])
def test_other_thresholds_are_refused(text):
    with pytest.raises(Usage) as raised:
        Threshold.parse(text)
    assert raised.value.remedy


def test_parsed_thresholds():
    assert Threshold.parse(" 30 d ") == Threshold(days=30)
    assert Threshold.parse("66%") == Threshold(percent=66)


def test_base64_with_line_breaks_is_what_the_metadata_api_may_return(certificate):
    body = base64.encodebytes(certificate.public_bytes(Encoding.DER)).decode()
    assert parse_certificate(f"\n  {body}  ") == certificate
