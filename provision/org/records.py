"""Records and SOQL through simple-salesforce, over the one transport.

simple-salesforce brings the REST grammar; requests go out through an adapter onto `Transport`, so they are counted,
held to the org's hosts and mapped to our errors like all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import BaseAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from provision.errors import Code, Unreachable
from provision.model.check import Refusal
from provision.org.refusals import errors_of, refused, rest_refusals
from provision.org.session import Session
from provision.transport import Request, Response, Transport

Record = Mapping[str, Any]

BATCH_LIMIT = 25
_FAILED = 400


@dataclass(frozen=True)
class Write:
    """One write of a composite request; `@{reference.id}` in a value names the record that another one creates."""

    reference: str
    method: str
    path: str
    """Below the version, for instance `sobjects/User`."""
    body: Mapping[str, Any] | None = field(default=None)


@dataclass(frozen=True)
class Written:
    """What came of one write: the id of a created record, or every refusal."""

    reference: str
    record_id: str | None
    refusals: tuple[Refusal, ...] = ()

    @property
    def halted(self) -> bool:
        """Whether it was refused only because another write of the same request was."""
        return any(r.code in {"PROCESSING_HALTED", "ALL_OR_NONE_OPERATION_ROLLED_BACK"} for r in self.refusals)


class Records:
    """Reads and writes records for one session."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self._version = session.api_version
        http = _Session()
        http.trust_env = False
        http.mount("https://", _Adapter(transport))
        self._salesforce = Salesforce(
            instance_url=session.instance_url,
            session_id=session.access_token,
            version=session.api_version,
            session=http,
        )

    def query(self, soql: str) -> list[Record]:
        """Return all records of a query, following `nextRecordsUrl`."""
        with _errors("The query was refused"):
            return list(self._salesforce.query_all(soql)["records"])

    def queries(self, soql: Mapping[str, str]) -> dict[str, list[Record] | tuple[Refusal, ...]]:
        """Run several queries in one request each 25; a refused one yields its refusals, the others their records."""
        answers: dict[str, list[Record] | tuple[Refusal, ...]] = {}
        names = list(soql)
        for start in range(0, len(names), BATCH_LIMIT):
            chunk = names[start : start + BATCH_LIMIT]
            for name, answer in zip(chunk, self._batch([soql[name] for name in chunk]), strict=True):
                answers[name] = self._records(answer)
        return answers

    def write(self, writes: Sequence[Write], *, all_or_none: bool) -> tuple[Written, ...]:
        """Send writes in one composite request (at most 25) and return what came of each, in order."""
        body = {
            "allOrNone": all_or_none,
            "compositeRequest": [self._subrequest(write) for write in writes],
        }
        with _errors("The composite request was refused"):
            answer = self._salesforce.restful("composite", method="POST", json=body)
        return tuple(_written(item) for item in (answer or {})["compositeResponse"])

    def _batch(self, soql: Sequence[str]) -> list[Mapping[str, Any]]:
        urls = [f"v{self._version}/query/?q={quote(query)}" for query in soql]
        body = {"batchRequests": [{"method": "GET", "url": url} for url in urls]}
        with _errors("The batch of queries was refused"):
            answer = self._salesforce.restful("composite/batch", method="POST", json=body)
        return list((answer or {})["results"])

    def _records(self, answer: Mapping[str, Any]) -> list[Record] | tuple[Refusal, ...]:
        result = answer["result"]
        if answer["statusCode"] >= _FAILED:
            return errors_of(result, answer["statusCode"])
        records: list[Record] = list(result["records"])
        while not result["done"]:
            with _errors("The next page of a query was refused"):
                result = self._salesforce.query_more(result["nextRecordsUrl"], identifier_is_url=True)
            records.extend(result["records"])
        return records

    def _subrequest(self, write: Write) -> dict[str, Any]:
        url = f"/services/data/v{self._version}/{write.path}"
        request: dict[str, Any] = {"method": write.method, "url": url, "referenceId": write.reference}
        return request if write.body is None else {**request, "body": dict(write.body)}


def literal(text: str) -> str:
    """Return `text` as a quoted SOQL string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def literals(texts: Sequence[str]) -> str:
    """Return a parenthesised SOQL list; an empty one matches nothing."""
    return f"({', '.join(literal(text) for text in texts) or literal('')})"


def _written(item: Mapping[str, Any]) -> Written:
    reference, status, body = item["referenceId"], item["httpStatusCode"], item["body"]
    if status >= _FAILED:
        return Written(reference, None, errors_of(body, status))
    return Written(reference, body["id"] if isinstance(body, Mapping) else None)


class _errors:  # noqa: N801  # reads as a clause: `with _errors("…")`
    """Turn simple-salesforce's exceptions into ours, with every code and text."""

    def __init__(self, summary: str) -> None:
        self._summary = summary

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, SalesforceError):
            raise refused(self._summary, _refusals(problem)) from problem
        if isinstance(problem, ValueError | KeyError):
            raise Unreachable(
                Code.SERVER_ERROR,
                f"{self._summary}: the answer is not one of Salesforce's",
                detail=f"{type(problem).__name__}: {problem}",
                remedy=("Check that my_domain is the org's own host, not a portal or a proxy's page",),
            ) from problem


def _refusals(problem: SalesforceError) -> tuple[Refusal, ...]:
    content: Any = problem.content
    if isinstance(content, bytes):
        return rest_refusals(Response(problem.status, {}, content))
    return errors_of(content, problem.status)


class _Session(requests.Session):
    """Follows no redirect: that would carry the token along."""

    def get_redirect_target(self, _response: requests.Response) -> None:
        """Say that there is nowhere to go."""
        return


class _Adapter(BaseAdapter):
    """Lets `requests` go out through our transport."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Send what `requests` prepared."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        skipped = {"content-length", "connection"}
        answer = self._transport.send(
            Request(
                request.method or "GET",
                request.url or "",
                {k: v for k, v in request.headers.items() if k.lower() not in skipped},
                content=body or None,
                repeatable=_repeatable(request),
            )
        )
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update({k: v for k, v in answer.headers.items() if k != "content-encoding"})
        response._content = answer.content  # noqa: SLF001  # the documented way for adapters that hold the whole body
        response.url = request.url or ""
        response.encoding = "utf-8"
        response.request = request
        return response

    def close(self) -> None:
        """Keep the transport open: it is not ours."""


def _repeatable(request: requests.PreparedRequest) -> bool:
    """Reads may be repeated; `composite/batch` carries only queries here."""
    return request.method == "GET" or (request.url or "").endswith("/composite/batch")
