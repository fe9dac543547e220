"""What was said, taken out of whatever it comes in: JSON of Salesforce, sf or provision, SOAP faults, printed text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

CODE_KEYS = ("error", "errorCode", "exceptionCode", "faultcode", "statusCode", "errorStatusCode", "code", "name")
TEXT_KEYS = (
    "error_description",
    "message",
    "problem",
    "exceptionMessage",
    "faultstring",
    "errorMessage",
    "error",
    "detail",
)
SUCCESSES = frozenset({"componentSuccesses", "actions", "stack"})
"""Parts of an answer that say nothing about what went wrong."""

_CODE = re.compile(r"(?:\w+:)?([A-Za-z]+(?:_[A-Za-z]+)+|[A-Z]{4,})")
_ESCAPES = (
    ("\\u0027", "'"),
    ("\\'", "'"),
    ('\\"', '"'),
    ("\\n", "\n"),
    ("\u2019", "'"),
    ("\u2018", "'"),
)
_TAG = re.compile(r"<(?:\w+:)?(\w+)[^<>/]*>([^<]+)</")


@dataclass(frozen=True)
class Saying:
    """One statement: a code, where it came with one, and words."""

    text: str
    code: str | None = None


def sayings(given: str) -> tuple[Saying, ...]:
    """Return the statements in `given`, in order and each once; plain text is one statement."""
    text = given.strip()
    found = _in_json(text) or _in_xml(text) or [Saying(_plain(text))]
    return tuple(dict.fromkeys(found))


def _in_json(text: str) -> list[Saying]:
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        return []
    try:
        document, _end = json.JSONDecoder().raw_decode(text[start:])
    except ValueError:
        return []
    return list(_walk(document))


def _walk(node: Any) -> Iterator[Saying]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item)
    if not isinstance(node, Mapping):
        return
    code = next((found for key in CODE_KEYS if (found := _code(node.get(key)))), None)
    texts = [value for key in TEXT_KEYS if isinstance(value := node.get(key), str) and value and value != code]
    if texts:
        yield from (Saying(_plain(value), code) for value in texts)
    elif code is not None and code != node.get("name"):
        yield Saying(code, code)
    for key, value in node.items():
        if key not in SUCCESSES:
            yield from _walk(value)


def _in_xml(text: str) -> list[Saying]:
    if not text.startswith("<") or "<html" in text[:200].lower():
        return []
    tags = [(tag, unescape(value).strip()) for tag, value in _TAG.findall(text)]
    code = next((found for tag, value in tags if tag in CODE_KEYS and (found := _code(value))), None)
    return [Saying(_plain(value), code) for tag, value in tags if tag in TEXT_KEYS and value]


def _code(value: Any) -> str | None:
    """Return a code without its prefix (`sf:INVALID_LOGIN`); words are none."""
    found = _CODE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else None


def _plain(text: str) -> str:
    """Return text as people would have read it: redirects decoded, escapes undone, apostrophes straight."""
    if "error_description=" in text:
        text = unquote_plus(text)
    for written, meant in _ESCAPES:
        text = text.replace(written, meant)
    return unescape(text)
