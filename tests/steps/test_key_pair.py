"""Key pairs: made for new apps, never silently in place of one in use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import Certificate

from provision.errors import Code
from provision.keys.certificate import certificate_pem
from provision.keys.issue import issue
from provision.model.held import Held
from provision.model.metadata import Document
from provision.steps import key_pair as step
from tests.factories import CLIENT_CREDENTIALS_ONLY, NOW, app, desired, existing_app, observed, situation


@pytest.fixture(scope="module")
def certificates() -> tuple[Certificate, Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return issue(key, "CN=a", NOW, 365), issue(key, "CN=b", NOW - timedelta(days=1), 365)


def there_with(certificate: Certificate | None) -> object:
    pem = certificate_pem(certificate) if certificate else None
    return observed(apps={"Billing_Sync": existing_app(Document("ConnectedApp", {}), certificate=pem)})


def test_a_new_app_gets_a_key_pair() -> None:
    [change] = step.diff(situation())
    assert (change.type, change.app) == ("KeyPair", "billing-sync")


def test_an_app_without_jwt_bearer_needs_none() -> None:
    wanted = desired(app(grants=CLIENT_CREDENTIALS_ONLY))
    assert step.diff(situation(wanted=wanted)) == ()


def test_a_stored_key_pair_is_used(certificates: tuple[Certificate, Certificate]) -> None:
    held = {"billing-sync": Held(certificates[:1])}
    one = situation(held=held)
    assert step.diff(one) == ()
    assert step.certificate(one, app()) == certificates[0]


def test_an_app_with_a_certificate_whose_key_is_not_at_hand_is_refused(
    certificates: tuple[Certificate, Certificate],
) -> None:
    """An empty store never means "generate": consumers would be locked out."""
    one = situation(there=there_with(certificates[0]))  # type: ignore[arg-type]
    assert step.diff(one) == ()
    [problem] = step.problems(one)
    assert problem.code is Code.KEY_MISSING
    assert any("keys import" in action for action in problem.remedy)


def test_an_older_generation_that_matches_the_org_is_the_one_in_use(
    certificates: tuple[Certificate, Certificate],
) -> None:
    one = situation(
        there=there_with(certificates[1]),  # type: ignore[arg-type]
        held={"billing-sync": Held(certificates)},
    )
    assert step.problems(one) == ()
    assert step.certificate(one, app()) == certificates[1]


def test_an_app_that_has_no_certificate_yet_gets_a_key_pair() -> None:
    [change] = step.diff(situation(there=there_with(None)))  # type: ignore[arg-type]
    assert change.type == "KeyPair"
