"""Time, passed in: the only module that reads the machine's clock or sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """What a workflow may ask of time; tests pass their own."""

    now: Callable[[], datetime] = _utc_now
    """The present moment, aware, in UTC."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never go back, for durations and deadlines."""
    sleep: Callable[[float], None] = time.sleep
    """Wait for so many seconds."""


SYSTEM = Clock()
