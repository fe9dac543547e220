"""Where the parts of the file store are, private all the way, and who may write there.

Runs on one org keep each other out for as long as they last, writers for the moment of a write.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.clock import Clock
from provision.errors import Code, Usage
from provision.store import disk
from provision.store.lock import locked
from provision.store.protocol import Slot

WRITE_WAIT_SECONDS = 10.0
"""One write takes milliseconds; whoever holds the lock for longer hangs."""


class Folders:
    """The folders under `root`, which is made by the first write."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock

    def of_org(self, org: str) -> Path:
        """Return where an org's own files are, once the way there is known to be private."""
        folder = self._root / file_name(org)
        for step in (self._root, folder):
            disk.is_private_folder(step)
        return folder

    def of(self, slot: Slot, part: str) -> Path:
        """Return where a part of a slot is, once every folder on the way there is known to be private."""
        folder = self._root / file_name(slot.org) / file_name(slot.app) / part
        for step in (self._root, *reversed(folder.parents[:2]), folder):
            disk.is_private_folder(step)
        return folder

    @contextmanager
    def running(self, org: str, *, wait_seconds: float) -> Iterator[None]:
        """Keep other runs out of the org."""
        folder = self._root / file_name(org)
        self._make(folder)
        with locked(folder / ".run.lock", wait_seconds=wait_seconds, clock=self._clock):
            yield

    @contextmanager
    def writing_org(self, org: str) -> Iterator[Path]:
        """Make the org's folder and keep other writers out of it for a moment."""
        folder = self._root / file_name(org)
        self._make(folder)
        with locked(folder / ".write.lock", wait_seconds=WRITE_WAIT_SECONDS, clock=self._clock):
            yield folder

    @contextmanager
    def writing(self, slot: Slot, part: str) -> Iterator[Path]:
        """Make the folder of a part, keep other writers out of the org for a moment, and clear up after broken ones."""
        folder = self.of(slot, part)
        self._make(folder)
        with self.writing_org(slot.org) as org:
            disk.remove_leftovers(org)
            yield folder

    def _make(self, folder: Path) -> None:
        within = reversed([step for step in (folder, *folder.parents) if step.is_relative_to(self._root)])
        for step in within:
            disk.make_private_folder(step)
        ignore = self._root / ".gitignore"
        if not ignore.exists():
            disk.write_text(ignore, "*\n", replace=True)


def file_name(name: str) -> str:
    """Return `name` as a file name that leads nowhere else; different names give different file names.

    Raises:
        Usage: the name is empty.
    """
    if not name:
        raise Usage(Code.USAGE, "A name is empty", remedy=("Name the org and the app as in the settings",))
    quoted = urllib.parse.quote(name, safe=" ")
    return f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted
