"""Elements that list names - repeated ones, and texts with separators -: read, and names taken out of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from provision.metadata.merge import REMOVE_ALL, SEPARATORS, as_tuple, entries
from provision.model.metadata import Document, Value


def listed(fields: Mapping[str, Value], path: str) -> tuple[str, ...]:
    """Return the names that the element at `path` (`oauthConfig.scopes`) lists; none where there is no such element."""
    value: Value | None = fields
    for tag in path.split("."):
        value = value.get(tag) if isinstance(value, Mapping) else None
    if path.rpartition(".")[2] in SEPARATORS:
        return entries(value) if isinstance(value, str) else ()
    return tuple(item for item in as_tuple(value) if isinstance(item, str) and item)


def without(document: Document, path: str, names: Collection[str]) -> Document:
    """Return `document` without `names` in the element at `path`; one that they leave empty says so when deployed."""
    before = listed(document.fields, path)
    kept = tuple(name for name in before if name not in names)
    if kept == before:
        return document
    tag = path.rpartition(".")[2]
    value: Value = SEPARATORS[tag].join(kept) if tag in SEPARATORS else kept or REMOVE_ALL
    return Document(document.type, _put(document.fields, path.split("."), value), document.form)


def _put(fields: Mapping[str, Value], tags: list[str], value: Value) -> dict[str, Value]:
    tag, *deeper = tags
    inner = fields.get(tag)
    return {**fields, tag: _put(inner, deeper, value) if deeper and isinstance(inner, Mapping) else value}
