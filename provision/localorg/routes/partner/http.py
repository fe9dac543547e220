"""The partner and enterprise SOAP APIs over HTTP; of the enterprise one there is `login` alone."""

from typing import Any, Final

from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from provision.localorg.login import soap_login
from provision.localorg.login.soap_login import Credentials, LoginRefusal
from provision.localorg.metadata import soap
from provision.localorg.metadata.faults import Fault
from provision.localorg.routes.data import callers, general, resources
from provision.localorg.routes.data.call import Call
from provision.localorg.routes.exchange import Exchange
from provision.localorg.routes.partner import messages, operations
from provision.localorg.routes.partner.messages import PartnerFault
from provision.localorg.sobjects.refusals import Refusal
from provision.localorg.sobjects.writes import Writes

_LOGIN: Final = "login"
_PARTNER: Final = "u"


def call(exchange: Exchange, api: str, version: str, suffix: str = "") -> Response:  # noqa: ARG001  # may be anything
    """One SOAP call; `login` at a login host or a My Domain, everything else at a My Domain."""
    try:
        asked = _read(exchange)
        if asked.operation == _LOGIN:
            return messages.answer(api, _LOGIN, _log_in(exchange, api, version, asked))
        result, calls = _perform(exchange, version, asked) if api == _PARTNER else _nothing()
        return messages.answer(api, asked.operation, result, calls)
    except LoginRefusal as refusal:
        return messages.fault(api, PartnerFault(refusal.wording.code, refusal.wording.text, "LoginFault"))
    except PartnerFault as refusal:
        return messages.fault(api, refusal)
    except Fault as refusal:
        return messages.fault(api, PartnerFault(refusal.code, refusal.text))
    except Refusal as refusal:
        return messages.fault(api, PartnerFault.of(refusal))


RULES: Final = (
    Rule("/services/Soap/<any(u,c):api>/<version>", endpoint=call, methods=["POST"], strict_slashes=False),
    Rule("/services/Soap/<any(u,c):api>/<version>/<path:suffix>", endpoint=call, methods=["POST"]),
)


def _read(exchange: Exchange) -> soap.Call:
    if (exchange.request.content_length or 0) > soap.MAX_REQUEST_BYTES:
        raise messages.NO_OPERATION
    try:
        return soap.read(exchange.request.get_data(cache=False))
    except (Fault, HTTPException):
        raise messages.NO_OPERATION from None


def _nothing() -> tuple[Any, tuple[int, int]]:
    raise messages.NO_OPERATION


def _log_in(exchange: Exchange, api: str, version: str, asked: soap.Call) -> Any:
    major = version.partition(".")[0]
    if not (major.isascii() and major.isdigit() and len(major) <= len("100")):
        raise soap_login.RETIRED.refuse()
    given = Credentials(asked.arguments.text_of("username"), asked.arguments.text_of("password"), int(major))
    with exchange.database.transaction() as transaction:
        done = soap_login.log_in(transaction, exchange.tenant, given)
        base = exchange.instance_url(done.org)
        servers = {
            name: base + soap_login.server_path(kind, version, done.org)
            for name, kind in (("api", api), ("metadata", "m"))
        }
        return soap_login.result(transaction, done, servers)


def _perform(exchange: Exchange, version: str, asked: soap.Call) -> tuple[Any, tuple[int, int]]:
    """The result, and how many API calls the org has used of how many; in one transaction."""
    if exchange.tenant is None:
        raise messages.WRONG_HOST
    operation = operations.named(asked.operation)
    soap.check_token(asked.session_id, version)
    try:
        resources.check_version(version)
    except Refusal:
        raise soap_login.RETIRED.refuse() from None
    with exchange.database.transaction() as transaction:
        caller = callers.of(exchange.org, asked.session_id, transaction)
        size = asked.batch_size
        data = Call(
            method="POST",
            path="",
            arguments={},
            version=version,
            org=exchange.org,
            caller=caller,
            transaction=transaction,
            writes=Writes(transaction.records(exchange.org.id), caller),
            clock=exchange.clock,
            batch_size=int(size) if size.isascii() and size.isdigit() and len(size) <= len("2000") else None,
        )
        used = transaction.exchanges(exchange.org.id).api_calls(exchange.now) + 1
        return operation(data, asked), (used, general.daily_calls(exchange.org))
