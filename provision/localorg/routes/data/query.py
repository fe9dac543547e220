"""Queries and their further pages."""

import re
from http import HTTPStatus
from typing import Any, Final

from provision.localorg.routes.data.call import Call, NeedsWriting, Reply
from provision.localorg.sobjects import describe, refusals
from provision.localorg.sobjects.describe import SObject
from provision.localorg.soql import evaluate
from provision.localorg.soql.evaluate import Result

LARGEST_PAGE: Final = 2000
SMALLEST_PAGE: Final = 200
_LOCATOR: Final = re.compile(r"(01g\w{12}(?:\w{3})?)-(\d{1,9})", re.ASCII)


def query(call: Call) -> Reply:
    """GET /query."""
    return _query(call, include_deleted=False)


def query_all(call: Call) -> Reply:
    """GET /queryAll: deleted records too."""
    return _query(call, include_deleted=True)


def more(call: Call, locator: str) -> Reply:
    """GET /query/{locator}: the next page."""
    match = _LOCATOR.fullmatch(locator)
    rows = call.transaction.cursors(call.org.id).get(match[1], call.caller.user_id) if match else None
    if match is None or rows is None or int(match[2]) > len(rows):
        raise refusals.BAD_LOCATOR.refuse()
    return Reply(HTTPStatus.OK, _page(call, rows, match[1], int(match[2])))


def tooling_query(call: Call) -> Reply:
    """GET /tooling/query."""
    found = evaluate.run(_soql(call), call.world(tooling=True))
    return Reply(
        HTTPStatus.OK,
        {
            "size": found.total,
            "totalSize": found.total,
            "done": True,
            "queryLocator": None,
            "entityTypeName": found.sobject,
            "records": found.rows,
        },
    )


def _query(call: Call, *, include_deleted: bool) -> Reply:
    found = evaluate.run(_soql(call), call.world(include_deleted=include_deleted))
    if call.arguments.get("columns") == "true":
        return Reply(HTTPStatus.OK, _columns(found))
    size = _page_size(call)
    if len(found.rows) <= size:
        return Reply(HTTPStatus.OK, {"totalSize": found.total, "done": True, "records": found.rows})
    if not call.transaction.writable:
        raise NeedsWriting
    cursor = call.transaction.cursors(call.org.id).insert(call.caller.user_id, found.rows)
    return Reply(HTTPStatus.OK, _page(call, found.rows, cursor, 0))


def _page(call: Call, rows: list[Any], cursor: str, start: int) -> dict[str, Any]:
    end = start + _page_size(call)
    page: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
    if not page["done"]:
        page["nextRecordsUrl"] = f"{call.api}/query/{cursor}-{end}"
    return page | {"records": rows[start:end]}


def _page_size(call: Call) -> int:
    return LARGEST_PAGE if call.batch_size is None else min(LARGEST_PAGE, max(SMALLEST_PAGE, call.batch_size))


def _soql(call: Call) -> str:
    soql = call.arguments.get("q", "")
    if not soql.strip():
        raise refusals.MISSING_PARAMETER.refuse()
    return soql


def _columns(found: Result) -> dict[str, Any]:
    """The answer to `columns=true`; its shape is known from a client's type declarations."""
    sobject = describe.known(found.sobject)
    grouped = bool(found.rows) and found.rows[0]["attributes"] == {"type": "AggregateResult"}
    return {
        "columnMetadata": [_column(sobject, names, grouped=grouped) for names in found.columns],
        "entityName": sobject.name,
        "groupBy": grouped,
        "idSelected": ("Id",) in found.columns,
        "keyPrefix": sobject.key_prefix,
    }


def _column(sobject: SObject, names: tuple[str, ...], *, grouped: bool) -> dict[str, Any]:
    field = sobject.field(names[0]) if len(names) == 1 else None
    kind = field.type if field else "reference"
    return {
        "aggregate": grouped,
        "apexType": kind.capitalize(),
        "booleanType": kind == "boolean",
        "columnName": names[0],
        "custom": False,
        "displayName": names[0],
        "foreignKeyName": None,
        "insertable": bool(field and field.createable),
        "joinColumns": [_column(sobject, names[1:], grouped=grouped)] if len(names) > 1 else [],
        "numberType": kind in {"int", "currency"},
        "textType": kind not in {"boolean", "int", "currency", "date", "datetime"},
        "updatable": bool(field and field.updateable),
    }
