"""Listens to events and tells people on stderr how far the work is: one line for each change of state."""

from __future__ import annotations

import sys
import time

from provision.cli.output import Output
from provision.model.event import Event


class Progress:
    """A listener that prints; `--json` and `--quiet` keep it silent."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._started = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Print one line for `event`; warnings go where warnings go."""
        if event.kind == "warning":
            self._output.warn(f"{event.step}: {event.message}")
            return
        if event.step == "verify" and event.kind == "progress":
            return  # the table says it
        elapsed = f"{time.monotonic() - self._started:6.1f}s"
        where = f"{event.org}: " if event.org else ""
        dim = self._output.style(f"{elapsed}  {event.step:<12}", "2", sys.stderr)
        self._output.say(f"{dim} {where}{event.message}")
