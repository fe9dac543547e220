"""Brings declared metadata into the order in which Salesforce itself writes it, so that files and plans are stable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provision.metadata.identity import identity
from provision.metadata.merge import SEPARATORS, entries
from provision.metadata.schema import Field, MetadataType, schema, type_of
from provision.model.metadata import Document, Value

_ALIASES = {"SFApiPlatform": "SFAP"}
"""External Client Apps and Connected Apps spell one scope differently (recorded: validator's list of both)."""


def canonical(document: Document) -> Document:
    """Return `document` with elements in schema order and the entries of lists sorted, without repetitions.

    Closed lists (scopes, canvas locations) take the order of their definition, all others ASCII order by what
    identifies an entry: both as retrieved files show. A repeated element without entries is left out.
    """
    return Document(document.type, _ordered(document.fields, type_of(document.type)))


def _ordered(fields: Mapping[str, Value], known: MetadataType | None) -> dict[str, Value]:
    names = known.in_order(fields) if known else sorted(fields)
    values = {name: _value(fields[name], known.fields.get(name) if known else None, name) for name in names}
    return {name: value for name, value in values.items() if value != ()}


def _value(value: Value, field: Field | None, name: str) -> Value:
    if isinstance(value, Mapping):
        return _ordered(value, type_of(field.type) if field else None)
    if isinstance(value, tuple):
        return _list(value, field, name)
    if field is not None and field.repeats:
        return _list((value,), field, name)
    if name in SEPARATORS:
        scopes = schema().types["ConnectedAppOauthConfig"].fields["scopes"]
        places = _places(scopes) if name == "commaSeparatedOauthScopes" else {}
        return SEPARATORS[name].join(_sorted(entries(value), places))
    return value


def _list(items: tuple[Value, ...], field: Field | None, name: str) -> tuple[Value, ...]:
    single = Field(name, field.type if field else "string")
    inner = [_value(item, single, "") for item in items]
    if field is not None and field.values is not None:
        texts = [item for item in inner if isinstance(item, str)]
        return tuple(_sorted(texts, _places(field)))
    unique = {identity(item, field): item for item in inner}
    return tuple(unique[key] for key in sorted(unique))


def _sorted(texts: Iterable[str], places: Mapping[str, int]) -> list[str]:
    def place(text: str) -> tuple[int, str]:
        return places.get(_ALIASES.get(text, text), len(places)), text

    return sorted(set(texts), key=place)


def _places(field: Field) -> dict[str, int]:
    return {value.value: place for place, value in enumerate(field.values or ())}
