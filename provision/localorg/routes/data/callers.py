"""Who makes a call of the data APIs, and whether the token is good for it."""

from typing import Final

from provision.localorg.oauth import policy
from provision.localorg.oauth.scopes import allows_rest
from provision.localorg.sobjects import access, refusals
from provision.localorg.sobjects.access import Caller
from provision.localorg.store.database import Transaction
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.sessions import Session

_API: Final = "ApiEnabled"


def of(org: OrgRow, token: str | None, transaction: Transaction) -> Caller:
    """The user of the session with that token; raises `Refusal` where it does not carry the call."""
    session = transaction.sessions(org.id).get(token) if token else None
    if session is None:
        raise (refusals.WRONG_ISSUER if _is_signed_elsewhere(token, transaction) else refusals.SESSION_INVALID).refuse()
    records = transaction.records(org.id)
    if session.consumer_key is not None and not _is_for_rest(org, session, transaction):
        raise refusals.NOT_FOR_REST.refuse()
    if org.switches.rest_api == "disabled":
        raise refusals.REST_DISABLED.refuse()
    if access.live_user(records, session.user_id) is None:
        raise refusals.SESSION_INVALID.refuse()
    caller = access.caller(records, session.user_id)
    if _API not in caller.permissions:
        raise refusals.API_DISABLED.refuse()
    return caller


def _is_signed_elsewhere(token: str | None, transaction: Transaction) -> bool:
    """Whether it is a signed token, but one of another org."""
    return bool(token) and "!" not in str(token) and transaction.orgs.of_session(str(token)) is not None


def _is_for_rest(org: OrgRow, session: Session, transaction: Transaction) -> bool:
    """Whether an app's session is good for REST: by its scopes, its level, and API Access Control (all recorded)."""
    if not allows_rest(session.scopes) or org.switches.session_level == "high-assurance":
        return False
    if not policy.access_control_is_on(org.switches, transaction.documents(org.id)):
        return True
    consumer = transaction.consumers(org.id).by_key(session.consumer_key or "")
    records = transaction.records(org.id)
    return consumer is None or policy.passes_access_control(consumer, records, session.user_id)
