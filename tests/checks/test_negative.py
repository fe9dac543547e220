"""What must be refused: the check fails where it is let in, and proves nothing where something else was refused."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from provision.checks.negative import (
    CANARY,
    FOREIGN_KEY,
    NOBODYS_AUDIENCE,
    OLD_KEY,
    REPLAY,
    WRONG_AUDIENCE,
    WRONG_SECRET,
)
from provision.checks.proof import Options
from provision.keys.certificate import certificate_pem
from provision.keys.generate import generate_private_key
from provision.keys.issue import issue
from provision.keys.material import KeyMaterial
from provision.model.check import CheckStatus
from provision.store.protocol import Slot
from tests.checks.bench import ORG, USERNAME, Bench
from tests.org.wire import Asked, Rewrite, Said

ADMIN = "admin@local--local-legacy.example"
UNAVAILABLE = Said(503, b"no healthy upstream", "text/plain")
NEGATIVE = (FOREIGN_KEY, CANARY, WRONG_AUDIENCE, REPLAY, WRONG_SECRET)


def refusal(error: str, description: str) -> Said:
    return Said(400, json.dumps({"error": error, "error_description": description}).encode())


def form(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body))


def claims(asked: Asked) -> dict[str, object]:
    found: dict[str, object] = jwt.decode(form(asked)["assertion"], options={"verify_signature": False})
    return found


def assertions(bench: Bench) -> list[Asked]:
    return [asked for asked in bench.wire.to("/token") if "assertion" in form(asked)]


def instead(check: str, answer: Said | None = None) -> Rewrite:
    """Answer the request of one negative check otherwise: with `answer`, or with the token given before."""
    before: list[Said] = []
    seen: list[str] = []

    def rewrite(asked: Asked, said: Said) -> Said:
        if not asked.path.endswith("/token"):
            return said
        sent = form(asked)
        if "assertion" in sent:
            kind = kind_of(claims(asked), seen)
            seen.append(str(claims(asked)["jti"]))
        else:
            kind = WRONG_SECRET if said.status == 400 else "client-credentials/token"
        if said.status == 200:
            before.append(said)
        return (answer or before[0]) if kind == check else said

    return rewrite


def kind_of(said: dict[str, object], seen: list[str]) -> str:
    if said["sub"] == ADMIN:
        return CANARY
    if said["aud"] == NOBODYS_AUDIENCE:
        return WRONG_AUDIENCE
    if said["jti"] in seen:
        return REPLAY
    return FOREIGN_KEY if seen else "jwt-bearer/token"


def test_each_is_refused_for_its_own_reason(bench: Bench) -> None:
    found = bench.proof()
    assert {check: found[check].status for check in NEGATIVE} == dict.fromkeys(NEGATIVE, CheckStatus.PASSED)
    assert "invalid_grant: invalid assertion" in (found[FOREIGN_KEY].detail or "")
    assert "invalid_app_access" in (found[CANARY].detail or "")
    assert "invalid_client: invalid client credentials" in (found[WRONG_SECRET].detail or "")


@pytest.mark.parametrize("check", NEGATIVE)
def test_a_token_for_wrong_credentials_fails_the_check_and_is_revoked(bench: Bench, check: str) -> None:
    bench.rewrite = instead(check)
    bench.options = Options(revoke=False)
    found = bench.proof()
    assert (found[check].status, found[check].code) == (CheckStatus.FAILED, "NOT_REFUSED")
    others = [other for other in NEGATIVE if other != check]
    assert [found[other].status for other in others] == [CheckStatus.PASSED] * len(others)
    assert len(bench.wire.to("/revoke")) == 1, "the one token that should not be; the others are not asked to go"


def test_a_canary_who_has_access_after_all_fails_the_check(bench: Bench) -> None:
    bench.let_in(ADMIN)
    found = bench.proof()[CANARY]
    assert (found.status, found.code) == (CheckStatus.FAILED, "NOT_REFUSED")


@pytest.mark.parametrize(
    "other",
    [
        UNAVAILABLE,
        refusal("invalid_grant", "expired authorization code"),
        refusal("invalid_grant", "ip restricted"),
        refusal("invalid_client_id", "client identifier invalid"),
        refusal("invalid_grant", ""),
    ],
    ids=lambda said: said.body.decode(),
)
@pytest.mark.parametrize("check", NEGATIVE)
def test_a_refusal_for_another_reason_proves_nothing(bench: Bench, check: str, other: Said) -> None:
    bench.rewrite = instead(check, other)
    found = bench.proof()
    assert found[check].status is CheckStatus.SKIPPED
    assert "proves nothing" in (found[check].detail or "")


@pytest.mark.parametrize(
    ("check", "reason_of_another"),
    [
        (FOREIGN_KEY, refusal("invalid_app_access", "user is not admin approved to access this app")),
        (CANARY, refusal("invalid_grant", "invalid assertion")),
        (WRONG_AUDIENCE, refusal("invalid_grant", "invalid assertion")),
        (REPLAY, refusal("invalid_grant", "audience is invalid")),
        (WRONG_SECRET, refusal("invalid_grant", "invalid assertion")),
    ],
)
def test_the_reason_of_one_check_is_not_that_of_another(bench: Bench, check: str, reason_of_another: Said) -> None:
    bench.rewrite = instead(check, reason_of_another)
    assert bench.proof()[check].status is CheckStatus.SKIPPED


def test_wrong_assertions_are_right_in_everything_else(bench: Bench) -> None:
    """Issuer, user and the audience that the org took before; only the key, or only the user, is another."""
    bench.login_host = "login.salesforce.com"
    found = bench.proof()
    assert found[FOREIGN_KEY].status is CheckStatus.PASSED
    refused_audience, right, foreign, canary, nobodys, again = (claims(asked) for asked in assertions(bench))
    assert refused_audience["aud"] == "https://login.salesforce.com"
    assert right["aud"] == foreign["aud"] == canary["aud"] == f"https://{bench.local.my_domain}"
    assert right["iss"] == foreign["iss"] == canary["iss"] == nobodys["iss"]
    assert again == right
    assert (right["sub"], foreign["sub"], canary["sub"]) == (USERNAME, USERNAME, ADMIN)


def test_the_foreign_key_is_foreign_and_the_canary_signs_with_the_right_one(bench: Bench) -> None:
    bench.proof()
    held = bench.set_consumer()
    key = load_der_x509_certificate(held.certificate_der or b"").public_key()
    right, foreign, canary, nobodys, again = (form(asked)["assertion"] for asked in assertions(bench))
    unjudged = {"verify_aud": False, "verify_exp": False}
    for signed in (right, canary, nobodys, again):
        jwt.decode(signed, key, algorithms=["RS256"], options=unjudged)  # type: ignore[arg-type]  # RSA
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(foreign, key, algorithms=["RS256"], options=unjudged)  # type: ignore[arg-type]  # RSA


def test_the_wrong_secret_is_presented_with_the_right_key(bench: Bench) -> None:
    bench.proof()
    held = bench.set_consumer()
    sent = [form(asked) for asked in bench.wire.to("/token") if "client_secret" in form(asked)]
    assert [item["client_id"] for item in sent] == [held.key] * 2
    assert [item["client_secret"] == held.secret for item in sent] == [True, False]


def test_elsewhere_than_on_local_orgs_nothing_wrong_is_tried_unless_asked_for(bench: Bench) -> None:
    bench.is_local = False
    assert not set(NEGATIVE) & set(bench.proof())
    assert not bench.wire.to("/revoke")
    asked = len(bench.wire.to("/token"))
    bench.options = Options(negative=True)
    assert set(NEGATIVE) <= set(bench.proof())
    assert len(bench.wire.to("/token")) == asked + len(NEGATIVE), "one attempt each: logins are limited"


def certified(bench: Bench, key: RSAPrivateKey) -> None:
    """Give the app a new certificate for `key`, and keep both as the present pair."""
    certificate = issue(key, "billing-sync", bench.clock.now(), 365)
    bench.store.add_key_pair(Slot(ORG, "billing-sync"), KeyMaterial(key, certificate))
    bench.set_document(certificate=certificate_pem(certificate))
    bench.set_consumer(certificate_der=certificate.public_bytes(Encoding.DER))


def test_the_key_before_the_present_one_must_be_refused(bench: Bench) -> None:
    assert OLD_KEY not in bench.proof(), "there was none"
    certified(bench, generate_private_key(2048))
    assert bench.proof()[OLD_KEY].status is CheckStatus.PASSED


def test_a_renewed_certificate_keeps_its_key_which_is_not_tried(bench: Bench) -> None:
    [first] = bench.store.generations(Slot(ORG, "billing-sync"))
    key = generate_private_key(2048)
    certified(bench, key)
    bench.store.retire_generation(Slot(ORG, "billing-sync"), first.number)
    certified(bench, key)
    assert OLD_KEY not in bench.proof()


def test_without_a_token_nothing_wrong_is_tried(bench: Bench) -> None:
    """A refusal says nothing where right credentials are refused too."""
    bench.rewrite = lambda asked, said: UNAVAILABLE if asked.path.endswith("/token") else said
    found = bench.proof()
    assert not set(NEGATIVE) & set(found)
    assert found["jwt-bearer/token"].status is CheckStatus.FAILED
