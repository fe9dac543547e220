"""Does each grant give a token?"""

from __future__ import annotations

from collections.abc import Iterator

from provision.checks.proof import Answer, Missing, Proof
from provision.checks.remedies import remedy_for
from provision.model.check import JWT_TOKEN, CheckResult, CheckStatus, Refusal
from provision.model.desired import GrantType
from provision.org.refusals import sentence


def check(proof: Proof) -> Iterator[CheckResult]:
    """Ask for a token with each grant; client credentials in the body and as Basic header."""
    if GrantType.JWT_BEARER in proof.grants:
        yield _judge(proof, JWT_TOKEN, GrantType.JWT_BEARER, proof.token(GrantType.JWT_BEARER))
    if GrantType.CLIENT_CREDENTIALS in proof.grants:
        grant = GrantType.CLIENT_CREDENTIALS
        yield _judge(proof, "client-credentials/token", grant, proof.token(grant))
        yield _judge(proof, "client-credentials/token-basic", grant, proof.basic_token())


def _judge(proof: Proof, name: str, grant: GrantType, answer: Answer) -> CheckResult:
    if isinstance(answer, Missing):
        # A declared grant that could not be tried is not proved.
        return proof.result(
            name, CheckStatus.FAILED, answer.reason, grant=grant, code=answer.code, remedy=answer.remedy
        )
    if isinstance(answer, Refusal):
        proof.refusals[name] = answer
        return proof.result(
            name,
            CheckStatus.PENDING if proof.still_spreading(answer) else CheckStatus.FAILED,
            sentence(answer),
            grant=grant,
            code=answer.code,
            remedy=_remedy(proof, answer),
        )
    return proof.result(name, CheckStatus.PASSED, f"issued by {proof.site.my_domain}", grant=grant)


def _remedy(proof: Proof, answer: Refusal) -> str | None:
    """Say first what an admin can see: an app that is not there cannot be spreading."""
    if proof.observed is not None and proof.deployed is None:
        return f"The org has no app {proof.app.name}: provision apply"
    return remedy_for(answer, proof.app)
