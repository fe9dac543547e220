"""SOAP messages: envelopes read leniently, answers and faults of the Metadata API written as Salesforce writes them.

Clients differ in prefixes, in the order of elements and in the names of single parameters, so only local names count.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provision.localorg.metadata import faults
from provision.localorg.metadata.content import escape
from provision.localorg.metadata.faults import Fault
from provision.localorg.metadata.tree import NAMESPACE, Node, UnreadableXml, parse

MAX_REQUEST_BYTES: Final = 52_428_800
"""Documented limit of a SOAP request."""

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XSI: Final = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_JWT_DOTS: Final = 2
_JWT_SINCE: Final = "68"
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Typed(dict[str, Any]):
    """A record whose element carries `xsi:type`."""

    def __init__(self, type_name: str, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self.type_name = type_name


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with its arguments, and the session that asks for it (empty where none was sent)."""

    operation: str
    arguments: Node
    session_id: str
    all_or_none: bool = False
    batch_size: str = ""
    """Rows of a page of query results that are asked for."""


def read(data: bytes) -> Call:
    """Read a request.

    Raises:
        Fault: not a SOAP envelope with one operation in its body, or too large.

    """
    if len(data) > MAX_REQUEST_BYTES:
        raise faults.TOO_LARGE.fault()
    try:
        envelope = parse(data)
    except UnreadableXml as error:
        raise faults.MALFORMED.fault(reason=str(error)) from None
    body = envelope.child("Body") if (envelope.namespace, envelope.name) == (_ENVELOPE, "Envelope") else None
    if body is None or len(body.children) != 1:
        raise faults.MALFORMED.fault(reason="one operation is expected in Envelope/Body")
    header = envelope.child("Header")
    session = header.child("SessionHeader") if header else None
    together = header.child("AllOrNoneHeader") if header else None
    paging = header.child("QueryOptions") if header else None
    return Call(
        operation=body.children[0].name,
        arguments=body.children[0],
        session_id=session.text_of("sessionId") if session else "",
        all_or_none=together is not None and together.text_of("allOrNone").lower() in {"true", "1"},
        batch_size=paging.text_of("batchSize") if paging else "",
    )


def check_token(session_id: str, version: str) -> None:
    """SOAP takes signed tokens from version 68.0 on only (recorded); raises `Fault`."""
    if session_id.count(".") == _JWT_DOTS and "!" not in session_id and version < _JWT_SINCE:
        raise faults.JWT_TOKEN.fault()


def answer(operation: str, result: Any) -> bytes:
    """The envelope of a result; `[]` leaves out `result`."""
    body = response(operation, result)
    return envelope(f' xmlns="{NAMESPACE}"' + (XSI if " xsi:" in body else ""), body)


def response(operation: str, result: Any) -> str:
    """What is in the body of an answer; `[]` leaves out `result`."""
    name = f"{operation}Response"
    inside = elements("result", result)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def fault(refusal: Fault) -> bytes:
    """The envelope of a fault; Metadata API faults carry no detail."""
    body = (
        f"<soapenv:Fault><faultcode>sf:{refusal.code}</faultcode>"
        f"<faultstring>{text(str(refusal))}</faultstring></soapenv:Fault>"
    )
    return envelope(f' xmlns:sf="{NAMESPACE}"', body)


def envelope(namespaces: str, body: str, header: str = "") -> bytes:
    """A whole message; `namespaces` are attributes of the envelope."""
    head = f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_ENVELOPE}"{namespaces}>'
    above = f"<soapenv:Header>{header}</soapenv:Header>" if header else ""
    return f"{head}{above}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>".encode()


def elements(name: str, value: Any) -> str:
    """A value as elements of that name.

    A dict becomes elements in its own order, a list repeats its element, None is `xsi:nil`, `[]` is nothing at all.
    """
    return "".join(_element(name, value))


def text(value: Any) -> str:
    """A value as character data."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_ILLEGAL.sub("", str(value)))


def _element(name: str, value: Any) -> Iterator[str]:
    if value is None:
        yield f'<{name} xsi:nil="true"/>'
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _element(name, item)
    elif isinstance(value, Mapping):
        kind = f' xsi:type="{value.type_name}"' if isinstance(value, Typed) else ""
        yield f"<{name}{kind}>"
        for key, inner in value.items():
            yield from _element(key, inner)
        yield f"</{name}>"
    else:
        yield f"<{name}>{text(value)}</{name}>"
