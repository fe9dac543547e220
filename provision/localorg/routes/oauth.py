"""OAuth and identity endpoints, on login hosts and My Domains."""

import base64
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from werkzeug import Response
from werkzeug.routing import Rule

from provision.localorg.oauth import access_token, grant, identity, refusals, revoking
from provision.localorg.oauth.attempt import Host, TokenRequest
from provision.localorg.oauth.grant import Granted, Refused, Urls
from provision.localorg.routes import rendering
from provision.localorg.routes.exchange import SANDBOX_LOGIN_HOST, Answer, Exchange
from provision.localorg.routes.remembering import remember_with_effects
from provision.localorg.sobjects import access, licenses
from provision.localorg.sobjects.refusals import NO_RESOURCE
from provision.localorg.store import ids
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Transaction
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record
from provision.localorg.store.refresh_tokens import RefreshToken

_FORM: Final = "application/x-www-form-urlencoded"
_INTEGRATION_LICENSE: Final = "Salesforce Integration"


def token(exchange: Exchange) -> Response:
    """POST /services/oauth2/token."""
    if exchange.request.method != "POST":
        return _refused(refusals.NOT_POST)
    request = TokenRequest(
        form=_form(exchange),
        basic=_basic(exchange),
        host=_host(exchange),
        base_url=exchange.base_url,
        org=exchange.tenant,
        address=exchange.request.remote_addr or "127.0.0.1",
        at_alias=exchange.at_alias,
    )
    with exchange.database.transaction() as transaction:
        answer = _asked(exchange, grant.ask(request, transaction))
        return remember_with_effects(exchange, answer, transaction)


def userinfo(exchange: Exchange) -> Response:
    """GET /services/oauth2/userinfo."""

    def document(transaction: Transaction, org: OrgRow, user: Record) -> Response:
        held = licenses.user_license_of(transaction.records(org.id), user).fields["Name"]
        shown = identity.userinfo(org, user, _urls(exchange, org), is_integration_user=held == _INTEGRATION_LICENSE)
        return rendering.oauth(HTTPStatus.OK, shown)

    return _about_user(exchange, document)


def identity_url(exchange: Exchange, org_id: str, user_id: str) -> Response:
    """GET /id/{organization}/{user}."""

    def document(_transaction: Transaction, org: OrgRow, user: Record) -> Response:
        if ids.full(org_id) != org.id or ids.full(user_id) != user.id:
            return rendering.bad_oauth_token()
        return rendering.oauth(HTTPStatus.OK, identity.identity(org, user, _urls(exchange, org)))

    return _about_user(exchange, document)


def revoke(exchange: Exchange) -> Response:
    """GET or POST /services/oauth2/revoke, of an access token, a refresh token or a delete token."""
    presented = _form(exchange).get("token") or exchange.request.args.get("token", "")
    with exchange.database.transaction() as transaction:
        org = _org_of(exchange, transaction, presented)
        revoked = org is not None and revoking.revoke(transaction, org.id, presented)
        if not revoked and exchange.tenant is not None:
            revoked = revoking.revoke_use(transaction, exchange.tenant.id, presented)
    return Answer(status=HTTPStatus.OK) if revoked else _refused(refusals.INVALID_TOKEN)


def introspect(exchange: Exchange) -> Response:
    """POST /services/oauth2/introspect."""
    form, basic = _form(exchange), _basic(exchange)
    key, secret = (form["client_id"], form.get("client_secret", "")) if "client_id" in form else basic or ("", "")
    presented = form.get("token", "")
    with exchange.database.reading() as transaction:
        consumer = transaction.consumers("").by_key(key)
        if consumer is None:
            return _refused(refusals.UNKNOWN_CONSUMER)
        if consumer.secret != secret:
            return _refused(refusals.WRONG_SECRET)
        return rendering.oauth(HTTPStatus.OK, _introspected(exchange, transaction, consumer, presented))


def discovery(exchange: Exchange) -> Response:
    """GET /.well-known/openid-configuration."""
    return rendering.oauth(HTTPStatus.OK, identity.discovery(exchange.base_url))


