"""XML into plain nodes that know where they stood, with everything dangerous refused.

Built on expat rather than lxml because deploy errors name a line *and* a column, which lxml does not keep.
A document type declaration is refused outright, so there are no entities to expand and nothing to fetch.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

NAMESPACE: Final = "http://soap.sforce.com/2006/04/metadata"
"""Namespace of component files, manifests and Metadata API messages."""

MAX_DEPTH: Final = 64
"""Deepest nesting read; the deepest Salesforce message has about ten levels."""

MAX_NODES: Final = 200_000
"""Most elements read of one document; far above any permission set met, far below what would exhaust memory."""

_TAG: Final = re.compile(rb"""<[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*>""")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, both counted from 1."""

    line: int
    column: int


class UnreadableXml(Exception):
    """The bytes are no acceptable XML; the text says why, `at` says where."""

    def __init__(self, text: str, at: Position) -> None:
        super().__init__(text)
        self.at = at


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its local name, namespace, own character data and child elements in file order.

    `opened` and `closed` are the places right after its start tag and its end tag, where Salesforce reports errors.
    """

    name: str
    namespace: str
    text: str
    children: tuple["Node", ...]
    opened: Position
    closed: Position
    attributes: Mapping[str, str] = field(default_factory=dict)

    def child(self, name: str) -> "Node | None":
        """First child of that local name, whatever its namespace."""
        return next((node for node in self.children if node.name == name), None)

    def all(self, name: str) -> tuple["Node", ...]:
        """Every child of that local name, whatever its namespace."""
        return tuple(node for node in self.children if node.name == name)

    def text_of(self, name: str) -> str:
        """Trimmed text of the first child of that name; empty where there is none."""
        node = self.child(name)
        return node.text.strip() if node else ""


def parse(data: bytes, *, max_nodes: int = MAX_NODES) -> Node:
    """Read a whole document.

    Raises:
        UnreadableXml: not well-formed, an unknown encoding, a document type declaration, too deep or too many elements.

    """
    builder = _Builder(data, max_nodes)
    try:
        builder.parser.Parse(data, True)  # noqa: FBT003 - pyexpat takes `isfinal` by position only
    except expat.ExpatError as error:
        raise UnreadableXml(expat.ErrorString(error.code), Position(error.lineno, error.offset + 1)) from None
    except (LookupError, ValueError) as error:
        raise UnreadableXml(f"unsupported encoding: {error}", Position(1, 1)) from None
    return builder.root


@dataclass(slots=True)
class _Open:
    name: str
    attributes: dict[str, str]
    opened: Position
    empty: bool
    """Written as `<a/>`, which expat reports as two events but which is one tag."""
    text: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Collects expat's events into nodes."""

    def __init__(self, data: bytes, max_nodes: int) -> None:
        self._data = data
        self._room = max_nodes
        self._stack: list[_Open] = []
        self.root: Node
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise UnreadableXml("elements are nested too deeply", self._here())
        self._room -= 1
        if self._room < 0:
            raise UnreadableXml("too many elements", self._here())
        tag = self._tag()
        self._stack.append(_Open(name, attributes, self._after(tag), empty=tag.endswith("/>")))

    def _end(self, name: str) -> None:
        done = self._stack.pop()
        namespace, _, local = name.rpartition("}")
        node = Node(
            name=local,
            namespace=namespace,
            text="".join(done.text),
            children=tuple(done.children),
            opened=done.opened,
            closed=done.opened if done.empty else self._after(self._tag()),
            attributes=done.attributes,
        )
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self.root = node

    def _characters(self, text: str) -> None:
        self._stack[-1].text.append(text)

    def _doctype(self, *_declaration: object) -> NoReturn:
        raise UnreadableXml("DOCTYPE is not allowed", self._here())

    def _here(self) -> Position:
        return Position(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _tag(self) -> str:
        tag = _TAG.match(self._data, self.parser.CurrentByteIndex)
        return tag[0].decode("utf-8", "replace") if tag else ""

    def _after(self, tag: str) -> Position:
        here = self._here()
        newlines = tag.count("\n")
        if newlines:
            return Position(here.line + newlines, len(tag) - tag.rindex("\n"))
        return Position(here.line, here.column + len(tag))
