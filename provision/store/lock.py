"""Locks between processes on one machine; the system frees them with the process that held them, however it ended."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.clock import SYSTEM, Clock
from provision.errors import Code, Failed
from provision.store.disk import failing

PAUSE_SECONDS = 0.05


@contextmanager
def locked(path: Path, *, wait_seconds: float, clock: Clock = SYSTEM) -> Iterator[None]:
    """Hold the lock file `path`, made if need be and never deleted; its folder exists.

    Raises `STORE_LOCKED`, naming the holder, where another process or thread holds it for longer than `wait_seconds`.
    """
    with failing("locked", path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _wait(descriptor, path, wait_seconds, clock)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, wait_seconds: float, clock: Clock) -> None:
    deadline = clock.monotonic() + wait_seconds
    while not _try(descriptor, path):
        if clock.monotonic() >= deadline:
            raise _taken(descriptor, path)
        clock.sleep(PAUSE_SECONDS)


def _try(descriptor: int, path: Path) -> bool:
    with failing("locked", path):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _sign(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode(), 0)


def _taken(descriptor: int, path: Path) -> Failed:
    try:
        signed = json.loads(os.pread(descriptor, 1000, 0))
        holder = f"process {int(signed['pid'])} on {signed['host']}"
    except (ValueError, KeyError, TypeError):
        holder = "another process"
    return Failed(
        Code.STORE_LOCKED,
        f"{path.parent} is in use by {holder}",
        detail="Two runs must not change one org at the same time.",
        remedy=("Wait for the other run to end, then run the command again", "If it hangs, end it: its lock goes too"),
        context={"path": str(path)},
    )
