"""Key pairs: made for new apps, never silently in place of one in use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509 import Certificate, CertificateBuilder

from provision.errors import Code
from provision.keys.certificate import certificate_pem
from provision.keys.generate import generate_private_key
from provision.keys.issue import issue, subject_name
from provision.model.held import Held
from provision.model.metadata import Document
from provision.model.situation import Situation
from provision.steps import key_pair as step
from tests.factories import CLIENT_CREDENTIALS_ONLY, NOW, app, desired, existing_app, observed, situation
from tests.keys.authority import Authority


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(2048)


@pytest.fixture(scope="module")
def certificates(key: RSAPrivateKey) -> tuple[Certificate, Certificate]:
    """Two of the same key, the later one first."""
    return issue(key, "CN=a", NOW, 365), issue(key, "CN=b", NOW - timedelta(days=1), 365)


@pytest.fixture(scope="module")
def other() -> Certificate:
    return issue(generate_private_key(2048), "CN=other", NOW, 365)


def with_held(deployed: Certificate, *held: Certificate, staged: tuple[Certificate, ...] = ()) -> Situation:
    """An app that holds `deployed`, and a store with `held`, the current one first."""
    return situation(there=there_with(deployed), held={"billing-sync": Held(held, staged)})  # type: ignore[arg-type]


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
    certificates: tuple[Certificate, Certificate], other: Certificate
) -> None:
    """The key that was made current since is put on the app by a rotation, not by the way."""
    one = with_held(certificates[1], other, certificates[1])
    assert step.problems(one) == ()
    assert step.certificate(one, app()) == certificates[1]


def test_an_older_certificate_of_the_same_key_is_succeeded_by_the_current_one(
    certificates: tuple[Certificate, Certificate],
) -> None:
    """So a renewed or authority-issued certificate gets onto the app; signatures verify with either."""
    for current, earlier in (certificates, certificates[::-1]):
        one = with_held(earlier, current, earlier)
        assert step.problems(one) == ()
        assert step.diff(one) == ()
        assert step.certificate(one, app()) == current


def test_a_staged_certificate_that_a_rotation_has_deployed_already_stays(
    certificates: tuple[Certificate, Certificate],
) -> None:
    current, staged = certificates
    one = with_held(staged, current, staged, staged=(staged,))
    assert step.certificate(one, app()) == staged


def test_a_certificate_that_only_waits_is_not_put_on_the_app(certificates: tuple[Certificate, Certificate]) -> None:
    """Where nothing is current, the first of the held ones is a staged one."""
    one = with_held(certificates[1], *certificates, staged=certificates)
    assert step.certificate(one, app()) == certificates[1]


@pytest.mark.parametrize("days", [400, -400])
def test_a_certificate_that_is_not_valid_now_is_not_put_on_the_app(
    certificates: tuple[Certificate, Certificate], key: RSAPrivateKey, days: int
) -> None:
    current = issue(key, "CN=elsewhen", NOW + timedelta(days=days), 365)
    assert step.certificate(with_held(certificates[0], current, certificates[0]), app()) == certificates[0]


def test_an_unknown_certificate_of_a_stored_key_stays(certificates: tuple[Certificate, Certificate]) -> None:
    """Somebody else renewed it, or the key was imported without it: consumers sign with that key all the same."""
    for deployed, stored in (certificates, certificates[::-1]):
        one = with_held(deployed, stored)
        assert step.problems(one) == ()
        assert step.diff(one) == ()
        assert step.certificate(one, app()) == deployed


def test_an_unknown_certificate_is_succeeded_by_a_later_one_of_an_authority(
    certificates: tuple[Certificate, Certificate], key: RSAPrivateKey
) -> None:
    authority = Authority("CN=CA", generate_private_key(2048), start=NOW - timedelta(days=30))
    earlier, later = (authority.certify("CN=a", key.public_key(), start=NOW - timedelta(days=n)) for n in (10, 0))
    assert step.certificate(with_held(certificates[1], later), app()) == later
    assert step.certificate(with_held(certificates[1], earlier), app()) == certificates[1]
    assert step.certificate(with_held(later, earlier), app()) == later


def test_a_certificate_of_another_key_is_refused_whatever_its_name(
    certificates: tuple[Certificate, Certificate],
) -> None:
    namesake = issue(generate_private_key(2048), "CN=a", NOW, 365)
    one = with_held(namesake, *certificates)
    [problem] = step.problems(one)
    assert problem.code is Code.KEY_MISSING
    assert step.certificate(one, app()) == namesake


def test_a_certificate_without_an_rsa_key_belongs_to_no_stored_key(
    certificates: tuple[Certificate, Certificate],
) -> None:
    ec_key = ec.generate_private_key(ec.SECP256R1())
    name = subject_name("CN=a")
    foreign = CertificateBuilder(name, name, ec_key.public_key(), 1, NOW, NOW + timedelta(days=1))
    [problem] = step.problems(with_held(foreign.sign(ec_key, hashes.SHA256()), *certificates))
    assert problem.code is Code.KEY_MISSING


def test_an_app_that_has_no_certificate_yet_gets_a_key_pair() -> None:
    [change] = step.diff(situation(there=there_with(None)))  # type: ignore[arg-type]
    assert change.type == "KeyPair"
