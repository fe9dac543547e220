"""Where the change from one app to a second one stands, and what comes next. Pure: nothing here reads or writes.

1. begin: names and the way back are noted
2. key, credentials: those of the second app are stored and read back
3. create: the second app is deployed beside the first; consumers notice nothing
4. prove: tokens are had with it; where they are not by the deadline, it is deleted again
5. deliver, adopt, finish: it is handed out, and is the app that all commands are about from then on

The first app works on until `--retire` deletes it. Back, the same things go in the opposite order; where the second app
was handed out, the first one has to give tokens before, in each run. Where it gives none any more, the walk turns
forward again, if the second one gives some.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BlueGreenStep(StrEnum):
    """What comes next."""

    BEGIN = "begin"
    KEY = "key"
    CREDENTIALS = "credentials"
    CREATE = "create"
    PROVE = "prove"
    TURN_BACK = "turn-back"
    DELIVER = "deliver"
    ADOPT = "adopt"
    FINISH = "finish"
    PROVE_FIRST = "prove-first"
    RETURN = "return"
    DELETE = "delete"
    FORGET = "forget"


@dataclass(frozen=True)
class Change:
    """What was noted when it began."""

    name: str
    """DeveloperName of the second app."""
    previous_name: str
    previous_generation: int
    previous_credentials: int
    begun: datetime
    generation: int | None = None
    credentials: int | None = None
    delivered: str | None = None
    back: bool = False
    asked_back: bool = False

    @property
    def was_handed_out(self) -> bool:
        """Whether consumers may have gone over to the second app."""
        return self.delivered is not None


@dataclass(frozen=True)
class BlueGreenPosition:
    """What org, store and proof say."""

    change: Change | None
    exists: bool
    """Whether the org has the second app."""
    adopted: bool
    """Whether name, key and credentials of the second app are the current ones."""
    returned: bool
    """Whether those of the first one are."""
    proved: bool | None = None
    first_proved: bool = False
    """Whether this run got tokens with the first app, before the second is given up for it."""


def next_step(position: BlueGreenPosition) -> BlueGreenStep:
    """Return what comes next."""
    change = position.change
    if change is None:
        return BlueGreenStep.BEGIN
    if change.back:
        if position.exists and change.was_handed_out and not position.first_proved:
            return BlueGreenStep.PROVE_FIRST
        if not position.returned:
            return BlueGreenStep.RETURN
        return BlueGreenStep.DELETE if position.exists else BlueGreenStep.FORGET
    return _forward(position, change)


def _forward(position: BlueGreenPosition, change: Change) -> BlueGreenStep:
    wanting = {
        BlueGreenStep.KEY: change.generation is None,
        BlueGreenStep.CREDENTIALS: change.credentials is None,
        BlueGreenStep.CREATE: not position.exists,
        BlueGreenStep.PROVE: position.proved is None,
        BlueGreenStep.TURN_BACK: position.proved is False,
        BlueGreenStep.DELIVER: change.delivered is None,
        BlueGreenStep.ADOPT: not position.adopted,
    }
    return next((step for step, missing in wanting.items() if missing), BlueGreenStep.FINISH)
