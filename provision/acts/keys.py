"""Key pairs and credentials: made, kept in the store before anything depends on them, and handed to the proof."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from provision.keys.certificate import fingerprint_sha256, parse_certificate
from provision.keys.generate import certified
from provision.model.desired import App, Desired
from provision.model.held import Held, Material
from provision.model.keys import KeyPair, Signer
from provision.model.observed import Observed, ObservedApp
from provision.model.secret import Secret
from provision.model.situation import Situation
from provision.steps import key_pair
from provision.store.protocol import Credentials, Slot, State, Store

ALPHABET = string.ascii_letters + string.digits
CONSUMER_KEY_LENGTH = 85
CONSUMER_SECRET_LENGTH = 64


def held(store: Store, org: str, org_id: str, desired: Desired) -> Mapping[str, Held]:
    """Return what the store holds for each app, leaving out what belongs to another org of the same name."""
    return {app.key: _held(store, Slot(org, app.key), org_id) for app in desired.apps}


def make_key_pairs(store: Store, situation: Situation, org: str, now: datetime) -> None:
    """Generate and keep the key pairs of the plan."""
    for change in key_pair.diff(situation):
        app = next(app for app in situation.desired.apps if app.key == change.app)
        slot = Slot(org, app.key)
        store.add_key_pair(slot, certified(store.new_key(slot, app.key_spec), app.key_spec, app.key, now))


def choose_credentials(store: Store, situation: Situation, org: str, *, keep: bool) -> Mapping[str, tuple[str, str]]:
    """Return consumer key and secret for each app to be created: stored ones, or new ones that are stored first.

    With `keep=False` (a dry run) new ones are made up and forgotten.
    """
    org_id = situation.observed.organization.org_id
    chosen: dict[str, tuple[str, str]] = {}
    for app in situation.desired.apps:
        if situation.app(app) is not None:
            continue
        stored = _credentials(store, Slot(org, app.key), org_id)
        if stored is None or stored.consumer_secret is None:
            stored = replace(random_credentials(), org_id=org_id)
            if keep:
                store.save_credentials(Slot(org, app.key), stored)
        secret = stored.consumer_secret
        chosen[app.key] = (stored.consumer_key, secret.reveal() if secret else "")
    return chosen


def random_credentials() -> Credentials:
    """Return a consumer key and secret that nobody has, for an app that is to be made."""
    return Credentials(_random(CONSUMER_KEY_LENGTH), Secret(_random(CONSUMER_SECRET_LENGTH)))


def materials(store: Store, org: str, observed: Observed | None, desired: Desired) -> Mapping[str, Material]:
    """Return what a consumer of each app holds: the stored credentials and the key pair that the app knows."""
    return {app.key: _material(store, Slot(org, app.key), observed, app) for app in desired.apps}


def _material(store: Store, slot: Slot, observed: Observed | None, app: App) -> Material:
    org_id = observed.organization.org_id if observed else None
    stored = _credentials(store, slot, org_id)
    deployed = observed.apps.get(app.name) if observed else None
    consumer_key = (deployed.consumer_key if deployed else None) or (stored.consumer_key if stored else None)
    # A stored secret belongs to the stored key; for another key it would only count as a wrong one.
    same = stored is not None and stored.consumer_key == consumer_key
    pair = _pair(store, slot, deployed)
    return Material(
        consumer_key,
        stored.consumer_secret if stored and same else None,
        pair,
        former_signer=_former(store, slot, pair) if pair else None,
        stored_consumer_key=stored.consumer_key if stored else None,
    )


def _former(store: Store, slot: Slot, present: KeyPair) -> Signer | None:
    """Return the newest archived signer of another key; a renewed certificate keeps its key."""
    mine = present.signer.public_key()
    archived = [one for one in store.generations(slot) if one.state is State.ARCHIVED]
    for generation in sorted(archived, key=lambda one: -one.number):
        if generation.certificate.public_key() != mine:
            pair = store.key_pair(slot, generation.number)
            return pair.signer if pair else None
    return None


def _pair(store: Store, slot: Slot, deployed: ObservedApp | None) -> KeyPair | None:
    """Return who signs, with the certificate that the app holds, which may be another one for the same key."""
    if deployed is not None and deployed.certificate is not None:
        certificate = parse_certificate(deployed.certificate)
        matching = store.key_pair_for(slot, certificate)
        if matching is not None:
            return replace(matching, certificate=certificate)
    return store.key_pair(slot)


def _held(store: Store, slot: Slot, org_id: str) -> Held:
    credentials = _credentials(store, slot, org_id)
    usable = (one for one in store.generations(slot) if one.state is not State.RETIRED)
    generations = sorted(usable, key=lambda generation: not generation.is_current)
    proof = store.last_proof(slot)
    current = fingerprint_sha256(generations[0].certificate) if generations else None
    return Held(
        certificates=tuple(generation.certificate for generation in generations),
        staged=tuple(generation.certificate for generation in generations if generation.state is State.STAGED),
        consumer_key=credentials.consumer_key if credentials else None,
        has_secret=credentials is not None and credentials.consumer_secret is not None,
        proved=proof is not None
        and proof.proved
        and current is not None
        and (proof.certificate, proof.org_id) == (current, org_id),
    )


def _credentials(store: Store, slot: Slot, org_id: str | None) -> Credentials | None:
    stored = store.credentials(slot)
    if stored is None or (org_id is not None and stored.org_id is not None and stored.org_id[:15] != org_id[:15]):
        return None
    return stored


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
