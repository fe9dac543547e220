"""What the store holds for an app, as far as a plan needs it: no secret is in here."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509


@dataclass(frozen=True)
class Held:
    """Key generations and credentials at hand for one app."""

    certificates: tuple[x509.Certificate, ...] = ()
    """Of every stored generation, the current one first."""
    consumer_key: str | None = None
    has_secret: bool = False
