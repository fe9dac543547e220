"""Whom does the token act as, and in which org?"""

from __future__ import annotations

from collections.abc import Iterator

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import GrantType
from provision.org.oauth import Token


def check(proof: Proof) -> Iterator[CheckResult]:
    """Compare the ids in each token's identity URL with the org and the user that the app names."""
    for grant in proof.grants:
        token = proof.token(grant)
        if isinstance(token, Token):
            yield _judge(proof, grant, token)


def _judge(proof: Proof, grant: GrantType, token: Token) -> CheckResult:
    name = f"{grant}/identity"
    if proof.observed is None or proof.user is None:
        detail = f"acts as {token.user_id} of {token.organization_id}; who that is takes admin access"
        return proof.result(name, CheckStatus.SKIPPED, detail, grant=grant)
    org_id = proof.observed.organization.org_id
    if token.organization_id != org_id:
        detail = f"the token belongs to the org {token.organization_id}, not to {org_id}"
        remedy = "Check the My Domain of the org in the settings"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_ORG", remedy=remedy)
    if token.user_id != proof.user.id:
        detail = f"the token acts as {token.user_id}, not as {proof.user.username} ({proof.user.id})"
        remedy = "Set the run-as user of the app, then run provision apply"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_USER", remedy=remedy)
    return proof.result(name, CheckStatus.PASSED, f"acts as {proof.user.username} in {org_id}", grant=grant)
