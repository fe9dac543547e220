"""Proof: every check asked of one app, in order, each with how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from provision.checks import api_call, api_only, certificate, identity, negative, scopes, token, userinfo
from provision.checks.proof import Options, Proof
from provision.diagnose.diagnosis import diagnose
from provision.keys.certificate import fingerprint_sha256
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import App, AppKind, Desired
from provision.model.diagnosis import Failure
from provision.model.event import Event, Listener
from provision.model.held import Material
from provision.model.observed import Observed
from provision.model.result import AppResult, CertificateState
from provision.org import oauth
from provision.org.client import Org, Site

Check = Callable[[Proof], Iterator[CheckResult]]

ALL: tuple[Check, ...] = (
    token.check,
    identity.check,
    userinfo.check,
    api_call.check,
    scopes.check,
    api_only.check,
    certificate.check,
    negative.check,
)
"""In the order of asking: what must work first, what must be refused last."""


BAD = frozenset({CheckStatus.FAILED, CheckStatus.PENDING})


@dataclass(frozen=True)
class Witness:
    """Who proves: the site, with an admin's view of it where there is one."""

    site: Site
    org: Org | None = None
    observed: Observed | None = None


def prove_all(
    witness: Witness, desired: Desired, materials: Mapping[str, Material], options: Options, listen: Listener
) -> tuple[AppResult, ...]:
    """Prove every app; `materials` holds what a consumer of each app holds, by app key."""
    return tuple(
        _prove_app(witness, app, _kind(witness, desired, app), materials[app.key], options, listen)
        for app in desired.apps
    )


def _kind(witness: Witness, desired: Desired, app: App) -> AppKind:
    """Return the kind that the app has in the org, as far as can be seen, else the one that it would be made as."""
    deployed = witness.observed.apps.get(app.name) if witness.observed else None
    return desired.kind(app) if deployed is None else deployed.kind


def _prove_app(
    witness: Witness, app: App, kind: AppKind, material: Material, options: Options, listen: Listener
) -> AppResult:
    proof = Proof(app, kind, witness.site, material, options, witness.org, witness.observed, listen)
    results = []
    for result in _asked(proof):
        listen(Event("progress", "verify", f"{result.check} {result.status}", witness.site.name, app.key))
        results.append(result)
    if proof.revoke:
        for issued in proof.tokens():
            oauth.revoke(witness.site.transport, issued)
    diagnoses = diagnose(proof, _failures(proof, results))
    return AppResult(app.key, kind, material.consumer_key, _certificate(material), tuple(results), diagnoses)


def _failures(proof: Proof, results: Iterable[CheckResult]) -> Iterator[Failure]:
    """Yield what failed of the checks that ask the org for something; the others say themselves what is wrong."""
    for result in results:
        if result.status in BAD and (result.check in proof.refusals or result.code is not None):
            yield Failure(result.check, result.grant, str(result.code), proof.refusals.get(result.check))


def _asked(proof: Proof) -> Iterator[CheckResult]:
    clock = proof.site.transport.clock
    for check in ALL:
        asked = clock.monotonic()
        for result in check(proof):
            yield replace(result, seconds=round(clock.monotonic() - asked, 4))
            asked = clock.monotonic()


def failed(apps: tuple[AppResult, ...]) -> tuple[CheckResult, ...]:
    """Return the checks that failed or are still pending."""
    return tuple(check for app in apps for check in app.checks if check.status in BAD)


def _certificate(material: Material) -> CertificateState | None:
    if material.key_pair is None:
        return None
    held = material.key_pair.certificate
    return CertificateState(fingerprint_sha256(held), held.not_valid_after_utc)
