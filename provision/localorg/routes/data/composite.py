"""Several calls in one request: one after the other, with references between them, or independent of each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from provision.localorg.routes.data.call import PREFIX, Call, Reply
from provision.localorg.routes.data.references import fill
from provision.localorg.routes.rendering import rest_error
from provision.localorg.sobjects import refusals
from provision.localorg.sobjects.refusals import Refusal
from provision.localorg.sobjects.writes import Writes

MOST: Final = 25

Dispatch = Callable[[Call], Reply]
"""Answers one inner call; raises `Refusal`."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One call inside a composite request."""

    reference: str
    method: str
    url: str
    body: Any
    headers: Mapping[str, str]


def composite(call: Call, dispatch: Dispatch) -> Reply:
    """POST /composite."""
    parts = _parts(call)
    every = call.document().get("allOrNone") is True
    replies: dict[str, Reply] = {}
    with call.transaction.savepoint() as whole:
        shared = Writes(call.records, call.caller)
        for part in parts:
            writes = shared if every else Writes(call.records, call.caller)
            answers = {reference: reply.body for reference, reply in replies.items()}
            replies[part.reference] = _one(call, part, answers, writes, dispatch)
            if every and replies[part.reference].refusals:
                whole.rollback()
                replies = _halted(parts, part.reference, replies[part.reference])
                break
    shown = [
        {
            "body": reply.body,
            "httpHeaders": dict(reply.headers),
            "httpStatusCode": int(reply.status),
            "referenceId": reference,
        }
        for reference, reply in replies.items()
    ]
    return Reply(HTTPStatus.OK, {"compositeResponse": shown})


def batch(call: Call, dispatch: Dispatch) -> Reply:
    """POST /composite/batch."""
    parts = _batch_parts(call)
    halt = call.document().get("haltOnError") is True
    results: list[dict[str, Any]] = []
    failed = False
    for part in parts:
        if failed and halt:
            halted = refusals.BATCH_HALTED.refuse()
            results.append(_batch_result(refused(halted)))
            continue
        reply = _one(call, part, {}, Writes(call.records, call.caller), dispatch)
        failed = failed or bool(reply.refusals)
        results.append(_batch_result(reply))
    return Reply(HTTPStatus.OK, {"hasErrors": failed, "results": results})


def refused(*given: Refusal) -> Reply:
    """The reply to a call that is refused."""
    return Reply(given[0].status, [rest_error(each) for each in given], given)


def _batch_result(reply: Reply) -> dict[str, Any]:
    """What failed prints its errors before the status, what succeeded the other way round (recorded)."""
    code, body = int(reply.status), reply.body
    return {"result": body, "statusCode": code} if reply.refusals else {"statusCode": code, "result": body}


def _one(call: Call, part: _Part, answers: dict[str, Any], writes: Writes, dispatch: Dispatch) -> Reply:
    try:
        with call.transaction.savepoint():
            return dispatch(_inner(call, part, answers, writes))
    except Refusal as refusal:
        return refused(refusal)


def _inner(call: Call, part: _Part, answers: dict[str, Any], writes: Writes) -> Call:
    split = urlsplit(fill(part.url, answers))
    version, _, path = split.path.removeprefix(PREFIX).lstrip("/").partition("/")
    return replace(
        call,
        method=part.method,
        path=f"/{path}",
        arguments=dict(parse_qsl(split.query, keep_blank_values=True)),
        version=version.removeprefix("v"),
        body=fill(part.body, answers),
        writes=writes,
        headers=part.headers,
        alone=False,
    )


def _halted(parts: list[_Part], failed: str, reply: Reply) -> dict[str, Reply]:
    halted = refused(refusals.HALTED.refuse())
    return {part.reference: reply if part.reference == failed else halted for part in parts}


def _parts(call: Call) -> list[_Part]:
    given = call.listed("compositeRequest")
    parts = [_part(each, each.get("referenceId") if isinstance(each, dict) else None) for each in given]
    if len({part.reference for part in parts}) != len(parts):
        raise refusals.TOO_MANY.refuse(reason="referenceId must be unique")
    return _counted(parts)


def _batch_parts(call: Call) -> list[_Part]:
    return _counted([_part(each, str(number)) for number, each in enumerate(call.listed("batchRequests"))])


def _counted(parts: list[_Part]) -> list[_Part]:
    if not 1 <= len(parts) <= MOST:
        raise refusals.TOO_MANY.refuse(reason=f"between 1 and {MOST} calls are allowed")
    return parts


def _part(given: Any, reference: Any) -> _Part:
    if not isinstance(given, dict) or not isinstance(reference, str) or not reference:
        raise refusals.BAD_JSON.refuse(reason="each call needs a referenceId, a method and a url")
    method, url = given.get("method"), given.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise refusals.BAD_JSON.refuse(reason="each call needs a method and a url")
    sent = given.get("httpHeaders")
    headers = {str(name).lower(): str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
    return _Part(reference, method.upper(), url, given.get("body", given.get("richInput")), headers)
