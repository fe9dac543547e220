"""What does the org itself say about the token's user?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus, Refusal
from provision.model.desired import GrantType
from provision.org import oauth
from provision.org.oauth import Token
from provision.org.refusals import sentence

OPENING = frozenset({"openid", "id", "profile", "full"})
"""Scopes of which one is needed for the userinfo document."""


def check(proof: Proof) -> Iterator[CheckResult]:
    """Read userinfo with each token, where the app's scopes allow it, and compare the username."""
    for grant in proof.grants:
        token = proof.token(grant)
        if isinstance(token, Token):
            yield _judge(proof, grant, oauth.userinfo(proof.site.transport, token))


def _judge(proof: Proof, grant: GrantType, answer: Mapping[str, Any] | Refusal) -> CheckResult:
    name = f"{grant}/userinfo"
    if isinstance(answer, Refusal):
        if not OPENING & set(proof.app.scopes):
            detail = f"not among the app's scopes ({', '.join(proof.app.scopes)})"
            return proof.result(name, CheckStatus.SKIPPED, detail, grant=grant)
        return proof.result(name, CheckStatus.FAILED, sentence(answer), grant=grant, code=answer.code)
    username = str(answer.get("preferred_username", ""))
    if username.lower() != proof.app.user.username.lower():
        detail = f"the org says {username or 'nothing'}, not {proof.app.user.username}"
        remedy = "Set the run-as user of the app, then run provision apply"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="WRONG_USER", remedy=remedy)
    return proof.result(name, CheckStatus.PASSED, f"preferred_username {username}", grant=grant)
