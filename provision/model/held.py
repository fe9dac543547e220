"""What is at hand for an app: as far as a plan needs it, and as far as a consumer does."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509

from provision.model.keys import KeyPair, Signer
from provision.model.secret import Secret


@dataclass(frozen=True)
class Held:
    """Key generations and credentials at hand for one app; no secret is in here."""

    certificates: tuple[x509.Certificate, ...] = ()
    """Of every stored generation that has its key, the current one first."""
    staged: tuple[x509.Certificate, ...] = ()
    """Those of `certificates` that wait beside the current one, as a rotation leaves them half-way."""
    consumer_key: str | None = None
    has_secret: bool = False
    proved: bool = False
    """Whether the app passed its last proof, in this org and with the current certificate."""


@dataclass(frozen=True)
class Material:
    """What a consumer of the app holds."""

    consumer_key: str | None
    consumer_secret: Secret | None = field(repr=False, default=None)
    key_pair: KeyPair | None = field(repr=False, default=None)
    former_signer: Signer | None = field(repr=False, default=None)
    """Who signed with the key before the present one, where that is still stored and another."""
    stored_consumer_key: str | None = None
    """The key of the store, where the app in the org has another one by now."""
