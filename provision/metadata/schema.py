"""The fields of every metadata type the toolkit writes: order, repetition, closed lists, API versions.

The facts are in `fields.json`, one line for each field, with where they were seen. This module only makes them
convenient; `provision.metadata.check` judges documents by them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


@dataclass(frozen=True)
class EnumValue:
    """One allowed value and the API versions that know it; `None` where no limit is known."""

    value: str
    since: int | None = None
    until: int | None = None

    def exists_in(self, version: int) -> bool:
        """Whether API `version` (67 for v67.0) accepts the value."""
        return _within(version, self.since, self.until)


@dataclass(frozen=True)
class Field:
    """One element of a type."""

    name: str
    type: str
    """`string`, `boolean`, `int`, `base64`, the name of an enum, or the name of a complex type."""
    repeats: bool = False
    required: bool = False
    omitted: bool = False
    """Declared as required, yet left out by Salesforce's own samples."""
    since: int | None = None
    until: int | None = None
    gated: bool = False
    """Exists only in orgs with a certain feature."""
    values: tuple[EnumValue, ...] | None = None
    """The closed list of allowed texts, in Salesforce's own order."""
    source: tuple[str, ...] = ()

    def exists_in(self, version: int) -> bool:
        """Whether API `version` (67 for v67.0) has the element."""
        return _within(version, self.since, self.until)


@dataclass(frozen=True)
class MetadataType:
    """One complex type; `fields` stand in the order in which Salesforce writes them."""

    name: str
    fields: Mapping[str, Field]
    root: bool = False
    """Whether a file may consist of it."""
    since: int | None = None
    gated: bool = False

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return `names` as Salesforce orders them; an element the schema does not know takes its ASCII place."""
        positions = _positions(self.name)
        return sorted(names, key=lambda name: positions.get(name) or _stranger(self, name))


@dataclass(frozen=True)
class FileType:
    """Where components of one type are found in a package or project."""

    folder: str
    suffix: str
    members: Mapping[str, str]
    """For `Settings` only: member name (`ConnectedApp`) → root element (`ConnectedAppSettings`)."""


@dataclass(frozen=True)
class Schema:
    """Everything `fields.json` says."""

    types: Mapping[str, MetadataType]
    files: Mapping[str, FileType]
    newest: int
    """The newest API version the facts cover."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The types of which a file may consist."""
        return tuple(name for name, one in self.types.items() if one.root)


@cache
def schema() -> Schema:
    """Return the schema; it is read once."""
    facts = json.loads(resources.files(__package__).joinpath("fields.json").read_text("utf-8"))
    enums = {name: tuple(EnumValue(**value) for value in values) for name, values in facts["enums"].items()}
    return Schema(
        types={name: _type(name, fact, enums) for name, fact in facts["types"].items()},
        files={
            name: FileType(fact["folder"], fact["suffix"], fact.get("members", {}))
            for name, fact in facts["files"].items()
        },
        newest=facts["newest"],
    )


def type_of(name: str) -> MetadataType | None:
    """Return the complex type `name`, or `None` for text, enums and types the toolkit does not know."""
    return schema().types.get(name)


def version_number(api_version: str) -> int:
    """Return 67 for `"67.0"`; raises `ValueError` for anything that is no API version."""
    number, _, minor = api_version.partition(".")
    if minor not in {"", "0"} or not (number.isascii() and number.isdigit()):
        raise ValueError(f"{api_version!r} is not an API version such as 67.0")
    return int(number)


def _type(name: str, fact: dict[str, Any], enums: Mapping[str, tuple[EnumValue, ...]]) -> MetadataType:
    fields = {tag: _field(tag, one, enums) for tag, one in fact["fields"].items()}
    return MetadataType(name, fields, fact.get("root", False), fact.get("since"), fact.get("gated", False))


def _field(tag: str, fact: dict[str, Any], enums: Mapping[str, tuple[EnumValue, ...]]) -> Field:
    listed = fact.get("values")
    return Field(
        name=tag,
        type=fact["type"],
        repeats=fact.get("repeats", False),
        required=fact.get("required", False),
        omitted=fact.get("omitted", False),
        since=fact.get("since"),
        until=fact.get("until"),
        gated=fact.get("gated", False),
        values=tuple(EnumValue(value) for value in listed) if listed else enums.get(fact["type"]),
        source=tuple(fact["source"]),
    )


@cache
def _positions(type_name: str) -> Mapping[str, tuple[int, str]]:
    return {name: (index, "") for index, name in enumerate(schema().types[type_name].fields, start=1)}


def _stranger(one: MetadataType, name: str) -> tuple[int, str]:
    return sum(1 for known in one.fields if known == "fullName" or known < name), name


def _within(version: int, since: int | None, until: int | None) -> bool:
    return (since is None or version >= since) and (until is None or version <= until)
