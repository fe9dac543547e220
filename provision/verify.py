"""Proof: every check asked of one app, in order, each with how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from provision.checks import (
    access,
    api_call,
    api_only,
    beyond,
    certificate,
    identity,
    negative,
    scopes,
    token,
    userinfo,
)
from provision.checks.proof import Options, Proof
from provision.diagnose.diagnosis import diagnose
from provision.keys.certificate import fingerprint_sha256
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import App, AppKind, Desired, PermissionSet
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
    access.check,
    beyond.check,
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
    return tuple(_prove_app(witness, desired, app, materials[app.key], options, listen) for app in desired.apps)


def _kind(witness: Witness, desired: Desired, app: App) -> AppKind:
    """Return the kind that the app has in the org, as far as can be seen, else the one that it would be made as."""
    deployed = witness.observed.apps.get(app.name) if witness.observed else None
    return desired.kind(app) if deployed is None else deployed.kind


def _prove_app(
    witness: Witness, desired: Desired, app: App, material: Material, options: Options, listen: Listener
) -> AppResult:
    kind = _kind(witness, desired, app)
    proof = Proof(
        app,
        kind,
        witness.site,
        material,
        options,
        org=witness.org,
        declared=_declared(desired, app),
        groups=frozenset(app.user.permission_set_groups),
        observed=witness.observed,
        listen=listen,
    )
    results = []
    for result in _asked(proof):
        listen(Event("progress", "verify", f"{result.check} {result.status}", witness.site.name, app.key))
        results.append(result)
    if proof.revoke:
        for issued in proof.tokens():
            oauth.revoke(witness.site.transport, issued)
    diagnoses = diagnose(proof, _failures(proof, results))
    return AppResult(app.key, kind, material.consumer_key, _certificate(material), tuple(results), diagnoses)


def _declared(desired: Desired, app: App) -> tuple[PermissionSet, ...]:
    """Return the permission sets of the app's user, those of groups that are declared here included."""
    mine = [other for other in desired.apps if other.user.key == app.user.key]
    groups = [group for group in desired.permission_set_groups if group.name in app.user.permission_set_groups]
    names = {*app.user.permission_sets, *(name for group in groups for name in group.permission_sets)}
    known = tuple(item for item in desired.permission_sets if item.name in names)
    return (*known, *(other.access for other in mine))


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
