"""How the certificate of an app is replaced, and what is run meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal


class Strategy(StrEnum):
    """How a certificate is replaced."""

    RENEW = "renew"
    """A new certificate for the same key pair: signatures verify with either."""
    IN_PLACE = "in-place"
    """A new key pair on the same app, which holds one certificate at a time."""
    BLUE_GREEN = "blue-green"
    """A second app with a key pair of its own; consumers change over when they like."""


@dataclass(frozen=True)
class Hook:
    """A program that is run at one point of a rotation, without a shell."""

    command: tuple[str, ...]
    """The program and its arguments."""
    folder: Path
    """Where it runs, and what a relative program is relative to."""
    timeout: int = 300
    """Seconds after which it is ended and counts as failed."""
    secrets: Literal["stdin", "file", "none"] = "stdin"
    """How it gets the new key and credentials; never by arguments or environment."""
    env: tuple[str, ...] = ()
    """Variables that are passed on to it beside those that every program needs."""


@dataclass(frozen=True)
class RotationSpec:
    """What the settings say about the rotation of an app."""

    strategy: Strategy | None = None
    pre: Hook | None = None
    """Before anything is changed."""
    deploy: Hook | None = None
    """Hands the new key and credentials to consumers; its success confirms that they have them."""
    post: Hook | None = None
    """After the proof, before the rotation counts as finished and anything old may be retired."""
