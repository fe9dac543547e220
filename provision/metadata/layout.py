"""Judges how a metadata file is laid out, which a parsed document no longer shows: namespaces, order, stray text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from provision.metadata.place import Place
from provision.metadata.problem import Problem
from provision.metadata.rules import broken
from provision.metadata.schema import NAMESPACE, type_of
from provision.model.metadata import Document


def layout(places: Sequence[Place], document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the layout of the file that `document` was parsed from."""
    yield from _namespaces(places)
    for place in places:
        if place.loose_text:
            where = f"text stands between the elements of {place.tag} (line {place.loose_text})"
            yield broken("loose-text", place.path, where)
    nested = sorted(places[1:], key=_parent)
    for parent, children in groupby(nested, key=_parent):
        yield from _siblings(list(children), _type_at(document, parent))


def _namespaces(places: Sequence[Place]) -> Iterator[Problem]:
    root = places[0]
    if root.namespace != NAMESPACE:
        yield broken("namespace", "", f"{root.tag} is in the namespace {root.namespace!r}, not {NAMESPACE}")
    for place in places[1:]:
        if place.namespace != root.namespace:
            yield broken("namespace", place.path, f"{place.tag} is in another namespace than {root.tag}")


def _siblings(children: Sequence[Place], type_name: str | None) -> Iterator[Problem]:
    firsts = [next(run) for _, run in groupby(children, key=_tag)]
    seen: dict[str, Place] = {}
    for first in firsts:
        if first.tag in seen:
            yield broken("not-contiguous", first.path, f"{first.tag} stands apart from the other {first.tag}")
        seen.setdefault(first.tag, first)
    known = type_of(type_name) if type_name else None
    for tag, expected in zip(seen, known.in_order(seen) if known else (), strict=False):
        if tag != expected:
            yield broken("order", seen[expected].path, f"{expected} belongs before {tag}")
            return


def _type_at(document: Document, path: str) -> str | None:
    """Return the type of the element at `path`, `None` where the schema does not know it."""
    name: str | None = document.type
    for step in path.split(".") if path else ():
        known = type_of(name) if name else None
        field = known.fields.get(step.partition("[")[0]) if known else None
        name = field.type if field else None
    return name


def _parent(place: Place) -> str:
    return place.parent or ""


def _tag(place: Place) -> str:
    return place.tag
