"""Answers and faults as the partner and enterprise SOAP APIs write them."""

import re
from typing import Any, Final

from provision.localorg.metadata import soap
from provision.localorg.routes.exchange import Answer
from provision.localorg.sobjects.refusals import Refusal

_XML: Final = "text/xml; charset=utf-8"
_NAMESPACES: Final = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
_SOBJECTS: Final = ' xmlns:sf="urn:sobject.partner.soap.sforce.com"'
_FAULTS: Final = {"u": "urn:fault.partner.soap.sforce.com", "c": "urn:fault.enterprise.soap.sforce.com"}
_UNEXPECTED: Final = "UnexpectedErrorFault"
_KINDS: Final = {
    "INVALID_FIELD": "InvalidFieldFault",
    "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
    "INVALID_TYPE": "InvalidSObjectFault",
    "MALFORMED_QUERY": "MalformedQueryFault",
}
"""Types of faults by their code, as the partner WSDL names them."""
_PLACE: Final = re.compile(r"ERROR at Row:(\d+):Column:(\d+)", re.ASCII)
_WITH_PLACE: Final = frozenset({"InvalidFieldFault", "InvalidSObjectFault", "MalformedQueryFault"})
"""These extend `ApiQueryFault`, which says where in the query it is (WSDL)."""
_SESSION: Final = "INVALID_SESSION_ID"
_ILLEGAL_SESSION: Final = "Invalid Session ID found in SessionHeader: Illegal Session"


class PartnerFault(Exception):
    """A call that is refused as a whole."""

    def __init__(self, code: str, text: str, kind: str = _UNEXPECTED) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.kind = kind

    @classmethod
    def of(cls, refusal: Refusal) -> "PartnerFault":
        """The fault for what REST refuses as an error; that of a session has words of its own (both recorded)."""
        text = _ILLEGAL_SESSION if refusal.code == _SESSION else refusal.message
        return cls(refusal.code, text, _KINDS.get(refusal.code, _UNEXPECTED))


NO_OPERATION: Final = PartnerFault("INVALID_OPERATION", "No operation available for this request", "LoginFault")
"""The text is assumed."""
WRONG_HOST: Final = PartnerFault(
    "UNKNOWN_EXCEPTION", "Destination URL not reset. The URL returned from login must be set in the SforceService"
)


def answer(api: str, operation: str, result: Any, calls: tuple[int, int] | None = None) -> Answer:
    """The answer to a call; `calls` are the API calls used, and of how many, which its header tells (recorded)."""
    body = soap.response(operation, result)
    namespaces = f' xmlns="{_NAMESPACES[api]}"' + (_SOBJECTS if "<sf:" in body else "") + soap.XSI
    answered = Answer(soap.envelope(namespaces, body, _limits(*calls) if calls else ""), content_type=_XML)
    answered.api_call = calls is not None
    return answered


def fault(api: str, refusal: PartnerFault) -> Answer:
    """A fault with its detail, as the partner API has them (recorded); an unknown API is taken for that one."""
    code, text, kind = refusal.code, soap.text(refusal.text), refusal.kind
    place = _PLACE.search(refusal.text)
    row, column = place.groups() if place else ("-1", "-1")
    where = f"<sf:row>{row}</sf:row><sf:column>{column}</sf:column>" if kind in _WITH_PLACE else ""
    body = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring>"
        f'<detail><sf:{kind} xsi:type="sf:{kind}"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage>{where}</sf:{kind}></detail></soapenv:Fault>"
    )
    namespaces = f' xmlns:sf="{_FAULTS.get(api, _FAULTS["u"])}"{soap.XSI}'
    answered = Answer(soap.envelope(namespaces, body), 500, content_type=_XML)
    answered.refusal, answered.reason = code, refusal.text
    return answered


def _limits(used: int, most: int) -> str:
    told = {"limitInfo": {"current": used, "limit": most, "type": "API REQUESTS"}}
    return soap.elements("LimitInfoHeader", told)
