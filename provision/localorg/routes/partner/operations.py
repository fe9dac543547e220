"""Operations of the partner SOAP API: those of REST, with records that are written as XML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from provision.localorg.clock import stamp
from provision.localorg.login import soap_login
from provision.localorg.metadata.soap import Call as Asked
from provision.localorg.routes.data import collections, query
from provision.localorg.routes.data.call import Call
from provision.localorg.routes.partner import records
from provision.localorg.routes.partner.messages import NO_OPERATION, PartnerFault
from provision.localorg.sobjects import describe, refusals
from provision.localorg.store import ids

Operation = Callable[[Call, Asked], Any]

_MOST: Final = 2000
"""Ids of a `retrieve` (documented)."""
_FIELD_LIST: Final = re.compile(r"[\w.]+(?:\s*,\s*[\w.]+)*", re.ASCII)
_UNKNOWN: Final = (
    "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c'"
    " after the entity name. Please reference your WSDL or the describe call for the appropriate names."
)
"""Recorded by node-salesforce-connection."""


def named(operation: str) -> Operation:
    """The operation with that name; raises `PartnerFault` where there is none."""
    if operation not in _OPERATIONS:
        raise NO_OPERATION
    return _OPERATIONS[operation]


def _create(call: Call, asked: Asked) -> Any:
    given = _given(call, asked)
    return records.results(collections.create(_with(call, asked, given)).body)


def _update(call: Call, asked: Asked) -> Any:
    given = _given(call, asked)
    return records.results(collections.update(_with(call, asked, given)).body)


def _upsert(call: Call, asked: Asked) -> Any:
    given = _given(call, asked)
    if not given:
        return []
    name, field = given[0]["attributes"]["type"], asked.arguments.text_of("externalIDFieldName")
    return records.results(collections.upsert(_with(call, asked, given), name, field).body)


def _delete(call: Call, asked: Asked) -> Any:
    given = _ids(asked)
    every = str(asked.all_or_none).lower()
    made = collections.delete(replace(call, arguments={"ids": ",".join(given), "allOrNone": every})).body
    told = [_malformed(each) if ids.full(each) is None else result for each, result in zip(given, made, strict=True)]
    return records.results(told)


def _retrieve(call: Call, asked: Asked) -> Any:
    """The records in the order of their ids, nil where there is none."""
    given, fields = _ids(asked), asked.arguments.text_of("fieldList")
    name = asked.arguments.text_of("sObjectType")
    _insist(call, name)
    if len(given) > _MOST:
        raise refusals.TOO_MANY.refuse(reason=f"no more than {_MOST} ids can be retrieved in one call")
    if not _FIELD_LIST.fullmatch(fields):
        raise refusals.NO_FIELD.refuse(field=fields, sobject=name)
    full = [ids.full(each) for each in given]
    sought = ", ".join(f"'{each}'" for each in full if each)
    if not sought:
        return [None for _ in given]
    others = [each.strip() for each in fields.split(",") if each.strip().lower() != "id"]
    soql = f"SELECT {', '.join(['Id', *others])} FROM {name} WHERE Id IN ({sought})"
    rows = query.query(replace(call, arguments={"q": soql}, batch_size=None)).body["records"]
    found = {row["Id"]: records.retrieved(row) for row in rows}
    return [found.get(each or "") for each in full]


def _query(call: Call, asked: Asked) -> Any:
    return records.page(query.query(_asking(call, asked)).body)


def _query_all(call: Call, asked: Asked) -> Any:
    return records.page(query.query_all(_asking(call, asked)).body)


def _query_more(call: Call, asked: Asked) -> Any:
    return records.page(query.more(call, asked.arguments.text_of("queryLocator")).body)


def _user_info(call: Call, asked: Asked) -> Any:
    session = call.transaction.sessions(call.org.id).get(asked.session_id)
    user = call.records.get(call.caller.user_id)
    if session is None or user is None:
        raise refusals.SESSION_INVALID.refuse()
    valid = session.expires_at - session.issued_at
    return soap_login.user_info(call.transaction, call.org, user, valid)


def _timestamp(call: Call, _asked: Asked) -> Any:
    return {"timestamp": records.moment(stamp(call.clock.now()))}


def _logout(call: Call, asked: Asked) -> Any:
    call.transaction.sessions(call.org.id).revoke(asked.session_id)
    return []


_OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": _create,
    "delete": _delete,
    "getServerTimestamp": _timestamp,
    "getUserInfo": _user_info,
    "logout": _logout,
    "query": _query,
    "queryAll": _query_all,
    "queryMore": _query_more,
    "retrieve": _retrieve,
    "update": _update,
    "upsert": _upsert,
}


def _given(call: Call, asked: Asked) -> list[dict[str, Any]]:
    """The records of a write; raises `PartnerFault` where the org does not have their sObject."""
    given = [records.read(node) for node in asked.arguments.all("sObjects")]
    for each in given:
        _insist(call, each["attributes"]["type"])
    return given


def _insist(call: Call, name: str) -> None:
    sobject = describe.find(name)
    if sobject is None or not call.caller.may("read", sobject):
        raise PartnerFault("INVALID_TYPE", _UNKNOWN.format(name=name), "InvalidSObjectFault")


def _with(call: Call, asked: Asked, given: list[dict[str, Any]]) -> Call:
    return replace(call, body={"allOrNone": asked.all_or_none, "records": given})


def _asking(call: Call, asked: Asked) -> Call:
    return replace(call, arguments={"q": asked.arguments.text_of("queryString")})


def _ids(asked: Asked) -> list[str]:
    return [node.text.strip() for node in asked.arguments.all("ids")]


def _malformed(record_id: str) -> Mapping[str, Any]:
    """What has not the form of an id (recorded)."""
    error = {"statusCode": "MALFORMED_ID", "message": f"bad id {record_id}", "fields": []}
    return {"success": False, "errors": [error]}
