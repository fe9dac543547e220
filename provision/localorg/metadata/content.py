"""Component files as content: read strictly, written back as Salesforce writes them.

Content is JSON-shaped: a complex type is a dict, a repeated element a list, every scalar its text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.schema import Element, Schema, schema
from provision.localorg.metadata.tree import NAMESPACE, Node, UnreadableXml, parse

Content = dict[str, Any]
"""A component without its name, JSON-shaped: dicts, lists and texts."""

_NIL: Final = "http://www.w3.org/2001/XMLSchema-instance}nil"
_BOOLEANS: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}
_NUMBERS: Final = {
    "int": re.compile(r"[+-]?\d{1,10}"),
    "long": re.compile(r"[+-]?\d{1,19}"),
    "double": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"),
}


def read(data: bytes, type_name: str, version: int) -> Content:
    """Read a component file of that type under the rules of that API version.

    Elements may come in any order; equal ones must stand together.

    Raises:
        Refusal: with the text and place of the first thing wrong, as a deploy reports it.

    """
    try:
        root = parse(data)
    except UnreadableXml as error:
        raise refusals.UNPARSABLE.refuse(error.at, reason=str(error)) from None
    if (root.namespace, root.name) != (NAMESPACE, type_name):
        raise refusals.INVALID_ELEMENT.refuse(root.opened, element=_printed(root), type=type_name)
    return _complex(root, type_name, _Rules(schema(), version))


def from_node(node: Node, type_name: str, version: int) -> Content:
    """Read a component of a SOAP message under the rules of that API version; nil elements count as left out.

    Raises:
        Refusal: as `read` does.

    """
    return _complex(_without_nil(node), type_name, _Rules(schema(), version))


def write(type_name: str, content: Mapping[str, Any]) -> bytes:
    """The file as a retrieve returns it: ASCII order, four spaces, no self-closing tags, quotes escaped."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{type_name} xmlns="{NAMESPACE}">']
    lines += _lines(content, "    ")
    lines += [f"</{type_name}>", ""]
    return "\n".join(lines).encode()


def escape(text: str) -> str:
    """Character data with all five special characters replaced, as Salesforce writes it."""
    for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&apos;"), ('"', "&quot;")):
        text = text.replace(raw, entity)
    return text


def _without_nil(node: Node) -> Node:
    """The node without nil elements, all in the namespace of metadata: clients do not agree about it in messages."""
    kept = tuple(_without_nil(child) for child in node.children if child.attributes.get(_NIL) not in {"true", "1"})
    return replace(node, children=kept, namespace=NAMESPACE)


class _Rules:
    def __init__(self, known: Schema, version: int) -> None:
        self.known = known
        self.version = version


def _complex(node: Node, type_name: str, rules: _Rules) -> Content:
    elements = rules.known.elements(type_name, rules.version)
    content: Content = {}
    previous = ""
    for child in node.children:
        element = elements.get(child.name) if child.namespace == NAMESPACE else None
        if element is None:
            raise refusals.INVALID_ELEMENT.refuse(child.opened, element=_printed(child), type=type_name)
        if child.name in content and (child.name != previous or not element.repeats):
            raise refusals.DUPLICATED.refuse(child.opened, element=child.name, type=type_name)
        value = _value(child, element, rules)
        if element.repeats:
            content.setdefault(child.name, []).append(value)
        else:
            content[child.name] = value
        previous = child.name
    for element in elements.values():
        if element.required and element.name not in content:
            raise refusals.MISSING.refuse(node.closed, field=element.name)
    return content


def _value(node: Node, element: Element, rules: _Rules) -> Any:
    if rules.known.has_type(element.type):
        return _complex(node, element.type, rules)
    if node.children:
        inner = node.children[0]
        raise refusals.INVALID_ELEMENT.refuse(inner.opened, element=_printed(inner), type=element.type)
    if element.type == "string":
        return node.text
    text = node.text.strip()
    if element.type == "boolean":
        if text not in _BOOLEANS:
            raise refusals.BAD_BOOLEAN.refuse(node.closed, value=text)
        return _BOOLEANS[text]
    if element.type in _NUMBERS and not _NUMBERS[element.type].fullmatch(text):
        raise refusals.BAD_NUMBER.refuse(node.closed, value=text, type=element.type)
    if rules.known.is_enum(element.type) and text not in rules.known.values(element.type, rules.version):
        raise refusals.BAD_ENUM.refuse(node.closed, value=text, type=element.type)
    return text


def _printed(node: Node) -> str:
    return f"{{{node.namespace}}}{node.name}" if node.namespace else node.name


def _lines(content: Mapping[str, Any], indent: str) -> Iterable[str]:
    for name in sorted(content):
        values = content[name] if isinstance(content[name], list) else [content[name]]
        for value in values:
            if isinstance(value, Mapping):
                yield f"{indent}<{name}>"
                yield from _lines(value, indent + "    ")
                yield f"{indent}</{name}>"
            else:
                yield f"{indent}<{name}>{escape(value)}</{name}>"
