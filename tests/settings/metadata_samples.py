"""Values for every metadata element that the settings take in Salesforce's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from provision.metadata.identity import key_elements
from provision.metadata.problem import below
from provision.metadata.schema import Field, schema
from provision.settings.metadata_words import instead

texts = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_categories=("Cc", "Zs")), min_size=1)


def fields_of(root: str, inside: str, name: str, version: int) -> Iterator[Field]:
    """The elements of the complex type `name`, at the path `inside` of `root`, that can be declared."""
    for field in schema().types[name].fields.values():
        there = field.exists_in(version) and not (field.since is None and field.name == "fullName")
        if there and instead(root, below(inside, field.name)) is None:
            yield field


def sample(root: str, version: int, turn: int = 0, inside: str = "", name: str | None = None) -> dict[str, Any]:
    """Every element of a type at once, but for what few orgs have; each turn has other values."""
    found = {}
    for field in fields_of(root, inside, name or root, version):
        value = _value(root, version, turn, below(inside, field.name), field)
        if value != {} and not field.gated:
            found[field.name] = [value] if field.repeats else value
    return found


def _value(root: str, version: int, turn: int, inside: str, field: Field) -> Any:
    if field.type in schema().types:
        children = sample(root, version, turn, inside, field.type)
        return {**children, **{key: "10.0.0.1" for key in key_elements(field.type) if key in children}}
    if field.values is not None:
        allowed = [one.value for one in field.values if one.exists_in(version)]
        return allowed[turn % len(allowed)]
    return {"boolean": turn == 0, "int": 5 + turn, "base64": ("QUFB", "QkJC")[turn]}.get(field.type, f"text {turn}")


def anything(root: str, version: int, inside: str = "", name: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Any elements of a type, at least those that it needs."""
    needed, free = {}, {}
    for field in fields_of(root, inside, name or root, version):
        part = _any_value(root, version, below(inside, field.name), field)
        if field.required:
            needed[field.name] = part
        else:
            free[field.name] = part
    return st.fixed_dictionaries(needed, optional=free)


def _any_value(root: str, version: int, inside: str, field: Field) -> st.SearchStrategy[Any]:
    if field.type in schema().types:
        keys = key_elements(field.type)
        part: st.SearchStrategy[Any] = anything(root, version, inside, field.type)
        return st.lists(part, max_size=3, unique_by=lambda one: tuple(one[key] for key in keys)) if keys else part
    if field.values is not None:
        part = st.sampled_from([one.value for one in field.values if one.exists_in(version)])
    else:
        single = {"boolean": st.booleans(), "int": st.integers(1, 9999), "base64": st.just("QUFB")}
        part = single.get(field.type, texts)
    return st.lists(part, max_size=3, unique=True) if field.repeats else part
