"""Key and certificate belong together, or it is said that they do not."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from provision.errors import Code, Failed
from provision.keys.issue import issue, subject_name
from provision.keys.match import key_fingerprint, matches, require_match, same_key, signs_for
from provision.keys.material import KeyMaterial
from provision.signers.file import FileSigner
from tests.keys.conftest import NOW


def test_a_key_matches_every_certificate_issued_for_it(key, other_key, certificate):
    assert matches(key.public_key(), certificate)
    assert matches(key.public_key(), issue(key, "renewed", NOW, 30))
    assert not matches(other_key.public_key(), certificate)


def test_certificates_of_one_key_are_told_from_those_of_another(key, other_key, certificate):
    assert same_key(certificate, issue(key, "renewed", NOW, 30))
    assert not same_key(certificate, issue(other_key, "CN=billing-sync,O=Acme", NOW, 365))


def test_material_that_does_not_belong_together_cannot_be_made(key, other_key, certificate):
    KeyMaterial(key, certificate)
    with pytest.raises(Failed) as raised:
        KeyMaterial(other_key, certificate)
    problem = raised.value
    assert problem.code is Code.KEY_MISMATCH
    assert key_fingerprint(key.public_key()) in (problem.detail or "")
    assert key_fingerprint(other_key.public_key()) in (problem.detail or "")


def test_a_certificate_of_another_algorithm_matches_no_rsa_key(key):
    ec_key = ec.generate_private_key(ec.SECP256R1())
    name = subject_name("ec")
    builder = x509.CertificateBuilder(name, name, ec_key.public_key(), 1, NOW, NOW + timedelta(days=1))
    foreign = builder.sign(ec_key, hashes.SHA256())
    assert not signs_for(FileSigner(key), foreign)
    assert not same_key(foreign, foreign), "no RSA key is nobody's same key"
    with pytest.raises(Failed, match="does not belong") as raised:
        require_match(key.public_key(), foreign)
    assert "not RSA" in (raised.value.detail or "")


def test_the_proof_is_a_signature(key, other_key, certificate):
    assert signs_for(FileSigner(key), certificate)
    assert not signs_for(FileSigner(other_key), certificate)


def test_material_shows_no_key(key, certificate):
    assert "private_key" not in repr(KeyMaterial(key, certificate))
