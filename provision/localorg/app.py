"""The WSGI application: which org a host belongs to, which endpoint a path leads to, and what is remembered of it."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from provision.localorg.routes import metadata, oauth, rendering
from provision.localorg.routes.data import rest
from provision.localorg.routes.exchange import LOGIN_HOSTS, Answer, Exchange
from provision.localorg.sobjects.refusals import NO_RESOURCE
from provision.localorg.store.database import Database
from provision.localorg.store.exchanges import Exchanged
from provision.localorg.store.orgs import OrgRow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAP: Final = Map(
    [rule.empty() for rule in (*oauth.RULES, *rest.RULES, *metadata.RULES)], strict_slashes=False, merge_slashes=False
)


class App:
    """Answers for every org of a file, under their My Domain hosts and the login hosts.

    `aliases` are further host names (with port) and the names of the orgs that they stand for.
    """

    def __init__(self, database: Database, aliases: Mapping[str, str] | None = None) -> None:
        self._database = database
        self._aliases = dict(aliases or {})

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        host = request.host.lower()
        tenant = None if host in LOGIN_HOSTS else self._tenant(host)
        if tenant is None and host not in LOGIN_HOSTS:
            return Answer("<html><body>No such org.</body></html>", HTTPStatus.NOT_FOUND, content_type="text/html")
        response = _dispatch(Exchange(request, tenant, self._database))
        if tenant is not None:
            self._remember(request, tenant, response)
        return response

    def _tenant(self, host: str) -> OrgRow | None:
        with self._database.reading() as transaction:
            name = self._aliases.get(host)
            return transaction.orgs.named(name) if name else transaction.orgs.at(host)

    def _remember(self, request: Request, tenant: OrgRow, response: Response) -> None:
        refusal = response.refusal if isinstance(response, Answer) else None
        api_call = isinstance(response, Answer) and response.api_call
        exchanged = Exchanged(request.method, request.path, response.status_code, refusal)
        with self._database.transaction() as transaction:
            transaction.exchanges(tenant.id).insert(exchanged, api_call=api_call)


def _dispatch(exchange: Exchange) -> Response:
    request = exchange.request
    try:
        endpoint, arguments = MAP.bind_to_environ(request.environ).match()
    except HTTPException:
        return rendering.rest_refusal(request, [NO_RESOURCE.refuse()])
    response: Response = endpoint(exchange, **arguments)
    return response
