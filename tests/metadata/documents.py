"""Hypothesis strategies: any document that the schema allows in one API version."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as st

from provision.metadata.identity import identity
from provision.metadata.schema import Field, MetadataType, schema, type_of
from provision.model.metadata import Document, Value

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)).filter(
        lambda one: one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff")
    ),
    max_size=20,
) | st.sampled_from(["]]>", "<![CDATA[", "&amp;", "<!--", "'\"", " ", "\r\n", "--"])


@cache
def documents(type_name: str, version: int, *, gated: bool = True) -> st.SearchStrategy[Document]:
    """Return documents of a type with elements and values that exist in `version`; `gated` ones only if wanted."""
    known = type_of(type_name)
    assert known is not None
    return _fields(known, version, gated=gated).map(lambda fields: Document(type_name, fields))


def roots(version: int) -> list[str]:
    """Return the types that `version` has in every org."""
    return [
        name
        for name, one in schema().types.items()
        if one.root and not one.gated and (one.since is None or one.since <= version)
    ]


def _fields(known: MetadataType, version: int, *, gated: bool) -> st.SearchStrategy[Mapping[str, Value]]:
    usable = {
        name: field
        for name, field in known.fields.items()
        if field.exists_in(version) and (gated or not field.gated) and name != "fullName"
    }
    return st.fixed_dictionaries(
        {name: _value(field, version, gated=gated) for name, field in usable.items() if field.required},
        optional={name: _value(field, version, gated=gated) for name, field in usable.items() if not field.required},
    )


def _value(field: Field, version: int, *, gated: bool) -> st.SearchStrategy[Value]:
    known = type_of(field.type)
    single = _fields(known, version, gated=gated) if known else _text(field, version)
    if not field.repeats:
        return single
    distinct = st.lists(single.filter(bool), min_size=1, max_size=3, unique_by=lambda item: identity(item, field))
    return distinct.map(tuple)


def _text(field: Field, version: int) -> st.SearchStrategy[str]:
    if field.values is not None:
        return st.sampled_from([value.value for value in field.values if value.exists_in(version)])
    if field.type == "boolean":
        return st.sampled_from(["true", "false"])
    if field.type == "int":
        return st.integers(-(2**31), 2**31 - 1).map(str)
    if field.type == "base64":
        return st.binary(max_size=30).map(lambda data: base64.b64encode(data).decode())
    return TEXTS
