"""Are the granted scopes those that were declared?"""

from __future__ import annotations

from collections.abc import Iterator

from provision.apps.kinds import kind_of
from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import GrantType
from provision.org.oauth import Token

OFFLINE = frozenset({"refresh_token", "offline_access"})
"""Two names of one thing, which a server-to-server grant never uses."""


def check(proof: Proof) -> Iterator[CheckResult]:
    """Compare declared scopes with those of the app, and with those granted where the token answer states them."""
    deployed = proof.deployed
    if deployed is not None and deployed.documents:
        yield _judge(proof, "app/scopes", None, kind_of(deployed.kind).scopes(deployed))
    for grant in proof.grants:
        token = proof.token(grant)
        if isinstance(token, Token) and token.scopes is not None:
            yield _judge(proof, f"{grant}/scopes", grant, token.scopes)


def _judge(proof: Proof, name: str, grant: GrantType | None, granted: frozenset[str]) -> CheckResult:
    declared = frozenset(proof.app.scopes)
    missing, more = declared - granted - OFFLINE, granted - declared - OFFLINE
    if missing:
        detail = f"declared but not granted: {', '.join(sorted(missing))}"
        remedy = "Run provision apply; scopes of the app in the org differ from the settings"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="SCOPES_DIFFER", remedy=remedy)
    if more:
        detail = f"granted beyond what is declared: {', '.join(sorted(more))}"
        remedy = "Remove the scope in Setup or declare it under scopes"
        return proof.result(name, CheckStatus.FAILED, detail, grant=grant, code="SCOPES_DIFFER", remedy=remedy)
    return proof.result(name, CheckStatus.PASSED, " ".join(sorted(granted)), grant=grant)
