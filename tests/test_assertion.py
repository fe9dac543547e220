"""Assertions are what RFC 7523 asks for, verified here with cryptography alone."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from provision.assertion import assertion
from provision.errors import Bug
from provision.keys.generate import generate_private_key
from provision.signers.file import FileSigner

NOW = datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)
CLAIMS = {"consumer_key": "3MVG9.consumer", "username": "bot@acme.example", "audience": "https://login.salesforce.com"}


@pytest.fixture(scope="module")
def signer():
    return FileSigner(generate_private_key(2048))


def decoded(token: str) -> tuple[dict, dict]:
    head, claims, _ = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    return json.loads(head), json.loads(claims)


def test_the_claims_and_nothing_else(signer):
    head, claims = decoded(assertion(signer, **CLAIMS, now=NOW, jti="one"))
    assert head == {"alg": "RS256", "typ": "JWT"}
    assert claims == {
        "iss": "3MVG9.consumer",
        "sub": "bot@acme.example",
        "aud": "https://login.salesforce.com",
        "exp": 1772366580,
        "jti": "one",
    }
    assert type(claims["exp"]) is int


def test_the_signature_verifies_with_the_public_key(signer):
    signing_input, _, signature = assertion(signer, **CLAIMS, now=NOW).rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    signer.public_key().verify(raw, signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_the_signer_is_asked_for_the_signing_input(signer):
    class Device:
        def public_key(self):
            return signer.public_key()

        def sign_rs256(self, data):
            return b"signed:" + data

    token = assertion(Device(), **CLAIMS, now=NOW)
    signing_input, _, signature = token.rpartition(".")
    assert base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == b"signed:" + signing_input.encode()


def test_each_has_an_id_of_its_own(signer):
    ids = {decoded(assertion(signer, **CLAIMS, now=NOW))[1]["jti"] for _ in range(5)}
    assert len(ids) == 5
    assert all(uuid.UUID(one).version == 4 for one in ids)


def test_expiry_never_lies_more_than_three_minutes_ahead(signer):
    exp = decoded(assertion(signer, **CLAIMS, now=NOW))[1]["exp"]
    assert 179 <= exp - NOW.timestamp() <= 180


def test_the_zone_of_the_clock_does_not_matter(signer):
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    assert decoded(assertion(signer, **CLAIMS, now=east))[1]["exp"] == 1772366580


def test_a_shorter_lifetime(signer):
    exp = decoded(assertion(signer, **CLAIMS, now=NOW, lifetime=timedelta(seconds=10)))[1]["exp"]
    assert exp == int(NOW.timestamp()) + 10


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(seconds=181)])
def test_other_lifetimes_are_a_bug(signer, lifetime):
    with pytest.raises(Bug):
        assertion(signer, **CLAIMS, now=NOW, lifetime=lifetime)


def test_a_time_without_zone_is_a_bug(signer):
    with pytest.raises(Bug):
        assertion(signer, **CLAIMS, now=NOW.replace(tzinfo=None))
