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
    org_id = proof.org_id
    if org_id is not None and token.organization_id[:15] != org_id[:15]:
        detail = f"the token belongs to the org {token.organization_id}, not to {org_id}"
        remedy = "Check the My Domain of the org in the settings"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_ORG", remedy=remedy)
    if proof.observed is None:
        detail = f"acts as {token.user_id} of {token.organization_id}; who that is takes admin access"
        return proof.result(name, CheckStatus.SKIPPED, detail, grant=grant)
    if proof.user is None:
        detail = f"acts as {token.user_id}, but the org has no user {proof.app.user.username}"
        remedy = "provision apply"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_USER", remedy=remedy)
    if token.user_id[:15] != proof.user.id[:15]:
        detail = f"the token acts as {token.user_id}, not as {proof.user.username} ({proof.user.id})"
        remedy = "Set the run-as user of the app, then run provision apply"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_USER", remedy=remedy)
    return proof.result(name, CheckStatus.PASSED, f"acts as {proof.user.username} in {org_id}", grant=grant)
