"""Salesforce's "no" in every envelope it comes in."""

from __future__ import annotations

import json

import pytest

from provision.errors import Code, Refused, Unreachable
from provision.model.check import Refusal
from provision.org.refusals import oauth_refusal, refused, rest_refusals, sentence
from provision.transport import Response


def response(body: object, status: int = 400) -> Response:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Response(status, {}, content)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([{"message": "m", "errorCode": "C", "fields": ["F"]}], [("C", "m", ("F",))]),
        ({"message": "m", "errorCode": "C"}, [("C", "m", ())]),
        ([{"statusCode": "S", "message": "m", "fields": []}], [("S", "m", ())]),
        (
            [{"message": "one", "errorCode": "A"}, {"message": "two", "errorCode": "B"}],
            [("A", "one", ()), ("B", "two", ())],
        ),
        ("<html><h1>Bad Message 400</h1></html>", [("HTTP 400", "<html><h1>Bad Message 400</h1></html>", ())]),
        ("", [("HTTP 400", "", ())]),
        ([], [("HTTP 400", "[]", ())]),
    ],
)
def test_every_error_of_a_rest_answer_is_read(body: object, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert expected == [(r.code, r.text, r.fields) for r in rest_refusals(response(body))]


def test_an_oauth_error_may_lack_its_description() -> None:
    assert oauth_refusal(response({"error": "invalid_grant"})) == Refusal("invalid_grant", "", 400)


def test_an_identity_resource_answers_in_plain_text() -> None:
    assert oauth_refusal(response("Bad_OAuth_Token", 403)) == Refusal("HTTP 403", "Bad_OAuth_Token", 403)


def test_all_errors_of_an_answer_are_shown() -> None:
    problem = refused("refused", [Refusal("A", "one", 400), Refusal("B", "two", 400, ("Email",))])
    assert isinstance(problem, Refused)
    assert problem.detail == "A: one\nB: two (fields: Email)"


@pytest.mark.parametrize(
    ("refusal", "code", "family"),
    [
        (Refusal("INVALID_SESSION_ID", "Session expired or invalid", 401), Code.SESSION_EXPIRED, Refused),
        (Refusal("LICENSE_LIMIT_EXCEEDED", "", 400), Code.LICENSE_FULL, Refused),
        (Refusal("DUPLICATE_USERNAME", "", 400), Code.USERNAME_TAKEN, Refused),
        (Refusal("HTTP 503", "", 503), Code.SERVER_ERROR, Unreachable),
        (Refusal("SOMETHING_NEW", "", 400), Code.REQUEST_REFUSED, Refused),
    ],
)
def test_known_codes_get_their_own_error(refusal: Refusal, code: Code, family: type[Exception]) -> None:
    problem = refused("refused", [refusal])
    assert (problem.code, type(problem)) == (code, family)


def test_a_sentence_needs_no_text() -> None:
    assert sentence(Refusal("CODE", "", 400)) == "CODE"
