"""What follows from a token request: a session or none, a row of login history, and the answer."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from provision.localorg.clock import stamp
from provision.localorg.oauth import access_token, order, refusals
from provision.localorg.oauth.attempt import Attempt, ClientCredentials, JwtBearer, Password, Refresh, TokenRequest
from provision.localorg.oauth.refusals import OAuthRefusal, Wording
from provision.localorg.oauth.revoking import new_delete_token
from provision.localorg.oauth.scopes import in_order
from provision.localorg.store import app_menu
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Transaction
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record, Records
from provision.localorg.store.sessions import Session

JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_CREDENTIALS: Final = "client_credentials"
RESOURCE_OWNER: Final = "password"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105  # the name of a grant type
_API_INSTANCE: Final = "https://api.salesforce.com"
_SUCCESS: Final = "Success"


@dataclass(frozen=True, slots=True)
class Granted:
    """A token that was granted, and for which grant type."""

    grant_type: str
    org: OrgRow
    consumer: Consumer
    session: Session


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the org says it is: API and identity."""

    instance: str
    login: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was refused; the org is known where the request reached one."""

    wording: Wording
    org: OrgRow | None = field(default=None)
    check: str | None = None
    """The check that refused, which the caller is not told."""


def ask(request: TokenRequest, transaction: Transaction) -> Granted | Refused:
    """Grant a token or refuse; either way login history is written within the transaction."""
    now = transaction.now()
    grant_type = request.form.get("grant_type", "")
    if grant_type == JWT_BEARER:
        return _settle(JwtBearer(request, transaction, now), order.JWT_BEARER, transaction, grant_type)
    if grant_type == CLIENT_CREDENTIALS:
        attempt = ClientCredentials(request, transaction, now)
        return _settle(attempt, order.CLIENT_CREDENTIALS, transaction, grant_type)
    if grant_type == RESOURCE_OWNER:
        return _settle(Password(request, transaction, now), order.PASSWORD, transaction, grant_type)
    if grant_type == REFRESH_TOKEN:
        return _settle(Refresh(request, transaction, now), order.REFRESH_TOKEN, transaction, grant_type)
    return Refused(refusals.UNSUPPORTED_GRANT_TYPE, request.org)


def answer(granted: Granted, urls: Urls) -> Mapping[str, Json]:
    """The keys of the token answer in the order recorded for the grant type."""
    session, org = granted.session, granted.org
    identity = f"{urls.login}/id/{org.id}/{session.user_id}"
    if granted.grant_type == JWT_BEARER:
        return {
            "access_token": session.token,
            "scope": in_order(session.scopes),
            "instance_url": urls.instance,
            "id": identity,
            "token_type": "Bearer",
        }
    issued_at = str(int(session.issued_at.timestamp() * 1000))
    if granted.grant_type in {RESOURCE_OWNER, REFRESH_TOKEN}:
        return {
            "id": identity,
            "issued_at": issued_at,
            "instance_url": urls.instance,
            "signature": _signature(granted.consumer.secret, identity + issued_at),
            "access_token": session.token,
            "token_type": "Bearer",
        }
    signature = _signature(granted.consumer.secret, identity + issued_at)
    if granted.consumer.jwt_access_tokens:
        return {
            "access_token": session.token,
            "signature": signature,
            "token_format": "jwt",
            "scope": in_order(session.scopes),
            "instance_url": urls.instance,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
            "api_instance_url": _API_INSTANCE,
        }
    return {
        "access_token": session.token,
        "signature": signature,
        "token_format": "opaque",
        "instance_url": urls.instance,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def _settle(
    attempt: order.A, checks: order.Order[order.A], transaction: Transaction, grant_type: str
) -> Granted | Refused:
    try:
        order.check(attempt, checks)
    except OAuthRefusal as refusal:
        if refusal.wording.history is not None and attempt.user is not None:
            _log_in(attempt, attempt.user, refusal.wording.history)
        return Refused(refusal.wording, attempt.request.org, refusal.check)
    user, org = attempt.user, attempt.org
    if user is None or org is None:
        raise AssertionError("the checks let a request through that reaches no user")
    session = _issue(attempt, transaction, org, user)
    attempt.issued(session)
    _log_in(attempt, user, _SUCCESS)
    unchanged = {name: user.fields[name] for name in ("LastModifiedDate", "SystemModstamp")}
    attempt.records.update(user.id, {**unchanged, "LastLoginDate": stamp(attempt.now)})
    _count_use(attempt.records, attempt.consumer, user, stamp(attempt.now))
    return Granted(grant_type, org, attempt.consumer, session)


def _issue(attempt: Attempt, transaction: Transaction, org: OrgRow, user: Record) -> Session:
    """A token in the form that the app asks for."""
    consumer = attempt.consumer
    lifetime = timedelta(minutes=consumer.session_timeout_minutes or org.switches.session_timeout_minutes)
    token = None
    if consumer.jwt_access_tokens:
        claims = access_token.Claims(
            org_id=org.id,
            user_id=user.id,
            consumer=consumer,
            issuer=f"https://{org.my_domain}",
            scopes=in_order(consumer.scopes),
            issued_at=attempt.now,
            expires_at=attempt.now + lifetime,
        )
        token = access_token.make(transaction.signing_keys(org.id), claims)
    return transaction.sessions(org.id).issue(user.id, consumer.key, consumer.scopes, lifetime, token)


def _log_in(attempt: Attempt, user: Record, status: str) -> None:
    attempt.records.insert(
        "LoginHistory",
        {
            "UserId": user.id,
            "LoginTime": stamp(attempt.now),
            "LoginType": "Remote Access 2.0",
            "SourceIp": attempt.request.address,
            "LoginUrl": attempt.request.base_url.partition("://")[2],
            "Browser": "Unknown",
            "Platform": "Unknown",
            "Status": status,
            "Application": attempt.consumer.name,
            "ClientVersion": "N/A",
            "ApiType": "N/A",
            "ApiVersion": "N/A",
        },
    )


def _count_use(records: Records, consumer: Consumer, user: Record, moment: str) -> None:
    item = app_menu.item_of(records, consumer)
    held = records.find("OauthToken", UserId=user.id, AppMenuItemId=item)
    if held:
        count = held[0].fields["UseCount"]
        uses = count + 1 if isinstance(count, int) else 1
        records.update(held[0].id, {"AppName": consumer.name, "UseCount": uses, "LastUsedDate": moment})
    else:
        use: dict[str, Json] = {"UserId": user.id, "AppName": consumer.name, "UseCount": 1, "LastUsedDate": moment}
        records.insert("OauthToken", {**use, "AppMenuItemId": item, "DeleteToken": new_delete_token()})


def _signature(secret: str, text: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
