"""What of a component an API version shows: the elements that it knows, booleans written out."""

from collections.abc import Mapping
from typing import Any

from provision.localorg.metadata.content import Content
from provision.localorg.metadata.schema import schema


def visible(type_name: str, content: Mapping[str, Any], version: int) -> Content:
    """The part of `content` that exists at that version, at every level; repeated values in Salesforce's order."""
    shown: Content = {}
    for name, element in schema().elements(type_name, version).items():
        if name not in content:
            continue
        value = content[name]
        if schema().has_type(element.type):
            if element.repeats:
                shown[name] = [visible(element.type, item, version) for item in value]
            else:
                shown[name] = visible(element.type, value, version)
        elif schema().is_enum(element.type) and element.repeats:
            # Not cut down to the version: real files carry scopes that are younger than all their elements.
            rank = schema().rank(element.type)
            shown[name] = sorted(value, key=lambda each: rank.get(each, len(rank)))
        else:
            shown[name] = value
    return shown


def with_booleans(type_name: str, content: Mapping[str, Any], version: int) -> Content:
    """`content` with every boolean that the version knows, `false` where none was set."""
    elements = schema().elements(type_name, version).values()
    unset = {element.name: "false" for element in elements if element.type == "boolean"}
    return unset | dict(content)
