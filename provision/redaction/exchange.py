"""A request and its answer as lines of a log."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from provision.redaction.bodies import body
from provision.redaction.fields import ADDRESSES, HEADERS
from provision.redaction.values import Mask, lowered

_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-authorization"})


@dataclass(frozen=True)
class Message:
    """One side of an exchange."""

    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str | None = field(default=None, repr=False)


def lines(asked: Message, said: Message) -> Iterator[str]:
    """Yield what may be shown, one header or body a line; `>` was sent, `<` came back."""
    mask = Mask()
    for message in (asked, said):
        _remember_credentials(lowered(message.headers), mask)
    for _line in _told(asked, said, mask):
        pass  # every secret of both sides is known before anything is shown
    yield from _told(asked, said, mask)


def _told(asked: Message, said: Message, mask: Mask) -> Iterator[str]:
    if asked.url and "?" in asked.url:
        yield f"> ?{mask.address(asked.url).partition('?')[2]}"
    for sign, message in ((">", asked), ("<", said)):
        yield from (f"{sign} {line}" for line in _side(message, mask))


def _side(message: Message, mask: Mask) -> Iterator[str]:
    headers = lowered(message.headers)
    for name, value in headers.items():
        if name in HEADERS:
            yield f"{name}: {mask.show(value)}"
        elif name in ADDRESSES:
            yield f"{name}: {mask.address(value)}"
        elif name == "authorization":
            yield f"{name}: ({len(value)} characters)"
    if message.content:
        yield body(headers.get("content-type", ""), message.content, mask)


def _remember_credentials(headers: Mapping[str, str], mask: Mask) -> None:
    for name in _CREDENTIALS & headers.keys():
        mask.hide(headers[name])
        scheme, _, given = headers[name].partition(" ")
        mask.hide(given)
        if scheme.lower() == "basic":
            _remember_pair(given, mask)


def _remember_pair(encoded: str, mask: Mask) -> None:
    """Hide both halves, also as they were before RFC 6749 §2.3.1 had them form-encoded."""
    try:
        pair = base64.b64decode(encoded).decode(errors="replace")
    except ValueError:
        return
    for half in pair.partition(":")[::2]:
        mask.hide(half)
        mask.hide(unquote_plus(half))
