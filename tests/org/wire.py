"""A WSGI application in front of a local org that remembers what was sent and may answer in the org's place."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

WSGIApp = Callable[..., Iterable[bytes]]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    host: str
    path: str
    body: str
    authorization: str


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: bytes
    content_type: str = "application/json;charset=UTF-8"
    location: str | None = None


Rewrite = Callable[[Asked, Said], Said]


@dataclass
class Wire:
    """Passes requests on to `app`; `rewrite` may put another answer in place of each."""

    app: WSGIApp
    rewrite: Rewrite = lambda _asked, said: said
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["HTTP_ACCEPT_ENCODING"] = "identity"
        asked = Asked(
            environ["REQUEST_METHOD"],
            environ["HTTP_HOST"],
            environ["PATH_INFO"],
            body.decode(errors="replace"),
            environ.get("HTTP_AUTHORIZATION", ""),
        )
        self.asked.append(asked)
        heads: list[tuple[str, list[tuple[str, str]]]] = []
        content = b"".join(self.app(environ, lambda status, headers, _problem=None: heads.append((status, headers))))
        [(status, headers)] = heads
        kind = next((value for name, value in headers if name.lower() == "content-type"), "text/plain")
        said = self.rewrite(asked, Said(int(status.split()[0]), content, kind))
        sent = [("Content-Type", said.content_type)]
        sent += [(name, value) for name, value in headers if name.lower() == "date"]
        if said.location is not None:
            sent.append(("Location", said.location))
        start_response(f"{said.status} Said", sent)
        return [said.body]

    def to(self, ending: str) -> list[Asked]:
        """Return the requests to paths with that ending."""
        return [asked for asked in self.asked if asked.path.endswith(ending)]
