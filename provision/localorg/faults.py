"""Faults as whoever asks meets them: broken connections, and refusals that have nothing to do with the request."""

import errno
from collections.abc import Callable, Sequence
from typing import Final, assert_never
from urllib.parse import unquote_plus

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException

from provision.localorg.clock import Clock
from provision.localorg.metadata.faults import FaultWording
from provision.localorg.routes import metadata, rendering
from provision.localorg.routes.exchange import Answer
from provision.localorg.routes.partner import messages as partner
from provision.localorg.sobjects.refusals import Wording
from provision.localorg.store.database import Database
from provision.localorg.store.fault_switches import Fault, FaultKind, FaultSwitch

ROW_LOCK: Final = Wording(
    "UNABLE_TO_LOCK_ROW",
    "unable to obtain exclusive access to this record",
    "recorded code: salto client; assumed text; over SOAP the form too",
)
REQUEST_LIMIT: Final = Wording(
    "REQUEST_LIMIT_EXCEEDED",
    "TotalRequests Limit exceeded.",
    "recorded: one live log with status 403; assumed over SOAP",
    403,
)
UNAVAILABLE: Final = "no healthy upstream"
"""A proxy without a server; recorded in a retry list of the salto client, that it comes as plain text is assumed."""
MAINTENANCE: Final = (
    "<html><head><title>SERVER_UNAVAILABLE</title></head>"
    "<body><h1>SERVER_UNAVAILABLE</h1><p>The server is temporarily unavailable.</p></body></html>\n"
)
"""SERVER_UNAVAILABLE as HTML; the name is recorded in retry lists, the page is assumed."""
_STATUS: Final = 503
SOAP: Final = "/services/Soap/"
METADATA: Final = f"{SOAP}m/"


class Dropped(ConnectionResetError):
    """The connection breaks; whoever serves the application closes it without an answer."""

    def __init__(self, when: str) -> None:
        super().__init__(errno.ECONNRESET, f"connection dropped {when} the effect, as a fault switch says")


def take(request: Request, switches: Sequence[FaultSwitch], database: Database) -> Fault | None:
    """The first fault that meets the request, counted."""
    for switch in switches:
        fault = switch.fault
        if not fault.fits(request.method, request.path) or not _sends(request, fault.containing):
            continue
        with database.transaction() as transaction:
            if transaction.fault_switches.spend(switch):
                return fault
    return None


def suffer(fault: Fault, request: Request, clock: Clock, respond: Callable[[], Response]) -> Response:
    """What becomes of the request; raises `Dropped`."""
    match fault.kind:
        case FaultKind.DROP_BEFORE:
            raise Dropped("before")
        case FaultKind.DROP_AFTER:
            respond()
            raise Dropped("after")
        case FaultKind.SLOW:
            clock.wait(fault.seconds)
            return respond()
        case FaultKind.UNAVAILABLE:
            return _noted(Answer(UNAVAILABLE, _STATUS, content_type="text/plain"), "UNAVAILABLE")
        case FaultKind.MAINTENANCE:
            return _noted(Answer(MAINTENANCE, _STATUS, content_type="text/html;charset=UTF-8"), "SERVER_UNAVAILABLE")
        case FaultKind.ROW_LOCK:
            return _refused(request, ROW_LOCK)
        case FaultKind.REQUEST_LIMIT:
            return _refused(request, REQUEST_LIMIT)
    assert_never(fault.kind)


def _sends(request: Request, text: str) -> bool:
    if not text or text in unquote_plus(request.query_string.decode()):
        return True
    try:
        return text.encode() in request.get_data()
    except HTTPException:
        return False  # too large or cut off, for which there are refusals of their own


def _refused(request: Request, wording: Wording) -> Response:
    """A refusal in the words of the protocol that was asked."""
    if request.path.startswith(METADATA):
        return metadata.refused_call(FaultWording(wording.code, wording.text, wording.source).fault())
    if request.path.startswith(SOAP):
        api = request.path.removeprefix(SOAP)[:1]
        return partner.fault(api, partner.PartnerFault.of(wording.refuse()))
    return rendering.rest_refusal(request, [wording.refuse()])


def _noted(answer: Answer, refusal: str) -> Answer:
    answer.refusal, answer.reason = refusal, "as a fault switch says"
    return answer
