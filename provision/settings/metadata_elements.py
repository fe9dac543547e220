"""Elements of an app in Salesforce's own words: checked by the facts of `provision.metadata.schema`, then taken over.

Works on the data of the file, so that each problem has its place there. Whether the API version of an org has an
element shows when that org is planned for (`provision.steps.app`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from provision.apps import kinds
from provision.apps.kinds import kind_of, types_of
from provision.metadata.listed import listed
from provision.metadata.problem import below
from provision.metadata.schema import Field, MetadataType, schema
from provision.model.metadata import Value
from provision.settings.ignored import kinds_of
from provision.settings.metadata_words import instead
from provision.settings.problem import Path, Problem, not_among, quoted
from provision.settings.tree import Data
from provision.settings.values import NEWEST_API, OLDEST_API

TYPES = tuple(type_name for kind in kinds.ALL for type_name in types_of(kind.KIND))


class _Described:
    """Adds the types and elements to the JSON Schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _mapping({name: _of_type(schema().types[name]) for name in TYPES})


MetadataElements = Annotated[Mapping[str, Mapping[str, Any]], _Described()]


def elements(said: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Value]]:
    """Return what stands under `metadata` as elements; it has no problems."""
    return {name: {tag: _element(value) for tag, value in each.items()} for name, each in said.items()}


def granted(app: Mapping[str, Data], setting: str) -> Iterator[tuple[str, str]]:
    """Yield what a list of the app (`scopes`) is given under `metadata`, and the name of the element there."""
    said = app.get("metadata")
    for kind in kinds.ALL:
        type_name, path = kind.LISTS[setting]
        each = said.get(type_name) if isinstance(said, dict) else None
        names = listed(elements({type_name: each})[type_name], path) if isinstance(each, dict) else ()
        yield from ((name, f"metadata.{type_name}.{path}") for name in names)


def problems(app: Mapping[str, Data], path: Path) -> Iterator[Problem]:
    """Yield what is wrong under `metadata` of an app of the file, which stands at `path`."""
    said = app.get("metadata")
    for name, each in said.items() if isinstance(said, dict) else ():
        mine = kinds_of(app)
        if name not in TYPES:
            yield Problem((*path, name), f"no metadata type of apps; {not_among(name, TYPES)}", at_key=True)
        elif not any(name in types_of(kind) for kind in mine):
            message = f"a metadata type of another kind: the app is {kind_of(mine[0]).ONE}"
            yield Problem((*path, name), message, at_key=True)
        elif isinstance(each, dict):
            yield from _Judge(name).complex(each, schema().types[name], (*path, name), "")


class _Judge:
    """Judges what is said of one metadata type."""

    def __init__(self, type_name: str) -> None:
        self._type = type_name

    def complex(self, said: Mapping[str, Data], known: MetadataType, path: Path, inside: str) -> Iterator[Problem]:
        """Yield what is wrong with the children of an element, which is at `inside` in the file of the component."""
        for name, value in said.items():
            here, element = (*path, name), below(inside, name)
            refusal = self._refusal(name, known, element)
            if refusal is not None:
                yield Problem(here, refusal, at_key=True)
            elif known.fields[name].repeats:
                yield from self._list(value, known.fields[name], here, element)
            else:
                yield from self._single(value, known.fields[name], here, element)
        for field in known.fields.values() if inside else ():
            missing = field.required and field.name not in said and _is_there(field)
            if missing and instead(self._type, below(inside, field.name)) is None:
                yield Problem(path, f"{field.name} is required", at_key=True)

    def _refusal(self, name: str, known: MetadataType, element: str) -> str | None:
        """Say why an element cannot be declared here, whatever its value."""
        if name not in known.fields:
            inside = element.rpartition(".")[0]
            declarable = [tag for tag in _own(known) if instead(self._type, below(inside, tag)) is None]
            return f"{known.name} has no such element; {not_among(name, declarable)}"
        if not _is_there(known.fields[name]):
            return f"no API version from {OLDEST_API}.0 to {NEWEST_API}.0 has it"
        return instead(self._type, element)

    def _list(self, value: Data, field: Field, path: Path, element: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(path, "a list is needed, for instance [first, second]", at_key=True)
            return
        for index, item in enumerate(value):
            yield from self._single(item, field, (*path, index), element)

    def _single(self, value: Data, field: Field, path: Path, element: str) -> Iterator[Problem]:
        inner = schema().types.get(field.type)
        if inner is None:
            message = _wrong(value, field)
            if message is not None:
                yield Problem(path, message, value=_shown(value))
        elif isinstance(value, dict):
            yield from self.complex(value, inner, path, element)
        else:
            yield Problem(path, "a mapping is needed", at_key=True)


def _wrong(value: Data, field: Field) -> str | None:
    """Say what is wrong with a value that is no element with children."""
    if isinstance(value, list | dict) or value is None:
        return "one value is needed"
    text = _text(value)
    if field.type == "boolean":
        return None if text in {"true", "false"} else "allowed: true, false"
    if field.type == "int":
        whole = not isinstance(value, bool | float) and text.removeprefix("-").isdecimal() and text.isascii()
        return None if whole else "a whole number is needed"
    if not isinstance(value, str):
        return "text is needed; put it in quotes"
    allowed = [one.value for one in field.values or ()]
    return not_among(text, allowed) if allowed and text not in allowed else None


def _own(known: MetadataType) -> list[str]:
    return [field.name for field in known.fields.values() if _is_there(field) and field.name != "fullName"]


def _is_there(field: Field) -> bool:
    return any(field.exists_in(version) for version in range(OLDEST_API, NEWEST_API + 1))


def _element(value: Any) -> Value:
    if isinstance(value, Mapping):
        return {str(tag): _element(item) for tag, item in value.items()}
    return tuple(_element(item) for item in value) if isinstance(value, list | tuple) else _text(value)


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: Data) -> str | None:
    if value is None:
        return "an empty item"
    return None if isinstance(value, list | dict) else quoted(_text(value))


def _of_type(known: MetadataType) -> JsonSchemaValue:
    return {**_described(known, known.name, ""), "description": f"Elements of {known.name}, in Salesforce's words."}


def _described(known: MetadataType, type_name: str, inside: str) -> JsonSchemaValue:
    open_ones = {
        field.name: _field(field, type_name, below(inside, field.name))
        for field in known.fields.values()
        if _is_there(field) and instead(type_name, below(inside, field.name)) is None
    }
    said = {name: f"Element of {known.name}{_since(known.fields[name])}." for name in open_ones}
    return _mapping({name: {**part, "description": said[name]} for name, part in open_ones.items() if part})


def _field(field: Field, type_name: str, element: str) -> JsonSchemaValue:
    """Return the schema of one element; empty for one all of whose children are said in other words."""
    inner = schema().types.get(field.type)
    single: JsonSchemaValue
    if inner is not None:
        single = _described(inner, type_name, element)
        if not single["properties"]:
            return {}
    elif field.values is not None:
        single = {"type": "string", "enum": [one.value for one in field.values]}
    else:
        single = {"type": {"boolean": "boolean", "int": "integer"}.get(field.type, "string")}
    return {"type": "array", "items": single} if field.repeats else single


def _since(field: Field) -> str:
    return f", since API {field.since}.0" if field.since is not None and field.since > OLDEST_API else ""


def _mapping(properties: dict[str, JsonSchemaValue]) -> JsonSchemaValue:
    return {"type": "object", "properties": properties, "additionalProperties": False}
