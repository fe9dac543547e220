"""Bodies of requests and answers, by their kind: forms, JSON, SOAP, archives."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from lxml import etree

from provision.redaction.fields import ADDRESSES, CLEAR, CONTAINERS, MASKED, OPERATIONS, PERSONAL
from provision.redaction.values import Mask, more

LONGEST = 2_000
"""Letters of one body."""
MOST_ITEMS = 5
"""Of a list."""
DEEPEST = 8

_ASSERTION = "assertion"
_CLAIMS = frozenset({"iss", "sub", "aud", "exp"})
_BOUNDARY = re.compile(r'boundary="?([^";,]+)')
_ARCHIVES = frozenset({"ZipFile", "zipFile"})
_OPEN = CLEAR | CONTAINERS | ADDRESSES
_FILE_NAME = re.compile(r"[\w./ %()-]{1,200}")


def body(content_type: str, content: bytes, mask: Mask) -> str:
    """Return what may be shown of a body on one line; of one that is of no known kind its type and size."""
    kind = content_type.partition(";")[0].strip().lower()
    shown = _of_kind(kind, content_type, content, mask)
    if shown is None:
        return f"({mask.show(kind) or 'no type'}, {len(content)} bytes)"
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}… {len(shown) - LONGEST} more characters"


def _of_kind(kind: str, content_type: str, content: bytes, mask: Mask) -> str | None:
    if kind == "application/x-www-form-urlencoded":
        return _form(content.decode(errors="replace"), mask)
    if kind == "multipart/form-data":
        return _parts(content_type, content, mask)
    if kind == "application/json" or kind.endswith("+json"):
        return _json(content, mask)
    if kind in {"text/xml", "application/xml", "application/soap+xml"}:
        return _soap(content, mask)
    return archive(content) if kind in {"application/zip", "application/octetstream"} else None


def archive(content: bytes) -> str | None:
    """Return the names of the files in an archive; `None` where it is none."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return None
    mask = Mask()
    listed = [mask.path(name) for name in names if _FILE_NAME.fullmatch(name)]
    return f"archive of {len(content)} bytes: {', '.join([*listed, *more(len(names) - len(listed), 'file')])}"


def _form(text: str, mask: Mask) -> str | None:
    try:
        pairs = parse_qsl(text, keep_blank_values=True)
    except ValueError:
        return None
    claims = [claims for name, value in pairs if name == _ASSERTION and (claims := _claims(value, mask))]
    return "  ".join([mask.pairs(pairs), *claims])


def _claims(assertion: str, mask: Mask) -> str | None:
    """Return what an assertion says, which is no secret: its signature is."""
    try:
        encoded = assertion.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (IndexError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    shown = [f"{name}={mask.named(name, str(value))}" for name, value in said.items() if name in _CLAIMS]
    return f"[assertion: {'  '.join(shown)}]"


def _json(content: bytes, mask: Mask) -> str | None:
    try:
        document = json.loads(content)
        shown = _shown("", document, mask, 0)
    except (ValueError, RecursionError):
        return None
    return json.dumps(shown, ensure_ascii=False)


def _shown(name: str, node: Any, mask: Mask, depth: int) -> Any:
    """Return a document in which only what is known to be harmless is left."""
    if isinstance(node, dict | list) and depth == DEEPEST:
        _masked(name, node, mask)
        return "(deeper)"
    if isinstance(node, dict):
        return _object(node, mask, depth)
    if isinstance(node, list):
        # All of them: each may hold what is to be masked.
        items = [_shown(name, item, mask, depth + 1) for item in node]
        return items[:MOST_ITEMS] + more(len(node) - MOST_ITEMS, "item")
    if node is None or isinstance(node, bool):
        return node
    if name in ADDRESSES and isinstance(node, str):
        return mask.address(node)
    return node if name in CLEAR and not isinstance(node, str) else mask.named(name, str(node))


def _object(node: Mapping[str, Any], mask: Mask, depth: int) -> dict[str, Any]:
    """Return the fields of an object: what is masked first, so that it is not shown under another name."""
    secret = {name: _masked(name, value, mask) for name, value in node.items() if name not in _OPEN}
    shown = {
        name: secret[name] if name in secret else _shown(name, value, mask, depth + 1)
        for name, value in node.items()
        if name in _OPEN | MASKED | PERSONAL
    }
    unknown = len(node) - len(shown)
    return shown | ({"": more(unknown)[0]} if unknown else {})


def _masked(name: str, value: Any, mask: Mask) -> str:
    """Mask everything in a field, and remember it; in fields of unknown meaning not what is harmless elsewhere."""
    if isinstance(value, dict):
        for inner, item in value.items():
            _masked(inner if name not in MASKED else name, item, mask)
        return "(not shown)"
    if isinstance(value, list):
        for item in value:
            _masked(name, item, mask)
        return "(not shown)"
    return f"({len(str(value))} characters)" if name in CLEAR else mask.named(name, str(value))


def _soap(content: bytes, mask: Mask) -> str | None:
    """Return the operation and the fields of an envelope, archives as the names of their files."""
    elements = _elements(content)
    said = next((one[0] for one in elements if _name(one.tag) == "Body" and len(one)), None)
    if said is None:
        return None
    operation = _name(said.tag)
    if operation.removesuffix("Response") not in OPERATIONS:
        operation = "(another operation)"
    for element in elements:
        _remember(element, mask)
    leaves = [(_name(one.tag), "".join(one.itertext("*"))) for one in elements if _is_leaf(one)]
    known = [(name, value) for name, value in leaves if name in CLEAR | MASKED | PERSONAL]
    shown = [f"{name}={_leaf(name, value, mask)}" for name, value in known]
    return "  ".join([operation, *shown, *more(len(leaves) - len(known))])


def _elements(content: bytes) -> list[Any]:
    """Return the elements of an envelope in their order; none where there is no telling."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [] if root is None else list(root.iter("*"))


def _remember(element: Any, mask: Mask) -> None:
    """Mask everything that an element holds where its name is not one of harmless things."""
    name, text = _name(element.tag), "".join(element.itertext("*"))
    given = [(_name(key), value) for key, value in element.attrib.items()]
    if _is_leaf(element):
        given.append((name, text))
    else:
        beside = [element.text, *(child.tail for child in element)]
        given += [(name, part.strip()) for part in beside if part and part.strip()]
    for key, value in given:
        if key not in CLEAR:
            mask.named(key, value)


def _is_leaf(element: Any) -> bool:
    return next(element.iterchildren("*"), None) is None


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _leaf(name: str, value: str, mask: Mask) -> str:
    if name not in _ARCHIVES:
        return mask.named(name, value)
    try:
        content = base64.b64decode(value)
    except (binascii.Error, ValueError):
        return mask.hide(value)
    return archive(content) or mask.hide(value)


def _parts(content_type: str, content: bytes, mask: Mask) -> str | None:
    """Return the parts of a form with files."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return None
    shown = []
    for part in content.split(b"--" + found[1].encode())[1:-1]:
        head, _, rest = part.strip(b"\r\n").partition(b"\r\n\r\n")
        kinds = [line.partition(b":")[2] for line in head.splitlines() if line.lower().startswith(b"content-type:")]
        shown.append(body((kinds or [b""])[0].decode(errors="replace").strip(), rest, mask))
    return "  ".join(shown)
