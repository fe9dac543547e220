"""Metadata elements put together and taken apart, for every kind of app."""

from __future__ import annotations

from collections.abc import Mapping

from provision.model.metadata import Value


def text(value: Value | None) -> str | None:
    """Return the text of an element; `None` for an empty or nested one."""
    return value if isinstance(value, str) and value else None


def inner(fields: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    """Return the children of an element; none where it has none."""
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def joined(elements: Mapping[str, Value], more: Mapping[str, Value]) -> dict[str, Value]:
    """Return both; where an element is nested in both, its children are joined."""
    merged = dict(elements)
    for tag, value in more.items():
        mine = merged.get(tag)
        merged[tag] = {**mine, **value} if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return merged
