"""What is wrong with the settings, all of it at once, each with the place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import TypeAlias

from provision.errors import Code, Usage
from provision.redaction.fields import SECRET_ELEMENTS

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the root of the file, for instance `("apps", "billing-sync", "scopes", 1)`."""

SENSITIVE = "(sensitive value)"
"""Stands for a secret."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_QUOTE = 60


@dataclass(frozen=True, order=True)
class Position:
    """A place in the file; both count from 1."""

    line: int
    column: int


START = Position(1, 1)


@dataclass(frozen=True)
class Places:
    """Where keys and values stand in the file."""

    keys: Mapping[Path, Position] = field(default_factory=dict)
    values: Mapping[Path, Position] = field(default_factory=dict)

    def of(self, path: Path) -> Position:
        """Return where the value at `path` stands; where nothing stands, the nearest key around it."""
        if path in self.values:
            return self.values[path]
        return self.of_key(path)

    def of_key(self, path: Path) -> Position:
        """Return where the key at the end of `path` stands, or the nearest key around it."""
        for length in range(len(path), 0, -1):
            found = self.keys.get(path[:length]) or self.values.get(path[:length])
            if found is not None:
                return found
        return START


@dataclass(frozen=True)
class FileOrigin:
    """Which file was read, where its values stand, and which of them came from environment variables."""

    file: FilePath = FilePath("provision.yaml")
    places: Places = field(default_factory=Places)
    variables: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; `at_key` when it is the key itself, or something missing below it."""

    path: Path
    message: str
    value: str | None = None
    """What stands there, quoted in front of the message; not a secret, nor what came from the environment."""
    at_key: bool = False
    position: Position | None = None
    """Known for a text that is no YAML; otherwise found by `path`."""


def invalid(origin: FileOrigin, problems: Iterable[Problem]) -> Usage:
    """Return the one error that reports all `problems`, in the order of the file.

    `detail` has a line `file:line:column path: message` for each; `context["problems"]` has the same as data.
    """
    file = str(origin.file)
    placed = {
        (_position(problem, origin.places), path_text(problem.path), _message(problem, origin.variables))
        for problem in problems
    }
    ordered = sorted(placed)
    count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    return Usage(
        Code.SETTINGS_INVALID,
        f"The settings have {count}",
        detail="\n".join(_line(file, *item) for item in ordered),
        remedy=(f"Correct {file}; nothing was done",),
        context={
            "problems": [
                {"file": file, "line": at.line, "column": at.column, "path": path, "message": message}
                for at, path, message in ordered
            ]
        },
    )


def is_secret(path: Path) -> bool:
    """Whether a secret stands at `path`: it is, or is within, an element of metadata that holds one."""
    return not SECRET_ELEMENTS.isdisjoint(path)


def path_text(path: Path) -> str:
    """Return a path as people write it: `orgs.uat.apps[0]`, `fields["Account.Rating"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}"
        else:
            text += f"[{quoted(step)}]"
    return text.removeprefix(".")


def quoted(text: str) -> str:
    """Return `text` in double quotes on one line, cut where it is long, with nothing that disturbs a terminal."""
    shown = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return '"' + "".join(character if character.isprintable() else _escaped(character) for character in shown) + '"'


def not_among(word: str, allowed: Iterable[str]) -> str:
    """Return what is allowed instead of `word`, and the nearest match if one is near."""
    known = list(allowed)
    text = f"allowed: {', '.join(known)}" if known else "none is declared"
    near = nearest(word, known)
    return f"{text}; did you mean {quoted(near)}?" if near is not None else text


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, whatever the case, or `None`."""
    by_folded = {item.casefold().replace("_", "-"): item for item in known}
    found = get_close_matches(word.casefold().replace("_", "-"), by_folded, n=1)
    return by_folded[found[0]] if found else None


def _position(problem: Problem, places: Places) -> Position:
    if problem.position is not None:
        return problem.position
    return places.of_key(problem.path) if problem.at_key else places.of(problem.path)


def _message(problem: Problem, variables: Mapping[Path, tuple[str, ...]]) -> str:
    if problem.value is None:
        return problem.message
    names = variables.get(problem.path, ())
    if is_secret(problem.path):
        return f"{SENSITIVE}: {problem.message}"
    value = f"the value of {' and '.join(f'${{{name}}}' for name in names)}" if names else problem.value
    return f"{value}: {problem.message}"


def _line(file: str, at: Position, path: str, message: str) -> str:
    place = f"{file}:{at.line}:{at.column}"
    return f"{place} {path}: {message}" if path else f"{place}: {message}"


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}"
