"""How apps stand in orgs: one reading of each org, the store, and the differences that a plan would show."""

from __future__ import annotations

from dataclasses import replace

from provision.apply import begin
from provision.errors import ProvisionError
from provision.fleet import Call, desired_in
from provision.keys.certificate import parse_certificate
from provision.keys.describe import describe
from provision.model.desired import App
from provision.model.event import Listener
from provision.model.result import CertificateState
from provision.model.situation import Situation, needs_key_pair
from provision.model.status import AppStatus, KeyState, OrgStatus
from provision.org.connect import connect
from provision.plan import make_plan
from provision.stages import Order
from provision.steps import key_pair
from provision.store.protocol import Slot, Store
from provision.wanted import held_to


def status_all(call: Call, store: Store, listen: Listener) -> tuple[OrgStatus, ...]:
    """Look at every org of `call`; one that cannot be reached says so in its place."""
    return tuple(_status_one(call, name, store, listen) for name in call.orgs)


def _status_one(call: Call, name: str, store: Store, listen: Listener) -> OrgStatus:
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except ProvisionError as problem:
        return OrgStatus(name, None, error=problem)
    try:
        order = Order(pinned_org_id=call.settings.orgs[name].org_id)
        situation = begin(org, desired_in(call, name), store, order, listen).situation
        apps = tuple(_status(situation, app, store) for app in situation.desired.apps)
    except ProvisionError as problem:
        return OrgStatus(name, None, error=problem)
    finally:
        org.site.transport.close()
    return OrgStatus(name, situation.observed.organization.org_id, apps)


def _status(situation: Situation, app: App, store: Store) -> AppStatus:
    existing = situation.app(app)
    deployed = existing.certificate if existing else None
    certificate = parse_certificate(deployed) if deployed else key_pair.certificate(situation, app)
    facts = describe(certificate) if certificate else None
    proof = store.last_proof(Slot(situation.org, app.key))
    drift, problem = _drift(situation, app)
    return AppStatus(
        app=app.key,
        kind=existing.kind if existing else None,
        consumer_key=existing.consumer_key if existing else None,
        key=_key(situation, app),
        certificate=CertificateState(facts.fingerprint_sha256, facts.not_after) if facts else None,
        days_left=facts.days_left(situation.observed.observed_at) if facts else None,
        proved=proof.proved if proof else None,
        proved_at=proof.at if proof else None,
        drift=drift,
        problem=problem,
    )


def _key(situation: Situation, app: App) -> KeyState:
    if not needs_key_pair(app):
        return "none"
    held = situation.held.get(app.key)
    return "stored" if held and held.certificates and key_pair.stored(situation, app) else "missing"


def _drift(situation: Situation, app: App) -> tuple[int, ProvisionError | None]:
    """Count the changes that `apply` would make for the sake of one app."""
    alone = replace(situation, desired=held_to(situation.desired, (app,)))
    try:
        return len(make_plan(situation.org, alone).changes), None
    except ProvisionError as problem:
        return 0, problem
