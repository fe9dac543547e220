"""Token requests and what goes with them, spoken directly (RFC 6749, RFC 7523, RFC 7009).

A refused grant is an answer, not an exception: callers look at `Refusal` to tell causes apart.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from provision.model.check import Refusal
from provision.org.refusals import oauth_refusal, rest_refusals
from provision.transport import Request, Response, Transport

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
OK = 200


@dataclass(frozen=True)
class Token:
    """An access token and what Salesforce said with it."""

    access_token: str = field(repr=False)
    instance_url: str
    identity_url: str
    """`https://<login host>/id/<organization id>/<user id>`."""
    scopes: frozenset[str] | None
    """Granted scopes where the answer states them."""

    @property
    def organization_id(self) -> str:
        """The 18-character organization id from the identity URL."""
        return self.identity_url.rstrip("/").rsplit("/", 2)[-2]

    @property
    def user_id(self) -> str:
        """The 18-character id of the user that the token acts as."""
        return self.identity_url.rstrip("/").rsplit("/", 1)[-1]


def jwt_bearer(transport: Transport, host: str, assertion: str) -> Token | Refusal:
    """Ask for a token with a signed assertion (RFC 7523 §2.1)."""
    return _token(transport, host, {"grant_type": JWT_BEARER, "assertion": assertion})


def client_credentials_in_body(transport: Transport, host: str, key: str, secret: str) -> Token | Refusal:
    """Ask for a token with the consumer key and secret in the form (RFC 6749 §2.3.1, §4.4)."""
    form = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    return _token(transport, host, form)


def client_credentials_as_basic(transport: Transport, host: str, key: str, secret: str) -> Token | Refusal:
    """Ask for a token with the consumer key and secret as Basic header (RFC 6749 §2.3.1, §4.4)."""
    credentials = base64.b64encode(f"{key}:{secret}".encode()).decode()
    return _token(transport, host, {"grant_type": "client_credentials"}, {"authorization": f"Basic {credentials}"})


def userinfo(transport: Transport, token: Token) -> Mapping[str, Any] | Refusal:
    """Return the OpenID userinfo document of the token's user."""
    url = f"{token.instance_url}/services/oauth2/userinfo"
    response = transport.send(Request("GET", url, bearer(token.access_token), repeatable=True))
    return _document(response)


def resources(transport: Transport, token: Token, api_version: str) -> Refusal | None:
    """Make one REST call as the token's user; `None` means that it was answered."""
    url = f"{token.instance_url}/services/data/v{api_version}/"
    response = transport.send(Request("GET", url, bearer(token.access_token), repeatable=True))
    if response.status == OK:
        return None
    return rest_refusals(response)[0]


def describe(transport: Transport, token: Token, api_version: str, sobject: str) -> Mapping[str, Any] | Refusal:
    """Describe an object as the token's user: what they may create, change and delete."""
    url = f"{token.instance_url}/services/data/v{api_version}/sobjects/{sobject}/describe"
    response = transport.send(Request("GET", url, bearer(token.access_token), repeatable=True))
    if response.status != OK:
        return rest_refusals(response)[0]
    return _document(response)


def revoke(transport: Transport, token: Token) -> Refusal | None:
    """Revoke the token (RFC 7009)."""
    return revoke_text(transport, token.instance_url, token.access_token)


def revoke_text(transport: Transport, instance_url: str, text: str) -> Refusal | None:
    """Revoke whatever `text` stands for: an access token, a refresh token, or the delete token of an OauthToken row."""
    url = f"{instance_url}/services/oauth2/revoke"
    response = transport.send(Request("POST", url, form={"token": text}))
    return None if response.status == OK else oauth_refusal(response)


def bearer(access_token: str) -> dict[str, str]:
    """Return the header that presents a token (RFC 6750 §2.1)."""
    return {"authorization": f"Bearer {access_token}"}


def _token(
    transport: Transport, host: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Token | Refusal:
    request = Request("POST", f"https://{host}/services/oauth2/token", headers or {}, form=form)
    response = transport.send(request)
    if response.status != OK:
        return oauth_refusal(response)
    try:
        body = response.json()
        instance_url = str(body["instance_url"]).rstrip("/")
    except (ValueError, KeyError, TypeError):
        return Refusal("NOT_A_TOKEN", "the answer is not one of Salesforce's token endpoint", response.status)
    transport.allow(urlsplit(instance_url).hostname or host)
    scope = body.get("scope")
    return Token(
        access_token=body["access_token"],
        instance_url=instance_url,
        identity_url=body["id"],
        scopes=frozenset(scope.split()) if isinstance(scope, str) else None,
    )


def _document(response: Response) -> Mapping[str, Any] | Refusal:
    if response.status != OK:
        return oauth_refusal(response)
    try:
        body = response.json()
    except ValueError:
        return oauth_refusal(response)
    return body if isinstance(body, Mapping) else oauth_refusal(response)
