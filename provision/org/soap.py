"""SOAP envelopes of the Metadata API: built and read with lxml, faults turned into errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from lxml import etree

from provision.errors import Code, ProvisionError, Unreachable
from provision.model.check import Refusal
from provision.org.refusals import refused
from provision.transport import Request, Response, Transport

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
METADATA = "http://soap.sforce.com/2006/04/metadata"
OK = 200

Element: TypeAlias = etree._Element  # noqa: SLF001  # lxml publishes no other name for it
Tree: TypeAlias = "Sequence[tuple[str, str | Tree]]"
"""Elements in order: tag and text, or tag and children."""


def call(transport: Transport, url: str, session_id: str, operation: str, body: Tree) -> Element:
    """Call a Metadata API operation and return its `…Response` element.

    Raises the error for a SOAP fault; `Unreachable` where the answer is no SOAP at all.
    """
    request = Request(
        "POST",
        url,
        {"content-type": "text/xml; charset=UTF-8", "soapaction": '""'},
        content=envelope(session_id, operation, body),
        repeatable=operation in _READING,
    )
    return _response(transport.send(request), operation)


def envelope(session_id: str, operation: str, body: Tree) -> bytes:
    """Return the envelope of a call, with the session in its header."""
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE, "met": METADATA})
    header = etree.SubElement(root, f"{{{ENVELOPE}}}Header")
    _append(header, [("SessionHeader", [("sessionId", session_id)])])
    _append(etree.SubElement(root, f"{{{ENVELOPE}}}Body"), [(operation, body)])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def text(element: Element, tag: str) -> str | None:
    """Return the text of a child, `None` where it is absent, empty or nil."""
    return element.findtext(f"{{{METADATA}}}{tag}") or None


def flag(element: Element, tag: str) -> bool:
    """Return a boolean child; absent means false."""
    return text(element, tag) == "true"


def children(element: Element, tag: str) -> Iterable[Element]:
    """Return all children of a tag: none, one or many."""
    return element.findall(f"{{{METADATA}}}{tag}")


def mapping(element: Element) -> dict[str, Any]:
    """Return an element as data: text, an element as a mapping, what repeats as a list; nil as `None`."""
    data: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        value = mapping(child) if len(child) else child.text
        held = data.get(name)
        data[name] = value if name not in data else [*(held if isinstance(held, list) else [held]), value]
    return data


_READING = frozenset({"checkDeployStatus", "checkRetrieveStatus", "listMetadata", "describeMetadata", "readMetadata"})


def _append(parent: Element, tree: Tree) -> None:
    for tag, content in tree:
        child = etree.SubElement(parent, f"{{{METADATA}}}{tag}")
        if isinstance(content, str):
            child.text = content
        else:
            _append(child, content)


def _response(response: Response, operation: str) -> Element:
    root = _parse(response)
    body = root.find(f"{{{ENVELOPE}}}Body") if root is not None else None
    if body is None or not len(body):
        raise Unreachable(
            Code.SERVER_ERROR,
            f"The Metadata API answered {operation} with something that is not SOAP",
            detail=f"HTTP {response.status}: {' '.join(response.text.split())[:300]}",
            remedy=("Try again later",),
        )
    first = body[0]
    if first.tag == f"{{{ENVELOPE}}}Fault":
        raise _fault(first, operation, response.status)
    return first


def _parse(response: Response) -> Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(response.content, parser)
    except etree.XMLSyntaxError:
        return None


def _fault(fault: Element, operation: str, status: int) -> ProvisionError:
    code = (fault.findtext("faultcode") or "").rpartition(":")[2]
    message = fault.findtext("faultstring") or ""
    # Salesforce repeats the code in front of the text; a SOAP fault is HTTP 500 by the protocol, not a server error.
    spoken = message.removeprefix(f"{code}: ")
    is_server_error = code in {"SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION"}
    refusal = Refusal(code or f"HTTP {status}", spoken, status if is_server_error else 400)
    return refused(f"The Metadata API refused {operation}", (refusal,))
