"""Metadata files as data: documents, components, packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Value: TypeAlias = "str | Mapping[str, Value] | tuple[Value, ...]"
"""The content of a metadata element: text, child elements by tag, or a tuple for a repeated tag.

Text is always what stands in the file (`"true"`, `"15"`); a tag that may repeat is always a tuple, also with one item.
"""


@dataclass(frozen=True)
class Form:
    """What version control and editors change about a file without changing what it says."""

    line_end: Literal["\n", "\r\n"] = "\n"
    final_line_end: bool = True


@dataclass(frozen=True)
class Document:
    """One metadata file, parsed: its type (`ConnectedApp`) and its elements."""

    type: str
    fields: Mapping[str, Value]
    form: Form = field(default=Form(), compare=False)
    """How the file was written that this was read from, so that it goes back the same way."""


@dataclass(frozen=True)
class Component:
    """One metadata component as the Metadata API deploys and retrieves it."""

    type: str
    full_name: str
    content: bytes


@dataclass(frozen=True)
class Package:
    """What one deploy carries; `delete_before` and `delete_after` become destructiveChangesPre/Post.xml."""

    components: tuple[Component, ...]
    api_version: str
    delete_before: tuple[tuple[str, str], ...] = ()
    """(type, full name) pairs removed before the components are deployed."""
    delete_after: tuple[tuple[str, str], ...] = ()
