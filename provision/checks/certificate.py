"""Does the app hold the certificate of the key that signs?"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from provision.checks.proof import Proof
from provision.keys.certificate import fingerprint_sha256, parse_certificate
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import GrantType
from provision.org.oauth import Token

NAME = "app/certificate"


def check(proof: Proof) -> Iterator[CheckResult]:
    """Compare the deployed certificate with the held one, and look at its end of validity."""
    if GrantType.JWT_BEARER not in proof.grants:
        return
    if proof.observed is None or proof.material.key_pair is None:
        missing = "admin access to read the app" if proof.observed is None else "a stored key pair"
        yield proof.result(NAME, CheckStatus.SKIPPED, f"takes {missing}")
        return
    if proof.deployed is None:
        detail = f"the org has no app {proof.app.name}"
        yield proof.result(NAME, CheckStatus.FAILED, detail, code="APP_MISSING", remedy="provision apply")
        return
    yield _compared(proof, proof.deployed.certificate, proof.material.key_pair.certificate)


def _compared(proof: Proof, deployed: str | None, held: x509.Certificate) -> CheckResult:
    if deployed is None and isinstance(proof.token(GrantType.JWT_BEARER), Token):
        detail = "the org does not show it; the token that it gave proves that it knows the key"
        return proof.result(NAME, CheckStatus.PASSED, detail)
    if deployed is None or parse_certificate(deployed) != held:
        return proof.result(
            NAME,
            CheckStatus.FAILED,
            "the app has no certificate" if deployed is None else "the app holds another certificate",
            code="CERTIFICATE_DIFFERS",
            remedy=f"provision keys import -o {proof.site.name} -a {proof.app.key} brings the key in use",
        )
    if held.not_valid_before_utc > proof.site.transport.clock.now():
        detail = f"not valid before {held.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        remedy = "Wait until then, or check the clock of this machine: date -u"
        return proof.result(NAME, CheckStatus.FAILED, detail, code="CERTIFICATE_NOT_YET_VALID", remedy=remedy)
    left = held.not_valid_after_utc - proof.site.transport.clock.now()
    if left.total_seconds() < 0:
        detail = f"expired on {held.not_valid_after_utc:%Y-%m-%d}; whether the org still accepts it is up to the org"
        remedy = f"provision rotate cert -o {proof.site.name} -a {proof.app.key} renews it for the same key"
        return proof.result(NAME, CheckStatus.FAILED, detail, code="CERTIFICATE_EXPIRED", remedy=remedy)
    short = fingerprint_sha256(held)[:23]
    return proof.result(NAME, CheckStatus.PASSED, f"SHA-256 {short}…, {left.days} days left")