def auth_configuration(exchange: Exchange) -> Response:
    """GET /.well-known/auth-configuration, which My Domains alone have."""
    if exchange.tenant is None:
        return rendering.rest_refusal(exchange.request, [NO_RESOURCE.refuse()])
    shown = identity.auth_configuration(exchange.tenant, exchange.instance_url(exchange.tenant))
    return rendering.oauth(HTTPStatus.OK, shown)


def keys(exchange: Exchange) -> Response:
    """GET /id/keys: what signed access tokens are verified with; none until an app asked for such tokens."""
    with exchange.database.reading() as transaction:
        held = transaction.signing_keys(exchange.tenant.id).get() if exchange.tenant else None
    return rendering.oauth(HTTPStatus.OK, {"keys": [access_token.published(held)] if held else []})


RULES: Final = (
    Rule("/services/oauth2/token", endpoint=token),
    Rule("/services/oauth2/userinfo", endpoint=userinfo),
    Rule("/services/oauth2/revoke", endpoint=revoke),
    Rule("/services/oauth2/introspect", endpoint=introspect),
    Rule("/id/<org_id>/<user_id>", endpoint=identity_url),
    Rule("/id/keys", endpoint=keys),
    Rule("/.well-known/openid-configuration", endpoint=discovery),
    Rule("/.well-known/auth-configuration", endpoint=auth_configuration),
)


def _asked(exchange: Exchange, asked: Granted | Refused) -> Answer:
    if isinstance(asked, Refused):
        return _refused(asked.wording, asked.check)
    return rendering.oauth(HTTPStatus.OK, grant.answer(asked, _urls(exchange, asked.org)))


def _about_user(exchange: Exchange, document: Callable[[Transaction, OrgRow, Record], Response]) -> Response:
    """A document about the user of the bearer token."""
    presented = exchange.bearer_token() or _form(exchange).get("access_token", "")
    with exchange.database.reading() as transaction:
        org = _org_of(exchange, transaction, presented)
        session = transaction.sessions(org.id).get(presented) if org else None
        if org is None or session is None:
            return rendering.bad_oauth_token()
        user = access.live_user(transaction.records(org.id), session.user_id)
        return document(transaction, org, user) if user else rendering.bad_oauth_token()


def _introspected(
    exchange: Exchange, transaction: Transaction, consumer: Consumer, presented: str
) -> identity.Document:
    org = _org_of(exchange, transaction, presented)
    if org is None:
        return {"active": False}
    sees_all = consumer.introspect_all and transaction.consumers("").org_of(consumer.key) == org.id
    held = transaction.sessions(org.id).get(presented) or transaction.refresh_tokens(org.id).get(presented)
    user = access.live_user(transaction.records(org.id), held.user_id) if held else None
    if held is None or user is None or not (sees_all or held.consumer_key == consumer.key):
        return {"active": False}
    if isinstance(held, RefreshToken):
        scopes = (transaction.consumers("").by_key(held.consumer_key) or consumer).scopes
        return identity.refresh_introspection(org, user, (held.consumer_key, scopes), _urls(exchange, org))
    return identity.introspection(org, user, held, _urls(exchange, org))


def _org_of(exchange: Exchange, transaction: Transaction, presented: str) -> OrgRow | None:
    """The org of a token: at a login host whichever issued it, at a My Domain only the one asked."""
    org = transaction.orgs.of_session(presented) or transaction.orgs.of_refresh_token(presented)
    return org if org and (exchange.tenant is None or exchange.tenant.id == org.id) else None


def _host(exchange: Exchange) -> Host:
    if exchange.tenant is not None:
        return "my-domain"
    return "sandbox-login" if exchange.request.host == SANDBOX_LOGIN_HOST else "production-login"


def _form(exchange: Exchange) -> dict[str, str]:
    """Form fields; a body of another type is as good as none. The first of repeated fields counts."""
    request = exchange.request
    return request.form.to_dict() if request.mimetype == _FORM else {}


def _basic(exchange: Exchange) -> tuple[str, str] | None:
    """User and password of a Basic header (RFC 7617); None where there is none that can be read."""
    scheme, _, encoded = exchange.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if colon else None


def _urls(exchange: Exchange, org: OrgRow) -> Urls:
    return Urls(exchange.instance_url(org), exchange.login_url(org))


def _refused(wording: refusals.Wording, check: str | None = None) -> Answer:
    return rendering.oauth_refusal(wording.error, wording.description, f"not so: {check}" if check else None)
