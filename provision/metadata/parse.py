"""Metadata files in: hardened, tolerant of how real files are laid out, and exact about what they say.

No document type, no entities, no network, a size limit. Line ends, tabs, comments, wrapped tags, odd headers and a
missing final newline are what people's files contain and make no difference.
"""

from __future__ import annotations

from typing import cast

from lxml import etree

from provision.errors import Code, Failed
from provision.metadata.schema import MetadataType, schema, type_of
from provision.model.metadata import Document, Form, Value

MAX_BYTES = 16 * 1024 * 1024
"""Larger files are refused; the largest real permission sets have about 2 MiB."""


def parse(content: bytes, type_name: str | None = None) -> Document:
    """Return the document in `content`.

    With `type_name` the root element must be that type. A text is returned exactly, whitespace included; a repeating
    element is always a tuple; an element the schema does not know is kept. Namespace and stray text between elements
    are not judged here (`lint` does). Raises `Failed` (`METADATA_INVALID`) for what is not well-formed, has a document
    type, or is of a type the toolkit does not know; its context has `line`, `column` and `reason`.
    """
    root = tree(content)
    name = _tag(root)
    known = type_of(name)
    if type_name is not None and name != type_name:
        raise _invalid(f"The root element is {name}, not {type_name}", _line(root))
    if known is None or not known.root:
        raise _invalid(f"{name} is not a metadata type that can be read here", _line(root))
    return Document(name, _fields(root, known), _form(content))


def parse_any(content: bytes) -> Document:
    """Return a document of whatever type, to be looked at only: without a schema, one element of a list is no list."""
    root = tree(content)
    return Document(_tag(root), _fields(root, None), _form(content))


def tree(content: bytes) -> etree._Element:
    """Return the root element of `content`; raises what `parse` raises for what is not well-formed."""
    if len(content) > MAX_BYTES:
        raise Failed(
            Code.METADATA_INVALID,
            f"The file has {len(content)} bytes; at most {MAX_BYTES} are read",
            remedy=("Check that this is a metadata file",),
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise _invalid(f"The XML is not well-formed: {_reason(error)}", line, column) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _invalid("The file declares a document type; metadata files have none", 1)
    return root


def _form(content: bytes) -> Form:
    """Return how the file is written; where line ends are mixed it has no form of its own."""
    breaks = content.count(b"\n")
    windows = 0 < breaks == content.count(b"\r\n")
    return Form("\r\n" if windows else "\n", content.endswith(b"\n"))


def _fields(element: etree._Element, known: MetadataType | None) -> dict[str, Value]:
    single: dict[str, Value] = {}
    many: dict[str, list[Value]] = {}
    for child in element:
        name = _tag(child)
        field = known.fields.get(name) if known else None
        value = _value(child, type_of(field.type) if field else None)
        if name in many:
            many[name].append(value)
        elif field is not None and field.repeats:
            single[name] = ()
            many[name] = [value]
        elif name in single:
            many[name] = [single[name], value]
        else:
            single[name] = value
    for name, values in many.items():
        single[name] = tuple(values)
    return single


def _value(element: etree._Element, known: MetadataType | None) -> Value:
    if len(element):
        return _fields(element, known)
    text = element.text or ""
    return {} if known and not text.strip() else text


def _reason(error: etree.XMLSyntaxError) -> str:
    first_line = (error.msg or "unknown reason").splitlines()[0]
    return first_line.partition(", line ")[0].removesuffix("<!--").rstrip(": ")


def _tag(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _line(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 1


def _invalid(reason: str, line: int, column: int = 1) -> Failed:
    place = f"{line}:{column}"
    return Failed(
        Code.METADATA_INVALID,
        f"{reason} ({place})",
        remedy=("Correct the file at the place named",),
        context={"line": line, "column": column, "reason": reason, "known_types": schema().roots},
    )
