"""Whoever writes to the file takes turns, so that nobody has to ask again and again whether the others are done.

SQLite alone lets a writer that comes too late sleep and try anew, longer each time; with many writers at once most of
the time goes by asleep. Here they queue: threads of a process at a lock, processes at a lock on a file that the kernel
takes from whoever dies.
"""

import fcntl
import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SUFFIX: Final = "-turn"
_PRIVATE: Final = 0o600


class Turns:
    """The turns of one process."""

    def __init__(self, file: Path) -> None:
        self._path = file.with_name(file.name + SUFFIX)
        self._begin()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for one's turn and keep it for the block; not to be nested."""
        self._become_one_of_its_own()
        with self._threads:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _become_one_of_its_own(self) -> None:
        """In a forked process: its lock is not that of its parent."""
        if self._process != os.getpid():
            self._close()
            self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._threads = threading.Lock()
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE)
        self._close = weakref.finalize(self, os.close, self._descriptor)
