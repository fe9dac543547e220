"""Single records and what is known of their sObjects."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from provision.localorg.routes.data import describing
from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.sobjects import describe, refusals
from provision.localorg.sobjects.describe import Field, SObject
from provision.localorg.soql import shape
from provision.localorg.soql.bind import Column
from provision.localorg.soql.tree import Path
from provision.localorg.store import ids


def sobjects(call: Call) -> Reply:
    """GET /sobjects."""
    shown = [describing.brief(call, each) for each in describe.every() if call.caller.may("read", each)]
    return Reply(HTTPStatus.OK, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})


def basics(call: Call, name: str) -> Reply:
    """GET /sobjects/{name}."""
    sobject = readable(call, name)
    return Reply(HTTPStatus.OK, {"objectDescribe": describing.brief(call, sobject), "recentItems": []})


def description(call: Call, name: str) -> Reply:
    """GET /sobjects/{name}/describe."""
    return Reply(HTTPStatus.OK, describing.full(call, readable(call, name)))


def create(call: Call, name: str) -> Reply:
    """POST /sobjects/{name}."""
    record_id = call.writes.create(readable(call, name), call.document())
    return Reply(HTTPStatus.CREATED, {"id": record_id, "success": True, "errors": []})


def get(call: Call, name: str, record_id: str) -> Reply:
    """GET /sobjects/{name}/{id}, all fields or those asked for."""
    sobject = readable(call, name)
    found = call.records.get(record_id_of(record_id))
    if found is None or found.sobject != sobject.name:
        raise refusals.NO_RECORD.refuse()
    if found.fields.get("IsDeleted"):
        raise refusals.DELETED.refuse()
    node = shape.build(Column((), field, Path((field.name,), 0)) for field in _fields(call, sobject))
    return Reply(HTTPStatus.OK, shape.show(call.world(), node, found))


def update(call: Call, name: str, record_id: str) -> Reply:
    """PATCH /sobjects/{name}/{id}."""
    call.writes.update(readable(call, name), record_id_of(record_id), call.document())
    return Reply(HTTPStatus.NO_CONTENT)


def delete(call: Call, name: str, record_id: str) -> Reply:
    """DELETE /sobjects/{name}/{id}."""
    call.writes.delete(readable(call, name), record_id_of(record_id))
    return Reply(HTTPStatus.NO_CONTENT)


def upsert(call: Call, name: str, field: str, value: str) -> Reply:
    """PATCH /sobjects/{name}/Id/{id}; no other field of these sObjects is an external id."""
    sobject = readable(call, name)
    if field.lower() != "id":
        raise refusals.NO_EXTERNAL_ID.refuse(value=field)
    call.writes.update(sobject, record_id_of(value), call.document())
    return Reply(HTTPStatus.OK, {"id": ids.full(value), "success": True, "errors": [], "created": False})


def readable(call: Call, name: str) -> SObject:
    """The sObject of a path; raises `Refusal` where there is none or the caller does not see it."""
    sobject = describe.find(name)
    if sobject is None or not call.caller.may("read", sobject):
        raise refusals.NO_RESOURCE.refuse()
    return sobject


def record_id_of(text: str) -> str:
    """The id in a path; raises `Refusal` where it has not the form of one."""
    full = ids.full(text)
    if full is None:
        raise refusals.NO_EXTERNAL_ID.refuse(value=text)
    return full


def _fields(call: Call, sobject: SObject) -> Iterable[Field]:
    asked: Any = call.arguments.get("fields")
    if not asked:
        return sobject.fields.values()
    found: dict[str, Field] = {}
    for name in asked.split(","):
        field = sobject.field(name.strip())
        if field is None:
            raise refusals.NO_FIELD.refuse(field=name.strip(), sobject=sobject.name)
        found[field.name] = field
    return found.values()
