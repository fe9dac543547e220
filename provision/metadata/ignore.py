"""Fields that people own: what is declared of something that exists, without them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from provision.metadata.identity import identity, key_elements
from provision.metadata.merge import as_tuple
from provision.metadata.problem import below
from provision.metadata.schema import Field, MetadataType, type_of
from provision.model.metadata import Document, Value

_PART = re.compile(r"([A-Za-z0-9_]+)(?:\[([^\[\]]+)\])?")
_NAME = re.compile(rf"{_PART.pattern}(?:\.{_PART.pattern})*")


def without_ignored(declared: Mapping[str, Value], ignored: frozenset[str], base: Document) -> Mapping[str, Value]:
    """Return `declared` without the fields that are `ignored`, by the names that a plan prints.

    The name of a parent covers its children. Laid over `base`, the result leaves them as they are there. Where `base`
    lacks an entry of which a flag is ignored, the entry is made without that flag.
    """
    return _fields(declared, base.fields, type_of(base.type), "", ignored) if ignored else declared


def is_covered(name: str, ignored: frozenset[str]) -> bool:
    """Whether a field of that name is ignored, by itself or by a parent."""
    return any(name == one or name.startswith((f"{one}.", f"{one}[")) for one in ignored)


def parts(name: str) -> tuple[tuple[str, str | None], ...]:
    """Return the elements that a name leads through, each with the entry it names; none if it is no such name."""
    if _NAME.fullmatch(name) is None:
        return ()
    return tuple((found[1], found[2]) for found in _PART.finditer(name))


def is_field(name: str, type_name: str) -> bool:
    """Whether a plan may print `name` for a component of the metadata type."""
    steps = parts(name)
    known = type_of(type_name)
    for number, (tag, entry) in enumerate(steps, start=1):
        field = known.fields.get(tag) if known else None
        if known is None or field is None or tag in key_elements(known.name):
            return False
        inner = type_of(field.type)
        named = entry is not None
        if named != (field.repeats and inner is not None) and (named or number < len(steps)):
            return False
        known = inner
    return bool(steps)


def field_names(type_name: str, entry: str) -> Iterator[str]:
    """Yield the names of the fields of a metadata type, of repeated ones those of `entry`."""
    known = type_of(type_name)
    for name, field in known.fields.items() if known else ():
        inner = type_of(field.type)
        here = f"{name}[{entry}]" if field.repeats and inner else name
        yield from dict.fromkeys((name, here))
        yield from (f"{here}.{tag}" for tag in (inner.fields if inner else ()) if is_field(f"{here}.{tag}", type_name))


def _fields(
    declared: Mapping[str, Value],
    base: Mapping[str, Value],
    known: MetadataType | None,
    path: str,
    ignored: frozenset[str],
) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, value in declared.items():
        here = below(path, name)
        if is_covered(here, ignored):
            continue
        field = known.fields.get(name) if known else None
        if isinstance(value, tuple) or (field is not None and field.repeats):
            found: Value = tuple(_entries(as_tuple(value), as_tuple(base.get(name)), field, here, ignored))
        elif isinstance(value, Mapping):
            old = base.get(name)
            inner = type_of(field.type) if field else None
            found = _fields(value, old if isinstance(old, Mapping) else {}, inner, here, ignored)
        else:
            found = value
        if found or not value:
            kept[name] = found
    return kept


def _entries(
    declared: tuple[Value, ...], base: tuple[Value, ...], field: Field | None, path: str, ignored: frozenset[str]
) -> Iterator[Value]:
    keys = key_elements(field.type) if field else ()
    there = {identity(item, field): item for item in base}
    for item in declared:
        if not isinstance(item, Mapping):
            yield item
            continue
        key = identity(item, field)
        here = f"{path}[{', '.join(key)}]"
        if is_covered(here, ignored):
            continue
        known = type_of(field.type) if field else None
        old = there.get(key)
        kept = _fields(item, old if isinstance(old, Mapping) else {}, known, here, ignored)
        if len(kept) == len(item):
            yield item
        elif old is not None:
            yield kept
        elif any(value != "false" for name, value in kept.items() if name not in keys):
            yield {name: kept.get(name, "false") for name in item if name in kept or _is_flag(name, known)}


def _is_flag(name: str, known: MetadataType | None) -> bool:
    return known is not None and name in known.fields and known.fields[name].type == "boolean"
