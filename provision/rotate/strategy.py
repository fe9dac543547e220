"""The ways to replace a certificate, and which of them fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from provision.model.rotation import Strategy


@dataclass(frozen=True)
class Grounds:
    """What the choice of a strategy depends on."""

    asked: Strategy | None = None
    """By the command."""
    declared: Strategy | None = None
    """By the settings."""
    another_key_waits: bool = False
    """Whether a key pair other than the one in use is stored beside it."""
    can_deliver: bool = False
    """Whether a `deploy` hook hands keys to consumers."""
    can_create: bool = True
    """Whether the org takes a second app of that kind, as far as is known."""


def choose(grounds: Grounds) -> Strategy:
    """Return the strategy to use: as asked, as declared, for the key pair that waits, else the one nobody notices."""
    waiting = Strategy.IN_PLACE if grounds.another_key_waits else Strategy.RENEW
    return grounds.asked or grounds.declared or waiting


def advice(chosen: Strategy, grounds: Grounds) -> Iterator[str]:
    """Yield what to know about the choice before it is carried out."""
    if chosen is Strategy.RENEW:
        yield "renew keeps the key pair: consumers notice nothing, and whoever had a copy of the key still has it"
        yield "A key that may have leaked, or is old by your rules, takes --strategy in-place"
    elif chosen is Strategy.IN_PLACE:
        yield "in-place: consumers that still sign with the old key are refused from the switch on"
        if not grounds.can_deliver:
            yield "No deploy hook hands the new key out: hand it out yourself, then confirm with --delivered"
    elif chosen is Strategy.BLUE_GREEN:
        yield "blue-green: the second app has its own consumer key, which consumers take over with the new key"
        yield "Both apps work until --retire deletes the first one"
    else:
        assert_never(chosen)
