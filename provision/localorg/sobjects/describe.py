"""sObjects and their fields, from the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from provision.localorg import facts
from provision.localorg.store import ids
from provision.localorg.store.jsontext import Json

FieldType = Literal[
    "boolean",
    "currency",
    "date",
    "datetime",
    "email",
    "id",
    "int",
    "phone",
    "picklist",
    "reference",
    "string",
    "textarea",
    "url",
]
_PERMISSION_PREFIX: Final = "Permissions"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `to`, `relationship` and `child` are there for references."""

    name: str
    type: FieldType
    label: str
    length: int = 0
    createable: bool = False
    updateable: bool = False
    required: bool = False
    unique: bool = False
    id_lookup: bool = False
    """Whether records are found by it in place of their id."""
    filterable: bool = True
    default: Json = None
    values: tuple[str, ...] = ()
    """Allowed values where the picklist is restricted and its values are known here."""
    to: tuple[str, ...] = ()
    relationship: str | None = None
    """Name that leads from this record to the one referred to."""
    child: str | None = None
    """Name that leads from the record referred to back to the records of this sObject."""


@dataclass(frozen=True, slots=True)
class SObject:
    """One sObject; fields and relationships by their lower-case names, in the schema's order."""

    name: str
    label: str
    label_plural: str
    createable: bool
    updateable: bool
    deletable: bool
    setup: bool
    """Whether it belongs to Setup: not to be written in one transaction with ordinary records."""
    tooling: bool
    soft_delete: bool
    """Whether deleted records stay until purged, as in the recycle bin."""
    open_to_all: bool
    """A setup object that every user may read."""
    edit_permission: str | None
    """User permission that a write of a setup object takes."""
    fields: Mapping[str, Field]
    relationships: Mapping[str, Field]

    @property
    def key_prefix(self) -> str:
        """First three characters of its ids."""
        return ids.prefix_of(self.name)

    def field(self, name: str) -> Field | None:
        """The field with that name, in any case."""
        return self.fields.get(name.lower())


@dataclass(frozen=True, slots=True)
class Children:
    """Records of `sobject` that refer to a parent through `field`."""

    sobject: SObject
    field: Field


def find(name: str) -> SObject | None:
    """The sObject with that name, in any case."""
    return _by_name().get(name.lower())


def known(name: str) -> SObject:
    """The sObject with that name, which the caller took from the schema itself."""
    return _by_name()[name.lower()]


def every() -> tuple[SObject, ...]:
    """All sObjects, by name."""
    return tuple(_by_name().values())


def children(parent: SObject, relationship: str) -> Children | None:
    """The records that a sub-query below `parent` asks for."""
    return _children().get((parent.name, relationship.lower()))


def children_of(parent: SObject) -> tuple[Children, ...]:
    """Every child relationship of `parent`."""
    return tuple(found for (name, _), found in _children().items() if name == parent.name)


@cache
def _by_name() -> dict[str, SObject]:
    return {name.lower(): _sobject(name, fact) for name, fact in facts.load("sobjects")["sobjects"].items()}


@cache
def _children() -> dict[tuple[str, str], Children]:
    return {
        (parent, field.child.lower()): Children(sobject, field)
        for sobject in every()
        for field in sobject.fields.values()
        if field.child
        for parent in field.to
    }


def _sobject(name: str, fact: Mapping[str, Any]) -> SObject:
    fields = [_field(field, each) for field, each in fact["fields"].items()]
    fields += _permission_fields(fact.get("permissions"))
    return SObject(
        name=name,
        label=fact["label"],
        label_plural=fact["labelPlural"],
        createable=fact.get("createable", False),
        updateable=fact.get("updateable", False),
        deletable=fact.get("deletable", False),
        setup=fact.get("setup", False),
        tooling=fact.get("tooling", False),
        soft_delete=fact.get("softDelete", False),
        open_to_all=fact.get("openToAll", False),
        edit_permission=fact.get("editPermission"),
        fields={field.name.lower(): field for field in fields},
        relationships={field.relationship.lower(): field for field in fields if field.relationship},
    )


def _field(name: str, fact: Mapping[str, Any]) -> Field:
    return Field(
        name=name,
        type=fact["type"],
        label=fact.get("label", name),
        length=fact.get("length", 0),
        createable=fact.get("createable", False),
        updateable=fact.get("updateable", False),
        required=fact.get("required", False),
        unique=fact.get("unique", False),
        id_lookup=fact.get("idLookup", False) or fact["type"] == "id",
        filterable=fact.get("filterable", True),
        default=fact.get("default", False if fact["type"] == "boolean" else None),
        values=tuple(fact.get("values", ())),
        to=tuple(fact.get("to", ())),
        relationship=fact.get("relationship"),
        child=fact.get("child"),
    )


def _permission_fields(kind: str | None) -> list[Field]:
    """One column per user permission, on profiles and permission sets."""
    if kind is None:
        return []
    writable = kind == "writable"
    return [
        Field(
            f"{_PERMISSION_PREFIX}{name}",
            "boolean",
            name,
            createable=writable,
            updateable=writable,
            default=False,
        )
        for name in facts.load("metadata_user_permissions")["names"]
    ]
