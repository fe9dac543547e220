"""Passwords of users: what REST knows of them, which is little."""

from http import HTTPStatus
from typing import Final

from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.routes.data.records import readable, record_id_of
from provision.localorg.sobjects import refusals
from provision.localorg.store.records import Record

_USER: Final = "User"


def show(call: Call, user_id: str) -> Reply:
    """GET /sobjects/User/{id}/password."""
    _user(call, user_id)
    return Reply(HTTPStatus.OK, {"isExpired": False})


def put(call: Call, user_id: str) -> Reply:
    """POST /sobjects/User/{id}/password with NewPassword."""
    user = _user(call, user_id)
    call.caller.insist("edit", readable(call, _USER))
    new = call.document().get("NewPassword")
    if not isinstance(new, str) or not new:
        raise refusals.BAD_JSON.refuse(reason="NewPassword is required")
    call.transaction.passwords(call.org.id).put(user.id, new)
    return Reply(HTTPStatus.NO_CONTENT)


def _user(call: Call, user_id: str) -> Record:
    found = call.records.get(record_id_of(user_id))
    if found is None or found.sobject != _USER:
        raise refusals.NO_RECORD.refuse()
    return found
