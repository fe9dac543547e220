"""Faults as whoever asks meets them: broken connections, and refusals that have nothing to do with the request."""

import errno
from collections.abc import Callable, Sequence
from typing import Final, assert_never

from werkzeug import Request, Response

from provision.localorg.clock import Clock
from provision.localorg.routes import rendering
from provision.localorg.routes.exchange import Answer
from provision.localorg.sobjects.refusals import Wording
from provision.localorg.store.database import Database
from provision.localorg.store.fault_switches import Fault, FaultKind, FaultSwitch

ROW_LOCK: Final = Wording(
    "UNABLE_TO_LOCK_ROW",
    "unable to obtain exclusive access to this record",
    "recorded code: salto client; assumed text",
)
REQUEST_LIMIT: Final = Wording(
    "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "recorded: one live log with status 403", 403
)
UNAVAILABLE: Final = "no healthy upstream"
"""Recorded: retry list of the salto client; that it comes as plain text is assumed."""
MAINTENANCE: Final = (
    "<html><head><title>SERVER_UNAVAILABLE</title></head>"
    "<body><h1>SERVER_UNAVAILABLE</h1><p>The server is temporarily unavailable.</p></body></html>\n"
)
"""The name is recorded in retry lists, the page is assumed."""
_STATUS: Final = 503


class Dropped(ConnectionResetError):
    """The connection breaks; whoever serves the application closes it without an answer."""

    def __init__(self, when: str) -> None:
        super().__init__(errno.ECONNRESET, f"connection dropped {when} the effect, as a fault switch says")


def take(request: Request, switches: Sequence[FaultSwitch], database: Database) -> Fault | None:
    """The first fault that meets the request, counted."""
    for switch in switches:
        fault = switch.fault
        if not fault.meets(request.method, request.path):
            continue
        if fault.containing and fault.containing.encode() not in request.get_data():
            continue
        with database.transaction() as transaction:
            if transaction.fault_switches.spend(switch.number):
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
            return rendering.rest_refusal(request, [ROW_LOCK.refuse()])
        case FaultKind.REQUEST_LIMIT:
            return rendering.rest_refusal(request, [REQUEST_LIMIT.refuse()])
    assert_never(fault.kind)


def _noted(answer: Answer, refusal: str) -> Answer:
    answer.refusal, answer.reason = refusal, "as a fault switch says"
    return answer
