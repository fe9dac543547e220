"""Time for the local org, passed in so that tests decide what the time is."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the local org asks of time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """See `Clock.wait`."""
        time.sleep(seconds)


@dataclass
class FixedClock:
    """A clock that stands still until it is advanced."""

    moment: datetime

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.moment

    def wait(self, seconds: float) -> None:
        """See `Clock.wait`; nobody waits."""
        self.advance(timedelta(seconds=seconds))

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


def stamp(moment: datetime) -> str:
    """A moment as REST answers print it, in UTC: `2024-11-21T08:31:31.000+0000`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def from_stamp(text: str) -> datetime:
    """Back from `stamp`."""
    return datetime.fromisoformat(text)
