"""Key pairs and certificates that somebody brings, on their way into the store; what is there is never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from provision.acts.key_pairs import stored_generation
from provision.errors import Code, Failed, Usage
from provision.keys.certificate import parse_certificates
from provision.keys.chain import Chain, chain_of
from provision.keys.issue import issue
from provision.keys.match import matches, rsa_key_of, same_key
from provision.keys.material import KeyMaterial
from provision.keys.private_key import load_private_key
from provision.model.desired import KeySpec
from provision.model.secret import Secret
from provision.store.protocol import KeyGeneration, Slot, State, Store


@dataclass(frozen=True)
class Given:
    """What somebody brings, in whatever shape: a private key, a certificate or chain, or both."""

    key: bytes | None = field(repr=False, default=None)
    passphrase: Secret | None = None
    certificate: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Arrival:
    """Where it went."""

    generation: KeyGeneration
    new: bool
    """Whether it was not stored before."""
    chain: Chain
    issued: bool = False
    """Whether no certificate came with the key, so that one was issued."""


@dataclass(frozen=True)
class _Read:
    """A key pair that was given."""

    material: KeyMaterial
    chain: Chain
    issued: bool = False

    def is_in(self, generation: KeyGeneration) -> bool:
        """Return whether this is the key pair of a stored generation."""
        stored = generation.certificate
        return same_key(self.chain.leaf, stored) if self.issued else stored == self.chain.leaf


def bring(store: Store, slot: Slot, spec: KeySpec, given: Given, now: datetime, *, staged: bool) -> Arrival:
    """Store what was given, unless it is stored already, and make it the current generation if that is harmless.

    With a key: its certificate is the one given, else the one in the key's own file, else a new one as `spec` asks for
    it; the pair becomes the current one unless `staged`. A certificate alone is stored with the key it was issued for;
    that key has to be stored (`KEY_MISSING`, `KEY_MISMATCH`). Such a generation becomes the current one only where its
    key is the current one or there is none, since whoever uses the app signs with that.
    """
    if given.key is None:
        return _bring_certificate(store, slot, _certificates(given), staged=staged)
    read = _read_pair(given.key, given, spec, slot.app, now)
    with store.exclusive(slot.org):
        for one in _usable(store, slot):
            if read.is_in(one):
                if not staged and not one.is_current:
                    store.use_generation(slot, one.number)
                return Arrival(stored_generation(store, slot, one.number), new=False, chain=Chain(one.certificate))
        number = store.add_key_pair(slot, read.material, make_current=not staged)
        return Arrival(stored_generation(store, slot, number), new=True, chain=read.chain, issued=read.issued)


def _bring_certificate(store: Store, slot: Slot, certificates: Sequence[x509.Certificate], *, staged: bool) -> Arrival:
    with store.exclusive(slot.org):
        usable = _usable(store, slot)
        if not usable:
            raise _no_key(slot)
        chain = _chain_for(usable, certificates)
        current = next((one for one in usable if one.is_current), None)
        make_current = not staged and (current is None or same_key(current.certificate, chain.leaf))
        stored = next((one for one in usable if one.certificate == chain.leaf), None)
        if stored is not None:
            if make_current and not stored.is_current:
                store.use_generation(slot, stored.number)
            return Arrival(stored_generation(store, slot, stored.number), new=False, chain=chain)
        source = next(one for one in usable if same_key(one.certificate, chain.leaf))
        number = store.add_certificate(slot, source.number, chain.leaf, make_current=make_current)
        return Arrival(stored_generation(store, slot, number), new=True, chain=chain)


def _read_pair(data: bytes, given: Given, spec: KeySpec, name: str, now: datetime) -> _Read:
    key = load_private_key(data, given.passphrase)
    public_key = key.public_key()
    if given.certificate is not None:
        chain = chain_of([public_key], parse_certificates(given.certificate))
        return _Read(KeyMaterial(key, chain.leaf), chain)
    beside = _beside(data)
    if any(matches(public_key, one) for one in beside):
        chain = chain_of([public_key], beside)
        return _Read(KeyMaterial(key, chain.leaf), chain)
    certificate = issue(key, spec.subject or name, now, spec.days)
    return _Read(KeyMaterial(key, certificate), Chain(certificate), issued=True)


def _usable(store: Store, slot: Slot) -> tuple[KeyGeneration, ...]:
    """Return the generations that still have their key: the current one first, then the newest."""
    found = (one for one in store.generations(slot) if one.state is not State.RETIRED)
    return tuple(sorted(found, key=lambda one: (not one.is_current, -one.number)))


def _chain_for(usable: Sequence[KeyGeneration], certificates: Sequence[x509.Certificate]) -> Chain:
    keys = [key for one in usable if (key := rsa_key_of(one.certificate)) is not None]
    distinct = [key for number, key in enumerate(keys) if key not in keys[:number]]
    return chain_of(distinct, certificates)


def _certificates(given: Given) -> tuple[x509.Certificate, ...]:
    if given.certificate is None:
        raise Usage(
            Code.USAGE,
            "Neither a private key nor a certificate is named",
            remedy=("--key FILE", "--certificate FILE for a certificate whose key is stored", "--key-env NAME"),
        )
    return parse_certificates(given.certificate)


def _beside(data: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return parse_certificates(data)
    except Failed:
        return ()


def _no_key(slot: Slot) -> Failed:
    return Failed(
        Code.KEY_MISSING,
        f"No private key of {slot.app} in {slot.org} is stored that the certificate could belong to",
        remedy=(
            "Give the private key, too: --key FILE",
            f"For a new key, begin with the request: provision keys csr {slot.options} --new-key",
        ),
    )
