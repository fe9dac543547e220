"""Answers that need not be sent again: descriptions, which in an org without custom fields stay as they are."""

import zlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from provision.localorg.clock import from_stamp
from provision.localorg.routes.data.call import Call, Reply

_SINCE: Final = "if-modified-since"


def reply(call: Call, body: Any) -> Reply:
    """The body with the moment of its last change; no body where the client has it from later (RFC 9110, 13.1.3)."""
    changed = _changed(call)
    tag = f'"{zlib.crc32(f"{call.path} {changed}".encode()):08x}"'
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True)}
    asked = _moment(call.headers.get(_SINCE, ""))
    if asked is not None and asked >= changed:
        return Reply(HTTPStatus.NOT_MODIFIED, None, headers=headers)
    return Reply(HTTPStatus.OK, body, headers=headers)


def _changed(call: Call) -> datetime:
    """When the org was made, to the second."""
    org = call.records.get(call.org.id)
    made = from_stamp(str(org.fields["CreatedDate"])) if org else call.clock.now()
    return made.astimezone(UTC).replace(microsecond=0)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
