"""Where the rotation of a certificate stands, and what comes next. Pure: nothing here reads or writes.

A rotation keeps no state of its own beside one intent marker in the store. Interrupted anywhere, it goes on from what
org and store hold and what was proved. Forward and back are the same walk with another target:

1. stage: the new generation is stored and read back, beside the current one
2. begin: the way back is noted, before anything changes outside the store
3. deliver: consumers have the new key, or it was said that they will be without for a while
4. switch: the target's certificate goes onto the app
5. prove: a token is had with the target's key; where it is not by the deadline, the walk turns back
6. adopt: the target becomes the current generation
7. finish: recorded, and the marker is cleared
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from provision.keys.describe import Period, describe
from provision.keys.match import same_key
from provision.model.rotation import Strategy
from provision.store.protocol import KeyGeneration, State


class Step(StrEnum):
    """What comes next."""

    STAGE = "stage"
    BEGIN = "begin"
    DELIVER = "deliver"
    SWITCH = "switch"
    PROVE = "prove"
    TURN_BACK = "turn-back"
    ADOPT = "adopt"
    FINISH = "finish"


@dataclass(frozen=True)
class Marker:
    """What was noted when the rotation began, so that a later run can finish or undo it."""

    strategy: Strategy
    generation: int
    """Where it leads."""
    previous: int
    """Where it came from: the way back."""
    previous_certificate: x509.Certificate
    """What the app held; the store may know another certificate for the same key."""
    begun: datetime
    delivered: str | None = None
    """How consumers got the new key."""
    back: bool = False
    """Whether it is being undone."""
    asked_back: bool = False
    """Whether that was asked for: then the new key is not kept."""


@dataclass(frozen=True)
class Position:
    """What org, store and proof say."""

    strategy: Strategy
    generations: tuple[KeyGeneration, ...]
    deployed: x509.Certificate
    """What the app holds."""
    now: datetime
    marker: Marker | None = None
    proved: bool | None = None
    """Whether a token was had with the key of the target; `None` while that was not asked."""

    @property
    def target(self) -> KeyGeneration | None:
        """The generation that the walk leads to."""
        if self.marker is None:
            return candidate(self)
        return generation(self.generations, self.marker.previous if self.marker.back else self.marker.generation)

    @property
    def target_certificate(self) -> x509.Certificate | None:
        """What the app is to hold in the end; back, exactly what it held before."""
        if self.marker is not None and self.marker.back:
            return self.marker.previous_certificate
        return self.target.certificate if self.target else None

    @property
    def origin(self) -> KeyGeneration | None:
        """The stored generation that signs for the deployed certificate."""
        return signing(self.generations, self.deployed)

    @property
    def stray(self) -> bool:
        """Whether the app holds neither of the certificates that the rotation under way is about."""
        if self.marker is None:
            return False
        target = generation(self.generations, self.marker.generation)
        return self.deployed not in {self.marker.previous_certificate, target.certificate if target else None}


def next_step(position: Position) -> Step | None:
    """Return what comes next; `None` at the end of the walk."""
    target, marker = position.target, position.marker
    if target is None:
        return Step.STAGE
    if marker is None:
        return Step.BEGIN
    if marker.delivered is None and not marker.back:
        return Step.DELIVER
    if position.deployed != position.target_certificate:
        return Step.SWITCH
    return Step.PROVE if position.proved is None else _after_proof(target, marker, proved=position.proved)


def _after_proof(target: KeyGeneration, marker: Marker, *, proved: bool) -> Step | None:
    if not proved:
        return None if marker.back else Step.TURN_BACK
    return Step.FINISH if target.is_current else Step.ADOPT


def candidate(position: Position) -> KeyGeneration | None:
    """Return a stored generation that waits to be put on the app: staged, or current and not on the app yet.

    To renew, one of the same key that came after the one on the app, whichever of the two lasts longer; otherwise one
    of another key. It has to be valid now.
    """
    renewing, origin = position.strategy is Strategy.RENEW, position.origin
    waiting = (
        one
        for one in usable(position.generations)
        if one.certificate != position.deployed
        and one.state in {State.STAGED, State.CURRENT}
        and describe(one.certificate).period(position.now) is Period.WITHIN
        and same_key(one.certificate, position.deployed) is renewing
        and (not renewing or (origin is not None and one.number > origin.number))
    )
    return max(waiting, key=lambda one: one.number, default=None)


def signing(generations: Iterable[KeyGeneration], certificate: x509.Certificate) -> KeyGeneration | None:
    """Return the generation whose key signs for `certificate`, if possible with that very certificate."""
    found = [one for one in usable(generations) if same_key(one.certificate, certificate)]
    return max(found, key=lambda one: (one.certificate == certificate, one.is_current, one.number), default=None)


def generation(generations: Iterable[KeyGeneration], number: int) -> KeyGeneration | None:
    """Return a generation that still has its key."""
    return next((one for one in usable(generations) if one.number == number), None)


def way_back(generations: Iterable[KeyGeneration], now: datetime) -> KeyGeneration | None:
    """Return the generation before the current one that still has its key and is valid: others might get no token."""
    archived = (
        one
        for one in generations
        if one.state is State.ARCHIVED and describe(one.certificate).period(now) is Period.WITHIN
    )
    return max(archived, key=lambda one: one.number, default=None)


def usable(generations: Iterable[KeyGeneration]) -> tuple[KeyGeneration, ...]:
    """Return the generations that still have their key."""
    return tuple(one for one in generations if one.state is not State.RETIRED)
