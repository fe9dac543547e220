"""Several records in one call; answered with 200 and one result for each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.routes.data.records import get, matching, readable, record_id_of
from provision.localorg.sobjects import describe, refusals
from provision.localorg.sobjects.describe import SObject
from provision.localorg.sobjects.refusals import Refusal
from provision.localorg.store import ids

_MOST: Final = 200
_MOST_READ: Final = 2000

One = Callable[[], dict[str, Any]]


def create(call: Call) -> Reply:
    """POST /composite/sobjects."""

    def one(each: Mapping[str, Any]) -> dict[str, Any]:
        return _done(call.writes.create(_sobject(call, each), _fields(each)))

    return _all(call, [_bound(one, each) for each in _records(call)], _flag(call))


def update(call: Call) -> Reply:
    """PATCH /composite/sobjects; each record names its id."""

    def one(each: Mapping[str, Any]) -> dict[str, Any]:
        return _update(call, _sobject(call, each), each)

    return _all(call, [_bound(one, each) for each in _records(call)], _flag(call))


def upsert(call: Call, name: str, field: str) -> Reply:
    """PATCH /composite/sobjects/{name}/{field}: records whose value is not found, or that have none, are new."""
    target = describe.find(name)
    by = target.field(field) if target else None
    if by is None or not by.id_lookup:
        raise refusals.NO_EXTERNAL_ID.refuse(value=field)

    def one(each: Mapping[str, Any]) -> dict[str, Any]:
        sobject = _sobject(call, each)
        found = [_id(each)] if by.type == "id" else matching(call, sobject, by.name, _text(each, by.name))
        if len(found) > 1:
            raise refusals.SEVERAL_FOUND.refuse(by.name, field=by.name, ids=", ".join(found))
        if found and found[0]:
            return _update(call, sobject, {**each, "Id": found[0]}) | {"created": False}
        return _done(call.writes.create(sobject, _fields(each))) | {"created": True}

    return _all(call, [_bound(one, each) for each in _records(call)], _flag(call))


def retrieve(call: Call, name: str) -> Reply:
    """GET, POST /composite/sobjects/{name}: some fields of several records, null where there is none (documented)."""
    sobject = readable(call, name)
    if call.method == "POST":
        given, fields = _texts(call, "ids"), _texts(call, "fields")
    else:
        given, fields = (call.arguments.get(each, "").split(",") for each in ("ids", "fields"))
    if len(given) > _MOST_READ:
        raise refusals.TOO_MANY.refuse(reason=f"no more than {_MOST_READ} records can be read")
    narrowed = replace(call, arguments={"fields": ",".join(fields)})
    return Reply(HTTPStatus.OK, [_found(narrowed, sobject, each) for each in given if each])


def _found(call: Call, sobject: SObject, record_id: str) -> Any:
    full = ids.full(record_id)
    found = call.records.get(full) if full else None
    if full is None or found is None or found.sobject != sobject.name or found.fields.get("IsDeleted"):
        return None
    return get(call, sobject.name, full).body


def _texts(call: Call, name: str) -> list[str]:
    return [str(each) for each in call.listed(name)]


def delete(call: Call) -> Reply:
    """DELETE /composite/sobjects?ids=…"""
    given = [each for each in call.arguments.get("ids", "").split(",") if each]
    _count(given)

    def one(record_id: str) -> dict[str, Any]:
        full = record_id_of(record_id)
        sobject = describe.find(ids.sobject_of(full) or "")
        if sobject is None:
            raise refusals.NO_RECORD_TO_WRITE.refuse()
        call.writes.delete(sobject, full)
        return _done(full)

    every = call.arguments.get("allOrNone", "").lower() == "true"
    return _all(call, [_bound(one, each) for each in given], every)


def _all(call: Call, ones: list[One], every: bool) -> Reply:
    results: list[dict[str, Any]] = []
    failed = False
    with call.transaction.savepoint() as whole:
        for one in ones:
            try:
                with call.transaction.savepoint():
                    results.append(one())
            except Refusal as refusal:
                failed = True
                results.append(_failed(refusal))
        if failed and every:
            whole.rollback()
            rolled_back = _failed(refusals.ROLLED_BACK.refuse())
            results = [rolled_back if result["success"] else result for result in results]
    return Reply(HTTPStatus.OK, results)


def _records(call: Call) -> list[Any]:
    given = call.listed("records")
    _count(given)
    return given


def _count(given: list[Any]) -> None:
    if len(given) > _MOST:
        raise refusals.TOO_MANY.refuse(reason=f"record limit reached. cannot submit more than {_MOST} records")


def _flag(call: Call) -> bool:
    return call.document().get("allOrNone") is True


def _bound(one: Callable[[Any], dict[str, Any]], each: Any) -> One:
    return lambda: one(each)


def _sobject(call: Call, each: Any) -> SObject:
    attributes = each.get("attributes") if isinstance(each, dict) else None
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise refusals.BAD_JSON.refuse(reason="each record needs attributes with a type")
    sobject = describe.find(name)
    if sobject is None or not call.caller.may("read", sobject):
        raise refusals.NOT_SUPPORTED.refuse(sobject=name)
    return sobject


def _update(call: Call, sobject: SObject, each: Mapping[str, Any]) -> dict[str, Any]:
    full = ids.full(_id(each))
    if full is None:
        raise refusals.NO_RECORD_TO_WRITE.refuse()
    call.writes.update(sobject, full, _fields(each))
    return _done(full)


def _id(each: Mapping[str, Any]) -> str:
    return _text(each, "Id")


def _text(each: Mapping[str, Any], field: str) -> str:
    found = next((value for name, value in each.items() if name.lower() == field.lower()), None)
    return found if isinstance(found, str) else ""


def _fields(each: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name.lower() not in {"id", "attributes"}}


def _done(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _failed(refusal: Refusal) -> dict[str, Any]:
    """Errors name their code `statusCode` here, unlike everywhere else (recorded)."""
    error = {"statusCode": refusal.code, "message": refusal.message, "fields": list(refusal.fields)}
    return {"success": False, "errors": [error]}
