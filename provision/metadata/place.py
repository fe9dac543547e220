"""Where things stand in a metadata file: line and column of every element, which a parsed document does not keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.parsers import expat

from provision.errors import Code, Failed
from provision.metadata.parse import tree
from provision.metadata.problem import below, nth


@dataclass(frozen=True)
class Place:
    """The start of one element.

    `path` is written as in `Problem.path`. Lines and columns count from 1.
    """

    path: str
    parent: str | None
    """Path of the enclosing element; `None` for the root."""
    tag: str
    namespace: str
    line: int
    column: int
    loose_text: int | None = None
    """The line of the first text that stands between the elements inside it."""


def located(content: bytes) -> tuple[Place, ...]:
    """Return where each element of a metadata file starts, in file order; the root has the path `""`.

    Raises the same as `parse` for what is not well-formed.
    """
    tree(content)  # hardened: the second parser below never sees a document type
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 the C function takes the flag by position only
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Failed(
            Code.METADATA_INVALID,
            f"The file cannot be read: {error}",
            remedy=("Save the file as UTF-8",),
        ) from None
    return tuple(reader.places)


class _Reader:
    """Follows expat through a file, which alone tells columns."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[_Open] = []

    def _start(self, raw: str, _attributes: Mapping[str, str]) -> None:
        namespace, _, tag = raw.rpartition("}")
        path, parent = "", None
        if self._open:
            around = self._open[-1]
            around.counts[tag] = around.counts.get(tag, 0) + 1
            parent = self.places[around.index].path
            path = nth(below(parent, tag), around.counts[tag])
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self._open.append(_Open(len(self.places), {}))
        self.places.append(Place(path, parent, tag, namespace, line, column))

    def _text(self, text: str) -> None:
        around = self._open[-1]
        if around.text_line is None and not text.isspace():
            around.text_line = self.parser.CurrentLineNumber

    def _end(self, _raw: str) -> None:
        closed = self._open.pop()
        if closed.counts:
            self.places[closed.index] = replace(self.places[closed.index], loose_text=closed.text_line)


@dataclass
class _Open:
    index: int
    counts: dict[str, int]
    text_line: int | None = None
