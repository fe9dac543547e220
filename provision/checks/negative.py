"""Are wrong credentials refused? One attempt each, after the positive checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric import rsa

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus, Refusal
from provision.model.desired import GrantType
from provision.org import oauth
from provision.org.oauth import Token
from provision.org.refusals import sentence
from provision.signers.file import FileSigner

FOREIGN_KEY = "jwt-bearer/foreign-key"
OLD_KEY = "jwt-bearer/old-key"
CANARY = "jwt-bearer/canary"
WRONG_AUDIENCE = "jwt-bearer/wrong-audience"
REPLAY = "jwt-bearer/replay"
WRONG_SECRET = "client-credentials/wrong-secret"  # noqa: S105  # a check's name

NOBODYS_AUDIENCE = "https://audience.invalid"
"""RFC 2606: no org is called that."""


def check(proof: Proof) -> Iterator[CheckResult]:
    """Try keys that the app does not know, a stranger, a wrong audience, an assertion again, and a wrong secret."""
    if not proof.negative:
        return
    if isinstance(proof.token(GrantType.JWT_BEARER) if GrantType.JWT_BEARER in proof.grants else None, Token):
        yield _foreign_key(proof)
        yield from _old_key(proof)
        yield _canary(proof)
        yield _wrong_audience(proof)
        yield _replay(proof)
    if GrantType.CLIENT_CREDENTIALS in proof.grants and isinstance(proof.token(GrantType.CLIENT_CREDENTIALS), Token):
        yield _wrong_secret(proof)


def _foreign_key(proof: Proof) -> CheckResult:
    stranger = FileSigner(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    answer = proof.present(stranger, proof.app.user.username)
    return _expect(proof, FOREIGN_KEY, GrantType.JWT_BEARER, answer, "a key that the app does not know")


def _old_key(proof: Proof) -> Iterator[CheckResult]:
    """Try the key before the present one, where there was another: a renewed certificate keeps its key."""
    if proof.material.former_signer is not None:
        answer = proof.present(proof.material.former_signer, proof.app.user.username)
        yield _expect(proof, OLD_KEY, GrantType.JWT_BEARER, answer, "the key before the present one")


def _canary(proof: Proof) -> CheckResult:
    pair, canary = proof.material.key_pair, proof.app.canary or proof.site.canary
    if pair is None or canary is None:
        detail = "no canary user is configured (apps.<app>.canary)"
        return proof.result(CANARY, CheckStatus.SKIPPED, detail, grant=GrantType.JWT_BEARER)
    answer = proof.present(pair.signer, canary)
    return _expect(proof, CANARY, GrantType.JWT_BEARER, answer, f"{canary}, who has no access")


def _wrong_audience(proof: Proof) -> CheckResult:
    answer = proof.present_signed(proof.signed(audience=NOBODYS_AUDIENCE))
    return _expect(proof, WRONG_AUDIENCE, GrantType.JWT_BEARER, answer, f"an assertion for {NOBODYS_AUDIENCE}")


def _replay(proof: Proof) -> CheckResult:
    """Present the assertion that gave the token once more: an assertion with a `jti` is good once."""
    answer = proof.present_signed(proof.used)
    return _expect(proof, REPLAY, GrantType.JWT_BEARER, answer, "the assertion that was used before (jti)")


def _wrong_secret(proof: Proof) -> CheckResult:
    key = proof.material.consumer_key or ""
    answer = oauth.client_credentials_in_body(proof.site.transport, proof.site.my_domain, key, "wrong" * 8)
    return _expect(proof, WRONG_SECRET, GrantType.CLIENT_CREDENTIALS, answer, "a wrong secret")


def _expect(proof: Proof, name: str, grant: GrantType, answer: Token | Refusal, who: str) -> CheckResult:
    """Pass only where the org refuses for the very reason that is asked about."""
    if isinstance(answer, Token):
        oauth.revoke(proof.site.transport, answer)
        return proof.result(
            name,
            CheckStatus.FAILED,
            f"{who} was given a token, which has been revoked",
            grant=grant,
            code="NOT_REFUSED",
            remedy="Check who may use the app: permitted users, permission sets and profiles",
        )
    if (answer.code, answer.text) in EXPECTED[name]:
        return proof.result(name, CheckStatus.PASSED, f"{who}: refused with {sentence(answer)}", grant=grant)
    detail = f"{who}: refused for another reason, so this proves nothing: {sentence(answer)}"
    return proof.result(name, CheckStatus.SKIPPED, detail, grant=grant, code=answer.code)


EXPECTED: Mapping[str, frozenset[tuple[str, str]]] = {
    FOREIGN_KEY: frozenset({("invalid_grant", "invalid assertion")}),
    OLD_KEY: frozenset({("invalid_grant", "invalid assertion")}),
    WRONG_AUDIENCE: frozenset(
        {("invalid_grant", "audience is invalid"), ("invalid_grant", "Audience validation failed")}
    ),
    REPLAY: frozenset({("invalid_grant", "invalid assertion")}),
    CANARY: frozenset(
        {
            ("invalid_app_access", "user is not admin approved to access this app"),
            ("invalid_grant", "user hasn't approved this consumer"),
        }
    ),
    WRONG_SECRET: frozenset({("invalid_client", "invalid client credentials")}),
}
"""Code and text (recorded) that each check is about; any other refusal says nothing about it."""
