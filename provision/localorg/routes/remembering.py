"""The log of requests: what was asked and what was answered, without anything that is secret."""

from typing import Final

from werkzeug import Response

from provision.localorg.clock import stamp
from provision.localorg.routes.exchange import Answer, Exchange
from provision.localorg.store import exchanges
from provision.localorg.store.database import Transaction
from provision.localorg.store.exchanges import Exchanged

DROPPED: Final = 0
"""Status of a request that got no answer."""


def remember(exchange: Exchange, response: Response, transaction: Transaction) -> None:
    """Write what came of a request into the log."""
    refusal, reason, api_call = None, None, False
    if isinstance(response, Answer):
        refusal, reason, api_call = response.refusal, response.reason, response.api_call
    _insert(exchange, transaction, (response.status_code, refusal, reason), api_call=api_call)


def remember_with_effects(exchange: Exchange, answer: Answer, transaction: Transaction) -> Answer:
    """Write the answer into the log in the very transaction of its effects, which saves busy endpoints a second one.

    Where something is to go wrong with the request, its answer may never arrive: the log is left to whoever knows.
    """
    if exchange.undisturbed:
        remember(exchange, answer, transaction)
        answer.remembered = True
    return answer


def remember_dropped(exchange: Exchange, reason: str | None, transaction: Transaction) -> None:
    """Write into the log that a request got no answer."""
    _insert(exchange, transaction, (DROPPED, "DROPPED", reason), api_call=False)


def _insert(
    exchange: Exchange, transaction: Transaction, came: tuple[int, str | None, str | None], *, api_call: bool
) -> None:
    org_id = exchange.tenant.id if exchange.tenant else exchanges.LOGIN_HOSTS
    exchanged = Exchanged(exchange.request.method, exchange.request.path, *came)
    transaction.exchanges(org_id).insert(exchanged, stamp(exchange.now), api_call=api_call)
