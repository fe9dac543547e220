"""Keys made once: generating and validating them is the slow part."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.keys.generate import generate_private_key
from provision.keys.issue import issue

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return generate_private_key(2048)


@pytest.fixture(scope="session")
def other_key() -> rsa.RSAPrivateKey:
    return generate_private_key(2048)


@pytest.fixture(scope="session")
def certificate(key) -> x509.Certificate:
    return issue(key, "CN=billing-sync,O=Acme", NOW, 365)
