"""The note that a server leaves for other commands: where it is to be found, for as long as it lives.

The note is locked while the server runs, so that one left behind by a killed server is recognised.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_NAME: Final = "local-server.json"
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Presence:
    """A running server."""

    pid: int
    ca_file: str
    control: str
    """Base URL of the control host."""
    orgs: Mapping[str, str]
    """Name of each org and its base URL."""


class AlreadyServed(Exception):
    """Another server serves this file."""

    def __init__(self, presence: Presence | None) -> None:
        super().__init__("another server serves this file")
        self.presence = presence


def note_of(file: Path) -> Path:
    """Where the server of a file of local orgs leaves its note."""
    return file.with_name(_NAME)


class Note:
    """The open and locked note."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, presence: Presence) -> None:
        """Tell where the server is."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(asdict(presence)).encode(), 0)

    def drop(self) -> None:
        """In a worker: leave the lock to the watching process alone."""
        os.close(self._descriptor)


@contextmanager
def announcing(path: Path) -> Iterator[Note]:
    """Be the one server of a file, and leave an empty note at the end; raises `AlreadyServed`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(_read(descriptor)) from None
        try:
            yield Note(descriptor)
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def find(path: Path) -> Presence | None:
    """The server that left a note there and still runs."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Presence | None:
    """What the note says; None while it is still empty."""
    text = os.pread(descriptor, 1 << 20, 0)
    return Presence(**json.loads(text)) if text else None
