"""How many connections each worker has, so that none takes more than its share while another one has nothing to do.

The kernel gives a new connection to whichever process asks first, which is often the same one again and again.
"""

import mmap
import threading
from typing import Final

_BYTES: Final = 4
_PATIENCE_SECONDS: Final = 0.005


class Shares:
    """Counts in memory that forked processes share; each process changes its own count alone."""

    def __init__(self, workers: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, workers * _BYTES)).cast("I")

    def of(self, place: int) -> "Share":
        """The share of a worker that begins."""
        return Share(self._counts, place)


class Share:
    """The connections of one worker."""

    def __init__(self, counts: memoryview, place: int) -> None:
        self._counts = counts
        self._place = place
        self._lock = threading.Lock()
        self._over = threading.Event()
        counts[place] = 0

    def add(self, connections: int) -> None:
        """Count connections that were taken; fewer than none where some ended."""
        with self._lock:
            self._counts[self._place] = max(self._counts[self._place] + connections, 0)

    def gives_way(self) -> bool:
        """Whether another worker has fewer connections."""
        return self._counts[self._place] > min(self._counts)

    def give_way(self) -> None:
        """Let a worker with fewer connections go first, for a moment only: it may be busy, or gone."""
        if self.gives_way():
            self._over.wait(_PATIENCE_SECONDS)
