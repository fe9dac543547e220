"""Answers as Salesforce writes them: one renderer for each protocol."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from werkzeug import Request

from provision.localorg.routes.exchange import Answer
from provision.localorg.sobjects.refusals import DELETED, NO_RECORD, NO_RECORD_TO_WRITE, NO_RESOURCE, Refusal

_CODE_FIRST: Final = frozenset({NO_RESOURCE, NO_RECORD, NO_RECORD_TO_WRITE})
JSON: Final = "application/json;charset=UTF-8"
_NO_STORE: Final = {"Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private"}


def rest(request: Request, status: int, body: Any) -> Answer:
    """A REST answer; compact, or in Salesforce's pretty style where the request asks for it. None is no body."""
    if body is None:
        return Answer(status=status, headers=_NO_STORE, content_type=JSON)
    text = pretty(body) if request.headers.get("X-PrettyPrint") == "1" else compact(body)
    return Answer(text, status=status, headers=_NO_STORE, content_type=JSON)


def rest_refusal(request: Request, refusals: Sequence[Refusal]) -> Answer:
    """A REST refusal: an array of errors."""
    answer = rest(request, refusals[0].status, [rest_error(each) for each in refusals])
    answer.refusal, answer.reason = refusals[0].code, refusals[0].message
    return answer


def rest_error(refusal: Refusal) -> dict[str, Any]:
    """One error; what does not exist prints the code first (recorded), all others the message."""
    if refusal.wording in _CODE_FIRST:
        return {"errorCode": refusal.code, "message": refusal.message}
    error: dict[str, Any] = {"message": refusal.message, "errorCode": refusal.code}
    if refusal.fields or refusal.wording == DELETED:
        error["fields"] = list(refusal.fields)
    return error


def oauth(status: int, body: Mapping[str, Any]) -> Answer:
    """An answer of the OAuth endpoints: compact JSON that nobody may keep."""
    return Answer(compact(body), status=status, headers={"Cache-Control": "no-store"}, content_type=JSON)


def oauth_refusal(error: str, description: str, unsaid: str | None = None) -> Answer:
    """A refusal of the OAuth endpoints; always status 400 (recorded, also for wrong clients).

    What is `unsaid` goes to the log of requests alone.
    """
    answer = oauth(HTTPStatus.BAD_REQUEST, {"error": error, "error_description": description})
    answer.refusal = error
    answer.reason = f"{description} ({unsaid})" if unsaid else description
    return answer


def bad_oauth_token() -> Answer:
    """How identity resources refuse a token: plain text and status 403 (recorded)."""
    answer = Answer("Bad_OAuth_Token", status=HTTPStatus.FORBIDDEN, content_type="text/html;charset=UTF-8")
    answer.refusal = "Bad_OAuth_Token"
    return answer


def compact(body: Any) -> str:
    """JSON without blanks."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def pretty(body: Any, margin: str = "") -> str:
    """JSON as Salesforce indents it: blanks around the colon, brackets that open on the line before."""
    inner = f"{margin}  "
    if isinstance(body, Mapping):
        if not body:
            return "{ }"
        parts = (f"{inner}{compact(key)} : {pretty(value, inner)}" for key, value in body.items())
        return "{\n" + ",\n".join(parts) + f"\n{margin}}}"
    if isinstance(body, list | tuple):
        return f"[ {', '.join(pretty(each, margin) for each in body)} ]" if body else "[ ]"
    return compact(body)
