"""The one way to an org over HTTP, and the only module that imports httpx.

A `Transport` serves one org: it counts requests, talks to the listed hosts only, keeps no cookies, follows no redirect
(a redirect would carry credentials along) and repeats nothing but what may be repeated. An embedded local org is
reached through the same client without a socket.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from provision.clock import SYSTEM, Clock
from provision.errors import Bug, Code, Unreachable
from provision.redaction.exchange import Message, lines

log = logging.getLogger("provision.http")
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

WSGIApp = Callable[..., Iterable[bytes]]

TIMEOUT_SECONDS = 120.0
CONNECT_TIMEOUT_SECONDS = 15.0
ATTEMPTS = 4
TRANSIENT_STATUSES = frozenset({420, 429, 502, 503, 504})


@dataclass(frozen=True)
class Response:
    """What came back; `content` is the decoded body."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names."""
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text, with undecodable bytes replaced."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the parsed body; raises `ValueError` where it is not JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Request:
    """One request; `repeatable` marks those that may be sent twice without a second effect."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    repeatable: bool = False


class Transport:
    """The HTTP client of one org."""

    def __init__(
        self,
        hosts: Iterable[str],
        *,
        app: WSGIApp | None = None,
        clock: Clock = SYSTEM,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._hosts = {host.lower() for host in hosts}
        self._clock = clock
        self.requests_made = 0
        self._client = httpx.Client(
            transport=httpx.WSGITransport(app=app) if app is not None else None,
            verify=_tls(),
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT_SECONDS)),
            follow_redirects=False,
            trust_env=app is None,
            headers={"user-agent": "provision"},
        )
        self._embedded = app is not None

    @property
    def embedded(self) -> bool:
        """Whether the org lives in this process: polling needs no pause there."""
        return self._embedded

    @property
    def clock(self) -> Clock:
        """The clock that this transport waits by."""
        return self._clock

    def allow(self, host: str) -> None:
        """Let requests go to one more host of the same org."""
        self._hosts.add(host.lower())

    def send(self, request: Request) -> Response:
        """Send `request`, again where it may be repeated and the answer is transient.

        Raises `Unreachable` when no answer came. Whatever HTTP status came back is the caller's to judge.
        """
        self._refuse_foreign_host(request.url)
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS or not request.repeatable
            try:
                response = self._once(request)
            except _NotSent as problem:
                _log_failure(request, problem.cause)
                if attempt == ATTEMPTS:
                    raise _unreachable(request, problem.cause) from problem.cause
            except _NoAnswer as problem:
                _log_failure(request, problem.cause)
                if last:
                    raise _unanswered(request, problem.cause) from problem.cause
            else:
                if last or response.status not in TRANSIENT_STATUSES:
                    return response
            self._clock.sleep(0.0 if self._embedded else min(0.5 * 2**attempt, 8.0))
        message = "the loop above always returns or raises on its last attempt"
        raise AssertionError(message)

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    def _once(self, request: Request) -> Response:
        started = self._clock.monotonic()
        self.requests_made += 1
        try:
            answer = self._client.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.content,
                data=dict(request.form) if request.form is not None else None,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
            raise _NotSent(problem) from problem
        except httpx.HTTPError as problem:
            raise _NoAnswer(problem) from problem
        except Exception as problem:
            if not self._embedded:
                raise
            raise _NoAnswer(problem) from problem
        finally:
            self._client.cookies.clear()
        if log.isEnabledFor(logging.DEBUG):
            _log(answer, self._clock.monotonic() - started)
        return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)

    def _refuse_foreign_host(self, url: str) -> None:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or host not in self._hosts:
            raise Bug(
                Code.BUG,
                f"A request to {parts.scheme}://{host} was about to leave for a host that is not part of the org",
                detail=f"Hosts of this org: {', '.join(sorted(self._hosts))}",
            )


class _NotSent(Exception):
    """The request never reached the server."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _NoAnswer(Exception):
    """The request may have reached the server; its effect is unknown."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


@cache
def _tls() -> ssl.SSLContext:
    """One context for all clients: loading the trust store costs tens of milliseconds."""
    return ssl.create_default_context()


def _log(answer: httpx.Response, seconds: float) -> None:
    """Log what was asked and said, as far as `provision.redaction` shows it."""
    asked = answer.request
    sent = Message(asked.headers, asked.content, str(asked.url))
    detail = "".join(f"\n    {line}" for line in lines(sent, Message(answer.headers, answer.content)))
    url = _without_query(str(asked.url))
    log.debug("%s %s → %d in %.3f s%s", asked.method, url, answer.status_code, seconds, detail)


def _log_failure(request: Request, cause: Exception) -> None:
    log.debug("%s %s → no answer: %s", request.method, _without_query(request.url), type(cause).__name__)


def _without_query(url: str) -> str:
    return url.split("?", 1)[0]


def _unreachable(request: Request, cause: Exception) -> Unreachable:
    host = urlsplit(request.url).hostname
    return _silent(
        request,
        cause,
        f"{host} could not be reached",
        (
            f"Check that {host} is the org's My Domain and that this machine resolves and reaches it",
            "Behind a proxy or a private CA, set HTTPS_PROXY and SSL_CERT_FILE",
        ),
    )


def _unanswered(request: Request, cause: Exception) -> Unreachable:
    host = urlsplit(request.url).hostname
    again = "Run the command again: it looks at what the org has and goes on from there"
    return _silent(request, cause, f"{host} was reached and gave no answer; what it did is not known", (again,))


def _silent(request: Request, cause: Exception, summary: str, remedy: tuple[str, ...]) -> Unreachable:
    return Unreachable(
        Code.UNREACHABLE,
        summary,
        detail=f"{request.method} {_without_query(request.url)}: {type(cause).__name__}: {cause}",
        remedy=remedy,
        context={"host": urlsplit(request.url).hostname},
    )
