"""What text may stand in XML, and how Salesforce writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from provision.metadata.problem import below, nth
from provision.model.metadata import Value

ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\r": "&#xD;"},
)


def escape(text: str) -> str:
    """Return `text` as Salesforce writes it between tags; the carriage return is kept by a character reference."""
    return text.translate(_ESCAPED)


def illegal(text: str) -> str | None:
    """Return the first character of `text` that XML 1.0 (section 2.2) does not allow, as `U+0007`, or `None`."""
    found = _ILLEGAL.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def unwritable(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, reason) for everything in `value` that cannot be written as XML."""
    if isinstance(value, str):
        if character := illegal(value):
            yield path, f"the character {character} is not allowed in XML"
    elif isinstance(value, Mapping):
        for name, child in value.items():
            here = below(path, name)
            if not ELEMENT_NAME.match(name):
                yield path, f"{name!r} is not the name of an element"
            else:
                yield from unwritable(child, here)
    else:
        for number, item in enumerate(value, start=1):
            here = nth(path, number)
            if isinstance(item, tuple):
                yield here, "a list inside a list cannot be written"
            else:
                yield from unwritable(item, here)
