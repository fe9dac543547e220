"""A folder of numbered generations (`0001.…`) with a pointer to the current one."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from provision.errors import Code, Failed, Usage
from provision.store import disk
from provision.store.protocol import State

_NUMBER = re.compile(r"([0-9]{4,9})(\..+)")
_POINTER = "current"
CREDENTIALS_FOLDER = "credentials"


@dataclass(frozen=True)
class Numbered:
    """Generations in `folder`; the file with the suffix `complete` is written last and makes one count."""

    folder: Path
    complete: str

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all complete generations, oldest first."""
        return tuple(sorted(number for number, suffix in self._files() if suffix == self.complete))

    def next_number(self) -> int:
        """Return a number above all that were ever used, also by a writer that died half-way."""
        return max((number for number, _ in self._files()), default=0) + 1

    def path(self, number: int, suffix: str | None = None) -> Path:
        """Return where a file of a generation is."""
        return self.folder / f"{number:04d}{suffix or self.complete}"

    def current(self) -> int | None:
        """Return the number of the current generation; `None` where none was chosen yet."""
        pointer = self.folder / _POINTER
        text = disk.read_private(pointer)
        if text is None:
            return None
        if not re.fullmatch(rb"[0-9]{1,9}\n", text) or int(text) not in self.numbers():
            stored = ", ".join(map(str, self.numbers()))
            remedy = f"Write one of these into it: {stored}" if stored else ""
            raise corrupt(pointer, "it names no stored generation", remedy)
        return int(text)

    def point_to(self, number: int) -> None:
        """Make a generation the current one."""
        disk.write_bytes(self.folder / _POINTER, b"%d\n" % number, replace=True)

    def state(self, number: int, *, retired: bool) -> State:
        """Return what a generation is for."""
        if retired:
            return State.RETIRED
        current = self.current()
        if number == current:
            return State.CURRENT
        return State.STAGED if current is None or number > current else State.ARCHIVED

    def require(self, number: int) -> None:
        """Raise `KEY_MISSING` unless the generation is there."""
        if number not in self.numbers():
            raise missing(self.folder, number)

    def refuse_current(self, number: int) -> None:
        """Raise `Usage` where the generation is in use."""
        if number == self.current():
            raise Usage(
                Code.USAGE,
                f"Generation {number} in {self.folder} is the current one and cannot be retired",
                remedy=("Make another generation the current one first",),
            )

    def _files(self) -> list[tuple[int, str]]:
        found = (_NUMBER.fullmatch(name) for name in disk.private_names(self.folder))
        return [(int(match[1]), match[2]) for match in found if match]


def missing(folder: Path, number: int) -> Failed:
    """Return the error for a generation that is not there or has lost its secret part."""
    return Failed(
        Code.KEY_MISSING,
        f"Generation {number} is not in {folder}, or was retired",
        remedy=("List what is there: provision keys list",),
    )


def corrupt(path: Path, reason: str, remedy: str = "") -> Failed:
    """Return the error for a damaged file of the store; `reason` quotes none of it."""
    return Failed(
        Code.STORE_CORRUPT,
        f"{path} is damaged: {reason}",
        remedy=(remedy or f"Restore {path} from a backup", *_without_a_backup(path)),
        context={"path": str(path)},
    )


def _without_a_backup(path: Path) -> tuple[str, ...]:
    """Return how to go on where `path` is lost: an org shows credentials again, keys have to be brought."""
    if path.parent.name != CREDENTIALS_FOLDER:
        return ("Without a backup, move it away and import the key again",)
    app, org = (urllib.parse.unquote(folder.name) for folder in path.parents[1:3])
    where = f"provision keys secret -o {org} -a {app}"
    return (
        f"Without a backup, move the folder {path.parent} away, then read the pair again: {where} --from-org",
        f"Or bring it, as for a Connected App: {where} --secret - --consumer-key KEY",
    )
