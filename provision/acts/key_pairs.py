"""What people ask of stored key pairs: new ones, ones they bring, and whether it is time for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from provision.errors import Code, Failed, ProvisionError
from provision.keys.certificate import parse_certificate, parse_certificates
from provision.keys.expiry import Threshold, due, validity
from provision.keys.generate import generate
from provision.keys.issue import issue
from provision.keys.match import matches
from provision.keys.material import KeyMaterial
from provision.keys.private_key import load_private_key
from provision.model.desired import App, Desired, KeySpec
from provision.model.keys import KeyPair
from provision.model.secret import Secret
from provision.observe import observe
from provision.org.client import Org
from provision.store.protocol import Slot, State, Store


@dataclass(frozen=True)
class Given:
    """What somebody brings: a private key in whatever shape, and perhaps a certificate."""

    key: bytes
    passphrase: Secret | None = None
    certificate: bytes | None = None

    def __repr__(self) -> str:
        return "Given(***)"


@dataclass(frozen=True)
class Standing:
    """How a certificate stands at one moment."""

    slot: Slot
    certificate: x509.Certificate | None
    """`None` where there is none."""
    words: str
    valid: bool
    due: bool


def generate_key_pairs(
    store: Store, wanted: Sequence[tuple[Slot, KeySpec]], now: datetime, *, staged: bool
) -> tuple[KeyPair, ...]:
    """Make and store a key pair for each slot; raises `KEY_EXISTS`, before any is made, where one is in use.

    A staged one may be made at any time: it waits beside the one in use.
    """
    for slot, _ in wanted:
        if not staged and any(generation.is_current for generation in store.generations(slot)):
            raise _exists(slot)
    return tuple(_add(store, slot, generate(spec, slot.app, now), staged=staged) for slot, spec in wanted)


def import_key_pair(store: Store, slot: Slot, material: KeyMaterial, *, staged: bool) -> tuple[KeyPair, bool]:
    """Store a key pair that exists elsewhere; return it and whether it is new here.

    The one that was current stays stored. One that is stored already is only made current.
    """
    for generation in store.generations(slot):
        if generation.certificate == material.certificate and generation.state is not State.RETIRED:
            if not staged and not generation.is_current:
                store.use_generation(slot, generation.number)
            return _stored(store, slot, generation.number), False
    return _add(store, slot, material, staged=staged), True


def material_from(given: Given, slot: Slot, spec: KeySpec, now: datetime) -> tuple[KeyMaterial, bool]:
    """Return the key pair that was given, and whether a certificate had to be issued for it.

    The certificate is the one given, else the one in the key's own file, else a new one as `spec` asks for it.
    """
    key = load_private_key(given.key, given.passphrase)
    if given.certificate is not None:
        return KeyMaterial(key, parse_certificate(given.certificate)), False
    beside = [certificate for certificate in _beside(given.key) if matches(key.public_key(), certificate)]
    if beside:
        return KeyMaterial(key, beside[0]), False
    return KeyMaterial(key, issue(key, spec.subject or slot.app, now, spec.days)), True


def stored_standing(store: Store, slot: Slot, threshold: Threshold | None, now: datetime) -> Standing:
    """Return how the current key pair stands, once its key has proved to sign for its certificate."""
    pair = store.key_pair(slot)
    return _standing(slot, pair.certificate if pair else None, "no key pair is stored", threshold, now)


def deployed_standings(
    org: Org, desired: Desired, threshold: Threshold | None, now: datetime
) -> tuple[Standing, ...]:
    """Return how the certificates stand that the org itself holds."""
    found = observe(org, desired, now).apps
    deployed: Mapping[str, str | None] = {name: app.certificate for name, app in found.items()}
    return tuple(_deployed_standing(org, app, deployed.get(app.name), threshold, now) for app in desired.apps)


def problem_of(standings: Sequence[Standing]) -> ProvisionError | None:
    """Return what certificates that are not in order come to; those that are merely due are told by `due`."""
    bad = [one for one in standings if not one.valid]
    if not bad:
        return None
    return Failed(
        Code.CHECKS_FAILED,
        f"{len(bad)} of {len(standings)} key pairs are missing, expired or not valid yet",
        detail="\n".join(f"{one.slot.app} in {one.slot.org}: {one.words}" for one in bad),
        remedy=(
            f"Where it is missing: provision keys import -o {bad[0].slot.org} -a {bad[0].slot.app} --key FILE",
            f"Where it expired: provision rotate cert -o {bad[0].slot.org} -a {bad[0].slot.app}",
        ),
    )


def _deployed_standing(
    org: Org, app: App, certificate: str | None, threshold: Threshold | None, now: datetime
) -> Standing:
    parsed = parse_certificate(certificate) if certificate else None
    return _standing(Slot(org.site.name, app.key), parsed, "the app in the org holds none", threshold, now)


def _standing(
    slot: Slot, certificate: x509.Certificate | None, otherwise: str, threshold: Threshold | None, now: datetime
) -> Standing:
    if certificate is None:
        return Standing(slot, None, otherwise, valid=False, due=False)
    valid = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    is_due = threshold is not None and due(certificate, threshold, now)
    return Standing(slot, certificate, validity(certificate, now), valid, is_due)


def _add(store: Store, slot: Slot, material: KeyMaterial, *, staged: bool) -> KeyPair:
    return _stored(store, slot, store.add_key_pair(slot, material, make_current=not staged))


def _stored(store: Store, slot: Slot, number: int) -> KeyPair:
    pair = store.key_pair(slot, number)
    if pair is None:
        raise Failed(
            Code.STORE_CORRUPT,
            f"Generation {number} of {slot.app} in {slot.org} was stored and is gone",
            remedy=("Look for whoever else writes to the store, then run the command again",),
        )
    return pair


def _beside(data: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return parse_certificates(data)
    except Failed:
        return ()


def _exists(slot: Slot) -> Failed:
    return Failed(
        Code.KEY_EXISTS,
        f"{slot.app} in {slot.org} has a key pair already",
        detail="Nothing was generated: whoever uses the app signs with that one.",
        remedy=(
            f"Replace it step by step: provision rotate cert -o {slot.org} -a {slot.app}",
            f"Keep a second one ready: provision keys generate -o {slot.org} -a {slot.app} --staged",
        ),
        context={"org": slot.org, "app": slot.app},
    )
