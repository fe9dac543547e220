"""YAML text as plain data, with the place of every key and value (YAML 1.2, core schema).

Written for a file that a stranger may have sent in a pull request: size, depth and the number of values after the
expansion of aliases are bounded, tags are refused, and nothing but text, numbers, truth values, `None`, lists and
mappings comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from provision.redaction.fields import SECRET_ELEMENTS
from provision.settings.problem import SENSITIVE, START, Path, Places, Position, Problem, is_secret, quoted

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | None"

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 24
MAX_VALUES = 100_000
"""Values and keys, each use of an alias counted anew: a few lines of aliases can stand for billions of them."""
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"

_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_QUOTE = re.compile(r"'.*?'", re.DOTALL)
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TEXT_TAGS = frozenset({"str", "timestamp", "merge", "value", "binary"})

Scalar: TypeAlias = Callable[[str, Path], str]
"""What is to become of a text that was found at a path."""


@dataclass(frozen=True)
class Tree:
    """A file as data; `problems` lists what could not be read."""

    data: Mapping[str, Data]
    places: Places
    problems: tuple[Problem, ...]


def parse(text: str, transform: Scalar) -> Tree:
    """Return the one document in `text`; every text value passes through `transform`."""
    try:
        root = _compose(text)
    except MaxDepthExceededError as problem:
        return _unreadable(TOO_DEEP, problem.problem_mark)
    except MarkedYAMLError as problem:
        return _unreadable(_said(problem, text), problem.problem_mark or problem.context_mark)
    except ReaderError as problem:
        before = text[: problem.position]
        at = Position(before.count("\n") + 1, problem.position - before.rfind("\n"))
        return _refused(f"not valid YAML: the character U+{problem.character:04X} is not allowed", at)
    except (ArithmeticError, AssertionError, LookupError, ValueError):  # what ruamel.yaml itself stumbles over
        return _refused("not valid YAML: a \\U escape beyond U+10FFFF, or a %YAML version that does not exist", START)
    if root is None:
        return _unreadable('the file is empty; it needs at least "version: 1"', None)
    return _Reader(transform).tree(root)


@dataclass
class _Reader:
    """One walk over the nodes of a document."""

    transform: Scalar
    keys: dict[Path, Position] = field(default_factory=dict)
    values: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    budget: int = MAX_VALUES

    def tree(self, root: Node) -> Tree:
        data: Data = None
        try:
            data = self._value(root, ())
        except _TooMuch as problem:
            self.problems.append(Problem((), str(problem), position=problem.position))
        if not isinstance(data, dict):
            if not self.problems:
                self.problems.append(Problem((), 'a mapping is needed, starting with "version: 1"'))
            data = {}
        return Tree(data, Places(self.keys, self.values), tuple(self.problems))

    def _value(self, node: Node, path: Path) -> Data:
        self._count(node, len(path))
        self.values[path] = _position(node.start_mark)
        if isinstance(node, MappingNode) and _tag(node) == "map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and _tag(node) == "seq":
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        self._refuse(node, path)
        return None

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Data]:
        found: dict[str, Data] = {}
        seen: set[str] = set()
        for key, value, merged in self._pairs(node, path, 0):
            name = key.value
            if name in seen:
                if not merged:
                    message = f"{quoted(name)} is written twice; remove one of them"
                    self.problems.append(Problem((*path, name), message, position=_position(key.start_mark)))
                continue
            seen.add(name)
            self.keys[*path, name] = _position(key.start_mark)
            found[name] = self._value(value, (*path, name))
        return found

    def _pairs(self, node: MappingNode, path: Path, depth: int) -> list[tuple[ScalarNode, Node, bool]]:
        """Return keys and values, those of merge keys (`<<: *alias`) last, as what is written here wins."""
        own: list[tuple[ScalarNode, Node, bool]] = []
        merged: list[tuple[ScalarNode, Node, bool]] = []
        for key, value in node.value:
            self._count(key, len(path) + depth)
            if not isinstance(key, ScalarNode):
                self.problems.append(Problem(path, "a key must be text", position=_position(key.start_mark)))
            elif _tag(key) == "merge":
                sources = value.value if isinstance(value, SequenceNode) else [value]
                for source in sources:
                    if isinstance(source, MappingNode):
                        pairs = self._pairs(source, path, depth + 1)
                        merged.extend((name, item, True) for name, item, _ in pairs)
                    else:
                        at = _position(value.start_mark)
                        self.problems.append(Problem(path, "<<: needs an alias of a mapping", position=at))
            else:
                own.append((key, value, False))
        return own + merged

    def _scalar(self, node: ScalarNode, path: Path) -> Data:
        text: str = node.value
        tag = _tag(node)
        if tag == "null":
            return None
        if tag == "bool" and text in _TRUTH:
            return _TRUTH[text]
        if tag == "int" and _INT.fullmatch(text):
            return int(text)
        if tag == "float" and _FLOAT.fullmatch(text):
            return float(text)
        if tag in _TEXT_TAGS | {"bool", "int", "float"}:
            return self.transform(text, path)
        self._refuse(node, path)
        return None

    def _refuse(self, node: Node, path: Path) -> None:
        if is_secret(path):
            message = "tags are not supported; remove it, or put the text in quotes"
        else:
            message = f"tags such as {quoted(str(node.tag))} are not supported; remove it"
        self.problems.append(Problem(path, message))

    def _count(self, node: Node, depth: int) -> None:
        self.budget -= 1
        if self.budget < 0:
            raise _TooMuch(f"more than {MAX_VALUES} values after the expansion of aliases", node)
        if depth > MAX_DEPTH:
            raise _TooMuch(TOO_DEEP, node)


class _TooMuch(Exception):
    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.position = _position(node.start_mark)


def _compose(text: str) -> Node | None:
    yaml = YAML(typ="rt", pure=True)
    yaml.max_depth = MAX_DEPTH + 2
    yaml.composer.warn_double_anchors = False
    node: Node | None = yaml.compose(text)
    return node


def _tag(node: Node) -> str:
    return str(node.tag).removeprefix(_TAG)


def _said(problem: MarkedYAMLError, text: str) -> str:
    parts = [problem.context, problem.problem]
    said = f"not valid YAML: {', '.join(part for part in parts if part)}"
    mark = problem.problem_mark or problem.context_mark
    lines = text.splitlines()[max(mark.line - 1, 0) : mark.line + 1] if mark is not None else []
    if any(name in line for name in SECRET_ELEMENTS for line in lines):
        said = _QUOTE.sub(SENSITIVE, said)
    hint = "; between brackets, ${NAME} needs quotes" if "${" in "".join(lines[-1:]) else ""
    return said + hint


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _unreadable(message: str, mark: Any) -> Tree:
    return _refused(message, START if mark is None else _position(mark))


def _refused(message: str, at: Position) -> Tree:
    return Tree({}, Places(), (Problem((), message, position=at),))
