"""The partner and enterprise SOAP APIs over HTTP; of their operations there is `login` alone."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from provision.localorg.login import soap_login
from provision.localorg.login.soap_login import Credentials, LoginRefusal, Wording
from provision.localorg.metadata import soap
from provision.localorg.metadata.faults import Fault
from provision.localorg.routes.exchange import Answer, Exchange

_XML: Final = "text/xml; charset=utf-8"
_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_NAMESPACES: Final = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
_FAULTS: Final = {"u": "urn:fault.partner.soap.sforce.com", "c": "urn:fault.enterprise.soap.sforce.com"}
_XSI: Final = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def call(exchange: Exchange, api: str, version: str, suffix: str = "") -> Response:  # noqa: ARG001  # may be anything
    """One SOAP call, at a login host or a My Domain."""
    try:
        given = _credentials(exchange, version)
        with exchange.database.transaction() as transaction:
            done = soap_login.log_in(transaction, exchange.tenant, given)
            base = exchange.instance_url(done.org)
            servers = {
                name: base + soap_login.server_path(kind, version, done.org)
                for name, kind in (("api", api), ("metadata", "m"))
            }
            result = soap_login.result(transaction, done, servers)
    except LoginRefusal as refusal:
        return fault(api, refusal.wording)
    body = f"<loginResponse>{''.join(_elements({'result': result}))}</loginResponse>"
    return Answer(_envelope(f' xmlns="{_NAMESPACES[api]}"{_XSI}', body), content_type=_XML)


RULES: Final = (
    Rule("/services/Soap/<any(u,c):api>/<version>", endpoint=call, methods=["POST"], strict_slashes=False),
    Rule("/services/Soap/<any(u,c):api>/<version>/<path:suffix>", endpoint=call, methods=["POST"]),
)


def _credentials(exchange: Exchange, version: str) -> Credentials:
    try:
        asked = soap.read(exchange.request.get_data(cache=False))
    except (Fault, HTTPException):
        raise soap_login.NO_OPERATION.refuse() from None
    if asked.operation != "login":
        raise soap_login.NO_OPERATION.refuse()
    major = version.partition(".")[0]
    if not (major.isascii() and major.isdigit() and len(major) <= len("100")):
        raise soap_login.RETIRED.refuse()
    return Credentials(asked.arguments.text_of("username"), asked.arguments.text_of("password"), int(major))


def fault(api: str, wording: Wording) -> Answer:
    """A fault with its detail, as the partner API has them (recorded)."""
    namespace, text = _FAULTS.get(api, _FAULTS["u"]), escape(wording.text)
    body = (
        f"<soapenv:Fault><faultcode>sf:{wording.code}</faultcode>"
        f"<faultstring>{wording.code}: {text}</faultstring>"
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{wording.code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
    )
    answer = Answer(_envelope(f' xmlns:sf="{namespace}"{_XSI}', body), 500, content_type=_XML)
    answer.refusal, answer.reason = wording.code, wording.text
    return answer


def _envelope(namespaces: str, body: str) -> str:
    head = f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_ENVELOPE}"{namespaces}>'
    return f"{head}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"


def _elements(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value is None:
            yield f'<{name} xsi:nil="true"/>'
        elif isinstance(value, Mapping):
            yield f"<{name}>{''.join(_elements(value))}</{name}>"
        else:
            yield f"<{name}>{str(value).lower() if isinstance(value, bool) else escape(str(value))}</{name}>"
