"""Progress of a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Event:
    """Progress of a workflow; printing it never drives side effects."""

    kind: Literal["started", "progress", "finished", "warning"]
    step: str
    """Short name of the step, for instance `deploy`."""
    message: str
    org: str | None = None
    app: str | None = None


class Listener(Protocol):
    """Whoever wants to hear of progress."""

    def __call__(self, event: Event, /) -> None:
        """Take note of `event`."""


def silent(_event: Event) -> None:
    """Ignore progress."""
