"""Single records and what is known of their sObjects."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from provision.localorg.routes.data import conditional, describing
from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.sobjects import describe, refusals
from provision.localorg.sobjects.describe import Field, SObject
from provision.localorg.soql import shape
from provision.localorg.soql.bind import Column
from provision.localorg.soql.tree import Path
from provision.localorg.store import ids

_TELLS_CREATED: Final = 46
"""Since this version the answer to an upsert says whether it created the record; before, changes had none."""


def sobjects(call: Call) -> Reply:
    """GET /sobjects."""
    shown = [describing.brief(call, each) for each in describe.every() if call.caller.may("read", each)]
    return conditional.reply(call, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})


def basics(call: Call, name: str) -> Reply:
    """GET /sobjects/{name}."""
    sobject = readable(call, name)
    return Reply(HTTPStatus.OK, {"objectDescribe": describing.brief(call, sobject), "recentItems": []})


def description(call: Call, name: str) -> Reply:
    """GET /sobjects/{name}/describe."""
    return conditional.reply(call, describing.full(call, readable(call, name)))


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
    """PATCH /sobjects/{name}/{field}/{value}: change the record with that value, or create one."""
    sobject = readable(call, name)
    found, fields = _looked_up(call, sobject, field, value), call.document()
    if isinstance(found, Reply):
        return found
    told = {"created": found is None} if int(call.version.partition(".")[0]) >= _TELLS_CREATED else {}
    if found is None:
        by = describe.known(sobject.name).field(field)
        made = call.writes.create(sobject, {**fields, by.name if by else field: value})
        return Reply(HTTPStatus.CREATED, {"id": made, "success": True, "errors": [], **told})
    call.writes.update(sobject, found, fields)
    if not told:
        return Reply(HTTPStatus.NO_CONTENT)
    return Reply(HTTPStatus.OK, {"id": found, "success": True, "errors": [], **told})


def get_by(call: Call, name: str, field: str, value: str) -> Reply:
    """GET /sobjects/{name}/{field}/{value}."""
    found = _looked_up(call, readable(call, name), field, value)
    if found is None:
        raise refusals.NO_RECORD.refuse()
    return found if isinstance(found, Reply) else get(call, name, found)


def delete_by(call: Call, name: str, field: str, value: str) -> Reply:
    """DELETE /sobjects/{name}/{field}/{value}."""
    found = _looked_up(call, readable(call, name), field, value)
    if found is None:
        raise refusals.NO_RECORD.refuse()
    return found if isinstance(found, Reply) else delete(call, name, found)


def matching(call: Call, sobject: SObject, name: str, value: str) -> list[str]:
    """Ids of the records that have a value in a field by which records are found; raises `Refusal`."""
    field = sobject.field(name)
    if field is None or not field.id_lookup:
        raise refusals.NO_EXTERNAL_ID.refuse(value=name)
    found = call.records.find(sobject.name, **{field.name: value})
    return [record.id for record in found if not record.fields.get("IsDeleted")]


def _looked_up(call: Call, sobject: SObject, name: str, value: str) -> str | Reply | None:
    """The id of the record with that value; where there are several, the reply that lists them (recorded)."""
    if name.lower() == "id":
        return record_id_of(value)
    found = matching(call, sobject, name, value)
    if len(found) > 1:
        return Reply(HTTPStatus.MULTIPLE_CHOICES, [f"{call.api}/sobjects/{sobject.name}/{each}" for each in found])
    return found[0] if found else None


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
