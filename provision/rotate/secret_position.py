"""Where the rotation of a consumer secret stands, and what comes next. Pure: nothing here reads or writes.

An External Client App has one slot for a second pair of consumer key and secret, which works beside the first one:

1. begin: it is noted which pair is in use
2. stage: the org makes the second pair
3. keep: it is stored and read back
4. prove-staged: tokens are had with it, while the first pair goes on working
5. deliver: consumers have it, all of them: the consumer key is new, too, and with it the `iss` of assertions
6. promote: the second pair becomes the first; the earlier one works on for up to thirty days
7. prove, adopt, finish: as for certificates

Before the promotion everything can be undone: the second pair is deleted, nobody uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from provision.store.protocol import CredentialsGeneration, State


class SecretStep(StrEnum):
    """What comes next."""

    BEGIN = "begin"
    STAGE = "stage"
    KEEP = "keep"
    PROVE_STAGED = "prove-staged"
    DELIVER = "deliver"
    PROMOTE = "promote"
    PROVE = "prove"
    ADOPT = "adopt"
    FINISH = "finish"
    TURN_BACK = "turn-back"
    UNSTAGE = "unstage"


@dataclass(frozen=True)
class SecretMarker:
    """What was noted when the rotation began."""

    previous_key: str
    """Consumer key of the pair in use."""
    begun: datetime
    generation: int | None = None
    """Of the stored credentials that hold the new pair."""
    consumer_key: str | None = None
    """Of the new pair."""
    delivered: str | None = None
    back: bool = False
    asked_back: bool = False


@dataclass(frozen=True)
class SecretPosition:
    """What org, store and proof say."""

    current_key: str
    """Consumer key of the pair that the org has as the first one."""
    staged_key: str | None
    """Of the pair beside it, if there is one."""
    staged_state: str | None
    """`active`, `rotated` or `expired`."""
    stored: tuple[CredentialsGeneration, ...]
    marker: SecretMarker | None = None
    staged_proved: bool | None = None
    proved: bool | None = None

    @property
    def promoted(self) -> bool:
        """Whether the new pair is the first one."""
        return self.marker is not None and self.current_key != self.marker.previous_key

    @property
    def stray(self) -> bool:
        """Whether the org has a first pair that the rotation is not about."""
        return self.promoted and self.marker is not None and self.current_key != self.marker.consumer_key


def next_step(position: SecretPosition) -> SecretStep | None:
    """Return what comes next; `None` where the promoted pair could not be proved."""
    marker = position.marker
    if marker is None:
        return SecretStep.BEGIN
    if position.promoted:
        return _after_promotion(position, marker)
    if marker.back:
        ours = marker.consumer_key in {None, position.staged_key}
        return SecretStep.UNSTAGE if ours and position.staged_state in {"active", "expired"} else SecretStep.FINISH
    return _before_promotion(position, marker)


def _before_promotion(position: SecretPosition, marker: SecretMarker) -> SecretStep:
    lost = marker.generation is not None and position.staged_key != marker.consumer_key
    if lost or position.staged_state == "expired" or position.staged_proved is False:
        return SecretStep.TURN_BACK
    if position.staged_key is None:
        return SecretStep.STAGE
    if marker.generation is None:
        return SecretStep.KEEP
    if position.staged_proved is None:
        return SecretStep.PROVE_STAGED
    return SecretStep.DELIVER if marker.delivered is None else SecretStep.PROMOTE


def _after_promotion(position: SecretPosition, marker: SecretMarker) -> SecretStep | None:
    if position.proved is None:
        return SecretStep.PROVE
    if not position.proved:
        return None
    adopted = any(one.number == marker.generation and one.state is State.CURRENT for one in position.stored)
    return SecretStep.FINISH if adopted else SecretStep.ADOPT
