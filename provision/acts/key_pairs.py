"""What people ask of stored key pairs: new ones, ones they bring, and whether it is time for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from provision.errors import Code, Failed, Pending, ProvisionError
from provision.keys.certificate import parse_certificate, parse_certificates
from provision.keys.describe import CertificateDescription, describe
from provision.keys.expiry import Threshold, due
from provision.keys.generate import generate
from provision.keys.issue import issue
from provision.keys.match import matches
from provision.keys.material import KeyMaterial
from provision.keys.private_key import load_private_key
from provision.model.desired import App, Desired, KeySpec
from provision.model.secret import Secret
from provision.observe import observe
from provision.org.client import Org
from provision.store.protocol import KeyGeneration, Slot, State, Store


@dataclass(frozen=True)
class Given:
    """What somebody brings: a private key in whatever shape, and perhaps a certificate."""

    key: bytes = field(repr=False)
    passphrase: Secret | None = None
    certificate: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Brought:
    """A key pair that somebody brings, once read."""

    material: KeyMaterial
    issued: bool = False
    """Whether no certificate came with it, so that one was issued."""

    def is_in(self, certificate: x509.Certificate) -> bool:
        """Return whether this is the key pair of a stored certificate."""
        if self.issued:
            return matches(self.material.private_key.public_key(), certificate)
        return certificate == self.material.certificate


@dataclass(frozen=True)
class Standing:
    """How a certificate stands at one moment."""

    slot: Slot
    certificate: CertificateDescription | None
    words: str
    valid: bool
    due: bool


def generate_key_pairs(store: Store, wanted: Sequence[tuple[Slot, KeySpec]], now: datetime, *, staged: bool) -> None:
    """Make and store a key pair for each slot; raises `KEY_EXISTS`, before any is made, where one is in use.

    A staged one may be made at any time: it waits beside the one in use.
    """
    with ExitStack() as held:
        for org in sorted({slot.org for slot, _ in wanted}):
            held.enter_context(store.exclusive(org))
        for slot, _ in wanted:
            if not staged and any(generation.is_current for generation in store.generations(slot)):
                raise _exists(slot)
        for slot, spec in wanted:
            store.add_key_pair(slot, generate(spec, slot.app, now), make_current=not staged)


def import_key_pair(store: Store, slot: Slot, brought: Brought, *, staged: bool) -> bool:
    """Store a key pair that exists elsewhere and return whether it is new here.

    The one that was current stays stored. One that is stored already is only made current.
    """
    with store.exclusive(slot.org):
        for generation in store.generations(slot):
            if generation.state is not State.RETIRED and brought.is_in(generation.certificate):
                if not staged and not generation.is_current:
                    store.use_generation(slot, generation.number)
                return False
        store.add_key_pair(slot, brought.material, make_current=not staged)
        return True


def read_key_pair(given: Given, slot: Slot, spec: KeySpec, now: datetime) -> Brought:
    """Return the key pair that was given.

    The certificate is the one given, else the one in the key's own file, else a new one as `spec` asks for it.
    """
    key = load_private_key(given.key, given.passphrase)
    if given.certificate is not None:
        return Brought(KeyMaterial(key, parse_certificate(given.certificate)))
    beside = [certificate for certificate in _beside(given.key) if matches(key.public_key(), certificate)]
    if beside:
        return Brought(KeyMaterial(key, beside[0]))
    return Brought(KeyMaterial(key, issue(key, spec.subject or slot.app, now, spec.days)), issued=True)


def stored_standing(store: Store, slot: Slot, threshold: Threshold | None, now: datetime) -> Standing:
    """Return how the current key pair stands, once its key has proved to sign for its certificate."""
    pair = store.key_pair(slot)
    return _standing(slot, pair.certificate if pair else None, "no key pair is stored", threshold, now)


def deployed_standings(org: Org, desired: Desired, threshold: Threshold | None, now: datetime) -> tuple[Standing, ...]:
    """Return how the certificates stand that the org itself holds."""
    found = observe(org, desired, now).apps
    deployed: Mapping[str, str | None] = {name: app.certificate for name, app in found.items()}
    return tuple(_deployed_standing(org, app, deployed.get(app.name), threshold, now) for app in desired.apps)


def problem_of(standings: Sequence[Standing]) -> ProvisionError | None:
    """Return what certificates that are not in order come to: `Failed`, or `Pending` where they are merely due."""
    bad = [one for one in standings if not one.valid and not one.due]
    overdue = [one for one in standings if one.due]
    if not bad:
        return _rotation_due(overdue, len(standings)) if overdue else None
    return Failed(
        Code.CHECKS_FAILED,
        f"{len(bad)} of {len(standings)} key pairs are missing, expired or not valid yet",
        detail=_each([*bad, *overdue]),
        remedy=(
            f"Where it is missing: provision keys import -o {bad[0].slot.org} -a {bad[0].slot.app} --key FILE",
            "Where it expired: give the app a new certificate together with the consumers' new key",
        ),
    )


def stored_generation(store: Store, slot: Slot, number: int | None) -> KeyGeneration:
    """Return a stored generation, by default the current one; raises `KEY_MISSING`."""
    stored = store.generations(slot)
    for one in stored:
        if one.is_current if number is None else one.number == number:
            return one
    what = "no current key pair" if number is None else f"no generation {number}"
    raise Failed(
        Code.KEY_MISSING,
        f"{slot.app} in {slot.org} has {what}",
        detail=f"Stored generations: {', '.join(str(one.number) for one in stored) or 'none'}.",
        remedy=(
            f"provision keys list -o {slot.org} -a {slot.app}",
            f"provision keys generate -o {slot.org} -a {slot.app}",
        ),
    )


def _rotation_due(overdue: Sequence[Standing], count: int) -> Pending:
    first = overdue[0].slot
    return Pending(
        Code.ROTATION_DUE,
        f"{len(overdue)} of {count} certificates are due to be replaced",
        detail=_each(overdue),
        remedy=(f"Make the next one ready: provision keys generate -o {first.org} -a {first.app} --staged",),
    )


def _each(standings: Sequence[Standing]) -> str:
    return "\n".join(f"{one.slot.app} in {one.slot.org}: {one.words}" for one in standings)


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
    facts = describe(certificate)
    is_due = threshold is not None and due(certificate, threshold, now)
    return Standing(slot, facts, facts.validity(now), valid=facts.is_valid(now), due=is_due)


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
        remedy=(f"Keep a second one ready: provision keys generate -o {slot.org} -a {slot.app} --staged",),
        context={"org": slot.org, "app": slot.app},
    )
