"""The control host of served local orgs: what Salesforce does not have. No part of the imitation.

    GET    /                        the orgs with their switches and faults
    PATCH  /orgs/{name}/switches    {"propagation_seconds": 30}
    POST   /orgs/{name}/faults      {"kind": "drop-after", "nth": 7, "times": 1, "path": "*/sobjects/User"}
    DELETE /orgs/{name}/faults
    POST   /orgs/{name}/reset

It hands out no token. What a browser sends on behalf of a web page is refused.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound
from werkzeug.routing import Map, Rule

from provision.localorg.store import seed
from provision.localorg.store.database import Database, Transaction
from provision.localorg.store.fault_switches import Fault, FaultKind
from provision.localorg.store.orgs import OrgRow, changed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Body = Mapping[str, Any]
_OF_FAULTS: Final = tuple(field.name for field in fields(Fault))


class Control:
    """The WSGI application of the control host."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333) with JSON."""
        try:
            response = _answer(Request(environ), self._database)
        except HTTPException as problem:
            response = _json({"error": problem.description}, problem.code or HTTPStatus.BAD_REQUEST)
        return response(environ, start_response)


def _answer(request: Request, database: Database) -> Response:
    if request.headers.get("Origin") or request.headers.get("Sec-Fetch-Site"):
        raise Forbidden("web pages have no business here")
    endpoint, arguments = _MAP.bind_to_environ(request.environ).match()
    with database.transaction() as transaction:
        if "name" not in arguments:
            return _json({"orgs": [_shown(transaction, org) for org in transaction.orgs.all()]})
        org = transaction.orgs.named(arguments["name"])
        if org is None:
            raise NotFound(f"there is no org named {arguments['name']}")
        act: Callable[[Transaction, OrgRow, Body], OrgRow] = endpoint
        return _json(_shown(transaction, act(transaction, org, _body(request))))


def _set_switches(transaction: Transaction, org: OrgRow, body: Body) -> OrgRow:
    try:
        switches = changed(org.switches, body)
    except ValueError as problem:
        raise BadRequest(str(problem)) from problem
    return transaction.orgs.set_switches(org, switches)


def _add_fault(transaction: Transaction, org: OrgRow, body: Body) -> OrgRow:
    wanted = dict(body)
    kind, times = wanted.pop("kind", None), wanted.pop("times", 1)
    if kind not in tuple(FaultKind):
        raise BadRequest(f"kind is one of {', '.join(FaultKind)}")
    unknown = wanted.keys() - _OF_FAULTS
    if unknown:
        raise BadRequest(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(_OF_FAULTS)} and times")
    try:
        transaction.fault_switches.insert(org.id, Fault(FaultKind(kind), **wanted), times)
    except (TypeError, ValueError) as problem:
        raise BadRequest(str(problem)) from problem
    return org


def _clear_faults(transaction: Transaction, org: OrgRow, _body: Body) -> OrgRow:
    transaction.fault_switches.clear(org.id)
    return org


def _reset(transaction: Transaction, org: OrgRow, _body: Body) -> OrgRow:
    return seed.remake(transaction, org)


_MAP: Final = Map(
    [
        Rule("/", methods=["GET"], endpoint=None),
        Rule("/orgs/<name>/switches", methods=["PATCH"], endpoint=_set_switches),
        Rule("/orgs/<name>/faults", methods=["POST"], endpoint=_add_fault),
        Rule("/orgs/<name>/faults", methods=["DELETE"], endpoint=_clear_faults),
        Rule("/orgs/<name>/reset", methods=["POST"], endpoint=_reset),
    ]
)


def _body(request: Request) -> Body:
    raw = request.get_data()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError as problem:
        raise BadRequest(f"the body is no JSON: {problem}") from problem
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _shown(transaction: Transaction, org: OrgRow) -> dict[str, Any]:
    held = transaction.fault_switches.of(org.id)
    return {
        "name": org.name,
        "id": org.id,
        "my_domain": org.my_domain,
        "switches": asdict(org.switches),
        "faults": [{**asdict(each.fault), "times": each.times, "left": each.left} for each in held],
    }


def _json(body: Any, status: int = HTTPStatus.OK) -> Response:
    return Response(json.dumps(body, indent=2) + "\n", status, content_type="application/json")
