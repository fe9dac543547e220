"""What a store remembers, and what any kind of store can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from provision.keys.material import KeyMaterial
from provision.model.desired import AppKind, KeySpec
from provision.model.keys import KeyPair
from provision.model.secret import Secret


@dataclass(frozen=True)
class Slot:
    """One app in one org, by their names in the settings."""

    org: str
    app: str

    @property
    def options(self) -> str:
        """Flags of the commands that choose the org and the app."""
        return f"-o {self.org} -a {self.app}"


class State(StrEnum):
    """What a generation is for."""

    CURRENT = "current"
    STAGED = "staged"
    """Newer than the current one, or there is none yet."""
    ARCHIVED = "archived"
    """Older than the current one, and still complete: the way back."""
    RETIRED = "retired"
    """Its secret part is gone for good."""


@dataclass(frozen=True)
class KeyGeneration:
    """One stored key pair, without the key."""

    number: int
    """From 1; never used twice in a slot."""
    certificate: x509.Certificate
    state: State

    @property
    def is_current(self) -> bool:
        """Whether this is the key pair in use."""
        return self.state is State.CURRENT


@dataclass(frozen=True)
class Credentials:
    """Consumer key and secret of one app in one org."""

    consumer_key: str
    consumer_secret: Secret | None = None
    """Absent where it is not known, for instance where only JWT bearer is used."""
    org_id: str | None = None
    """Id of the org that knows the app: a refreshed sandbox keeps its name, not its id."""
    kind: AppKind | None = None


@dataclass(frozen=True)
class CredentialsGeneration:
    """One stored pair of consumer key and secret."""

    number: int
    """From 1; never used twice in a slot."""
    credentials: Credentials
    state: State


@dataclass(frozen=True)
class Intent:
    """Something begun that a later run has to finish or undo; stored before its effect."""

    name: str
    """For instance `open-secret-switch`."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the later run needs to know; no secret."""


@dataclass(frozen=True)
class LastProof:
    """When an app was last asked to prove itself, and what came of it."""

    at: datetime
    proved: bool
    """Whether no check failed or stayed pending."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """How many checks by their status."""
    certificate: str | None = None
    """SHA-256 of the certificate whose key last gave a token there."""
    org_id: str | None = None
    """The org that was asked, where that is known."""


Thing = tuple[str, str]
"""A thing in an org: Salesforce's name of the type, and its name as plans print it."""


class Store(Protocol):
    """Key generations, credentials and intents of one set-up.

    Whatever a method stored is durable when it returns, and never replaces a key or secret: each gets a new number.
    All methods may raise `STORE_CORRUPT` (an entry is damaged) and the errors of the medium.
    """

    def exclusive(self, org: str, *, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
        """Hold `org` for a run that changes it; raises `STORE_LOCKED`, naming the holder, after `wait_seconds`.

        Readers and single writes need it not. Not to be entered twice.
        """

    def generations(self, slot: Slot) -> tuple[KeyGeneration, ...]:
        """Return every stored key pair, oldest first."""

    def key_pair(self, slot: Slot, number: int | None = None) -> KeyPair | None:
        """Return the current key pair, or that of a generation; `None` where there is none (any more)."""

    def key_pair_for(self, slot: Slot, certificate: x509.Certificate) -> KeyPair | None:
        """Return the stored key pair whose key `certificate` was issued for, if possible with that very certificate."""

    def private_key_pem(self, slot: Slot, number: int) -> Secret | None:
        """Return the private key of a generation as unencrypted PEM, to be handed on; `None` where it is not there.

        The one way out: whoever signs uses `key_pair`. Stores whose keys cannot leave them have none to give.
        """

    def whereabouts(self, slot: Slot, number: int) -> str:
        """Return in words where the private key of a generation is, for whoever has to fetch it."""

    def new_key(self, slot: Slot, spec: KeySpec) -> rsa.RSAPrivateKey:
        """Return a new key as `spec` asks for it, not stored yet: in memory, or one that stays with its signer."""

    def add_key_pair(self, slot: Slot, material: KeyMaterial, *, make_current: bool = True) -> int:
        """Store a key pair and return its number."""

    def add_certificate(
        self, slot: Slot, number: int, certificate: x509.Certificate, *, make_current: bool = True
    ) -> int:
        """Store a further certificate for the key of a generation, as a generation of its own; return its number.

        Raises `KEY_MISSING` where that generation is not there or retired, `KEY_MISMATCH` where the certificate was
        not issued for its key.
        """

    def use_generation(self, slot: Slot, number: int) -> None:
        """Make a stored key pair the current one; raises `KEY_MISSING` where it is not there or retired."""

    def retire_generation(self, slot: Slot, number: int) -> None:
        """Delete the private key of a generation and keep its certificate; raises `Usage` for the current one.

        A key that stays with its signer is deleted there, once no other generation has it.
        """

    def credentials_generations(self, slot: Slot) -> tuple[CredentialsGeneration, ...]:
        """Return all stored credentials, oldest first."""

    def credentials(self, slot: Slot) -> Credentials | None:
        """Return the current credentials."""

    def save_credentials(self, slot: Slot, credentials: Credentials, *, make_current: bool = True) -> int:
        """Store credentials beside the earlier ones and return their number."""

    def use_credentials(self, slot: Slot, number: int) -> None:
        """Make stored credentials the current ones; raises `KEY_MISSING` where they are not there or retired."""

    def retire_credentials(self, slot: Slot, number: int) -> None:
        """Delete the secret of a generation and keep its consumer key; raises `Usage` for the current one."""

    def app_name(self, slot: Slot) -> str | None:
        """Return the DeveloperName under which the app is used now, where that is another one than in the settings."""

    def use_app_name(self, slot: Slot, name: str) -> None:
        """Remember under which DeveloperName the app is used from now on."""

    def keep_record(self, slot: Slot, name: str, content: bytes) -> str:
        """Keep a record of what was done under `name` (a file name), and return where it is; no secret is in it.

        An earlier one of that name is replaced.
        """

    def intents(self, slot: Slot) -> tuple[Intent, ...]:
        """Return what was begun and not cleared, by name."""

    def mark(self, slot: Slot, intent: Intent) -> None:
        """Remember `intent`, in place of an earlier one of its name."""

    def clear(self, slot: Slot, name: str) -> None:
        """Forget the intent `name`, if there is one."""

    def last_proof(self, slot: Slot) -> LastProof | None:
        """Return what came of the last proof; `None` where there was none."""

    def note_proof(self, slot: Slot, proof: LastProof) -> None:
        """Remember a proof in place of the last one."""

    def made(self, org: str, org_id: str) -> frozenset[Thing]:
        """Return what runs began to create in the org of that id and did not take down again.

        What is not in here and exists was there before: it may be adopted, but it is not ours to delete.
        """

    def note_made(self, org: str, org_id: str, things: Iterable[Thing]) -> None:
        """Remember things before they are created; those of another org by the same name are forgotten."""

    def forget_made(self, org: str, org_id: str, things: Iterable[Thing]) -> None:
        """Forget things that were taken down."""
