"""HTTP below /services/data: session first, then one call in one transaction."""

import json
import re
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, Final

from werkzeug import Request, Response
from werkzeug.routing import Rule

from provision.localorg.routes import rendering
from provision.localorg.routes.data import callers, general, resources
from provision.localorg.routes.data.call import PREFIX, Call, NeedsWriting, Reply
from provision.localorg.routes.exchange import Exchange
from provision.localorg.sobjects import refusals
from provision.localorg.sobjects.refusals import Refusal
from provision.localorg.sobjects.writes import Writes
from provision.localorg.store.database import Transaction

_BATCH_SIZE: Final = re.compile(r"batchSize\s*=\s*(\d{1,6})", re.IGNORECASE | re.ASCII)


def versions(exchange: Exchange) -> Response:
    """GET /services/data; needs no session."""
    return rendering.rest(exchange.request, HTTPStatus.OK, general.versions())


def call(exchange: Exchange, version: str, path: str = "") -> Response:
    """Any call below a version."""
    if exchange.at_login_host:
        return rendering.rest_refusal(exchange.request, [refusals.URL_NOT_RESET.refuse()])
    try:
        resources.check_version(version)
        reply, used = _answered(exchange, version, f"/{path}")
    except Refusal as refusal:
        answer = rendering.rest_refusal(exchange.request, [refusal])
    else:
        answer = rendering.rest(exchange.request, reply.status, reply.body)
        answer.headers.update(reply.headers)
        answer.headers["Sforce-Limit-Info"] = f"api-usage={used}/{general.daily_calls(exchange.org)}"
        if reply.refusals:
            answer.refusal, answer.reason = reply.refusals[0].code, reply.refusals[0].message
    answer.api_call = True
    return answer


RULES: Final = (
    Rule(PREFIX, endpoint=versions),
    Rule(f"{PREFIX}/v<version>", endpoint=call),
    Rule(f"{PREFIX}/v<version>/<path:path>", endpoint=call),
)


def _answered(exchange: Exchange, version: str, path: str) -> tuple[Reply, int]:
    """The reply, and the API calls used with this one."""
    body = _body(exchange.request)
    method = exchange.request.args.get("_HttpMethod", exchange.request.method).upper()
    method = method if exchange.request.method == "POST" else exchange.request.method
    begin = exchange.database.reading if method in {"GET", "HEAD"} else exchange.database.transaction
    try:
        return _in(exchange, begin(), (method, version, path, body))
    except NeedsWriting:
        return _in(exchange, exchange.database.transaction(), (method, version, path, body))


def _in(
    exchange: Exchange, transaction: AbstractContextManager[Transaction], asked: tuple[str, str, str, Any]
) -> tuple[Reply, int]:
    method, version, path, body = asked
    with transaction as open_transaction:
        caller = callers.of(exchange.org, exchange.bearer_token(), open_transaction)
        used = open_transaction.exchanges(exchange.org.id).api_calls(exchange.now) + 1
        if 0 < exchange.org.switches.api_calls_per_day < used:
            raise refusals.CALLS_EXCEEDED.refuse()
        records = open_transaction.records(exchange.org.id)
        size = _BATCH_SIZE.search(exchange.request.headers.get("Sforce-Query-Options", ""))
        made = Call(
            method=method,
            path=path,
            arguments=exchange.request.args.to_dict(),
            version=version,
            org=exchange.org,
            caller=caller,
            transaction=open_transaction,
            writes=Writes(records, caller),
            clock=exchange.clock,
            body=body,
            headers={name.lower(): value for name, value in exchange.request.headers.items()},
            batch_size=int(size[1]) if size else None,
        )
        return resources.answer(made), used


def _body(request: Request) -> Any:
    raw = request.get_data(cache=False)
    if not raw:
        return None
    if request.mimetype not in {"application/json", ""}:
        raise refusals.MEDIA_TYPE.refuse(type=request.mimetype)
    try:
        body = json.loads(raw, parse_constant=_no_constant)
        json.dumps(body, ensure_ascii=False).encode()  # lone surrogates are no text
    except (ValueError, RecursionError) as error:
        raise refusals.BAD_JSON.refuse(reason=f"The request body is no JSON: {type(error).__name__}") from None
    return body


def _no_constant(name: str) -> Any:
    raise ValueError(name)
