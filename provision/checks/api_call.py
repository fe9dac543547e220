"""Does the token open the REST API?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus, Refusal
from provision.model.desired import GrantType
from provision.org import oauth
from provision.org.oauth import Token
from provision.org.refusals import sentence

OPENING = frozenset({"api", "full"})


def check(proof: Proof) -> Iterator[CheckResult]:
    """Make one REST call with each token."""
    for grant in proof.grants:
        token = proof.token(grant)
        if not isinstance(token, Token):
            continue
        if not OPENING & set(proof.app.scopes):
            yield proof.result(f"{grant}/api", CheckStatus.SKIPPED, "the app does not have the scope api", grant=grant)
            continue
        ask = partial(oauth.resources, proof.site.transport, token, proof.site.api_version)
        yield _judge(proof, grant, proof.patiently(ask))


def _judge(proof: Proof, grant: GrantType, refusal: Refusal | None) -> CheckResult:
    name = f"{grant}/api"
    path = f"/services/data/v{proof.site.api_version}/"
    if refusal is None:
        return proof.result(name, CheckStatus.PASSED, f"GET {path} answered", grant=grant)
    proof.refusals[name] = refusal
    remedy = "The user needs the permission API Enabled, the app the scope api"
    status = CheckStatus.PENDING if proof.still_spreading(refusal) else CheckStatus.FAILED
    return proof.result(name, status, f"GET {path}: {sentence(refusal)}", grant=grant, code=refusal.code, remedy=remedy)
