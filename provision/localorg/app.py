"""The WSGI application: which org a host belongs to, which endpoint a path leads to, and what is remembered of it."""

import gzip
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import Map

from provision.localorg import faults
from provision.localorg.faults import Dropped
from provision.localorg.metadata.soap import MAX_REQUEST_BYTES
from provision.localorg.routes import metadata, oauth, rendering
from provision.localorg.routes.data import rest
from provision.localorg.routes.exchange import LOGIN_HOSTS, Answer, Exchange
from provision.localorg.routes.partner import http as partner
from provision.localorg.routes.remembering import remember, remember_dropped
from provision.localorg.sobjects.refusals import NO_RESOURCE, TOO_LARGE
from provision.localorg.store.database import Database
from provision.localorg.store.fault_switches import FaultSwitch
from provision.localorg.store.orgs import OrgRow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_RULES: Final = (*oauth.RULES, *rest.RULES, *metadata.RULES, *partner.RULES)
MAP: Final = Map([rule.empty() for rule in _RULES], strict_slashes=False, merge_slashes=False)
WORTH_COMPRESSING: Final = 1_024
"""Bytes from which on an answer is compressed for clients that take gzip (assumed)."""
_LEVEL: Final = 1


_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")


class _Request(Request):
    """A request of limited size whose files stay in memory, so that none is left over where reading it fails."""

    max_content_length = MAX_REQUEST_BYTES

    def __init__(self, environ: "WSGIEnvironment") -> None:
        super().__init__(environ)
        # Bytes that a client should have escaped may be of any encoding; werkzeug fails at those that are no UTF-8.
        self.query_string = _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), self.query_string)

    def _get_file_stream(self, *_told: object, **_more: object) -> IO[bytes]:
        return io.BytesIO()


class App:
    """Answers for every org of a file, under their My Domain hosts and the login hosts.

    `aliases` are further host names (with port) and the names of the orgs that they stand for.
    """

    def __init__(self, database: Database, aliases: Mapping[str, str] | None = None) -> None:
        self._database = database
        self._aliases = dict(aliases or {})

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333); raises `Dropped` where a fault switch breaks the connection."""
        return self._answer(_Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        host = request.host.lower()
        tenant, switches = self._tenant(host)
        if tenant is None and not _is_login_host(host):
            return Answer("<html><body>No such org.</body></html>", HTTPStatus.NOT_FOUND, content_type="text/html")
        fault = faults.take(request, switches, self._database) if switches else None
        exchange = Exchange(request, tenant, self._database, undisturbed=fault is None)
        try:
            response = (
                faults.suffer(fault, request, exchange.clock, lambda: _dispatch(exchange))
                if fault
                else _dispatch(exchange)
            )
        except Dropped as dropped:
            with self._database.transaction() as transaction:
                remember_dropped(exchange, dropped.strerror, transaction)
            raise
        response.date = exchange.now
        if not (isinstance(response, Answer) and response.remembered):
            with self._database.transaction() as transaction:
                remember(exchange, response, transaction)
        return _compressed(request, response)

    def _tenant(self, host: str) -> tuple[OrgRow | None, Sequence[FaultSwitch]]:
        """The org of a host, if it is of one, and what is to go wrong there; at a login host that of every org."""
        with self._database.reading() as transaction:
            if _is_login_host(host):
                return None, transaction.fault_switches.of(None)
            name = self._aliases.get(host)
            tenant = transaction.orgs.named(name) if name else transaction.orgs.at(host)
            return tenant, transaction.fault_switches.of(tenant.id) if tenant else ()


def _is_login_host(host: str) -> bool:
    return host in LOGIN_HOSTS


def _dispatch(exchange: Exchange) -> Response:
    request = exchange.request
    try:
        endpoint, arguments = _route(request.method, request.path)
    except HTTPException:
        return rendering.rest_refusal(request, [NO_RESOURCE.refuse()])
    try:
        response: Response = endpoint(exchange, **arguments)
    except RequestEntityTooLarge:
        return rendering.rest_refusal(request, [TOO_LARGE.refuse()])
    return response


@lru_cache(maxsize=1_024)
def _route(method: str, path: str) -> tuple[Callable[..., Response], Mapping[str, Any]]:
    """Where a request leads to, whatever the host; raises `HTTPException`."""
    endpoint, arguments = MAP.bind("").match(path, method)
    return endpoint, MappingProxyType(arguments)


def _compressed(request: Request, response: Response) -> Response:
    """The answer in gzip where the client takes it and it is worth the while."""
    if len(response.get_data()) < WORTH_COMPRESSING or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(response.get_data(), _LEVEL))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
