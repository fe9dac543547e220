"""Consumer keys and secrets of External Client Apps, current and staged (Connect REST API, `apps/oauth`).

An org gives secrets only while its setting "Allow access to External Client App consumer secrets via REST API" is on;
`provision.acts.secret_access` turns it on and off. Secrets leave this module only as `Secret`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from provision.errors import Code, ProvisionError, Refused
from provision.model.secret import Secret
from provision.org.refusals import refused, rest_refusals
from provision.org.rest import Rest, answered
from provision.org.session import Session
from provision.transport import Response, Transport

USAGE_SINCE, CREDENTIALS_SINCE, STAGED_SINCE = 59, 60, 65
"""API versions that brought the resources; older settings are served at these."""
PAGE_SIZE = 100
NOT_FOUND = 404
_REFUSED = 300
_OFF = ("not currently enabled", "feature is not enabled", "not enabled for this user")
"""What orgs say while the setting is off, and to users without the permissions (recorded by published clients)."""

StagedState = Literal["active", "rotated", "expired"]


@dataclass(frozen=True)
class RegisteredApp:
    """An app that takes part in OAuth, as the org lists it."""

    id: str
    """`0xI…`."""
    name: str
    """DeveloperName."""
    is_packaged: bool
    token_format: str
    """`Opaque` or `JWT`."""


@dataclass(frozen=True)
class Consumer:
    """What of an app is known by a consumer key."""

    app_id: str
    id: str
    """`888…`."""
    consumer_key: str | None


@dataclass(frozen=True)
class KeyAndSecret:
    """A consumer key and its secret."""

    consumer_key: str
    consumer_secret: Secret


@dataclass(frozen=True)
class StagedPair:
    """The pair that works beside the current one for up to thirty days: before it takes its place, or after."""

    id: str
    consumer_key: str | None
    consumer_secret: Secret | None
    state: StagedState | str
    """`active` waits to become current; `rotated` was current before."""
    expires: str | None
    """Moment as the org writes it (ISO 8601)."""


class OAuthApps:
    """Reads and rotates credentials for one session.

    Every method raises `Refused`: `SECRET_ACCESS_OFF` where the org gives no secrets, or not to this user.
    """

    def __init__(self, transport: Transport, session: Session) -> None:
        self._transport = transport
        self._session = session

    def apps(self) -> Iterator[RegisteredApp]:
        """Yield the apps of the org, page by page."""
        rest = self._rest(USAGE_SINCE)
        path: str | None = f"apps/oauth/usage?page=0&pageSize={PAGE_SIZE}"
        seen: set[str] = set()
        while path is not None and path not in seen:
            seen.add(path)
            page = _read(rest.send("GET", path), "The org did not list its OAuth apps")
            yield from (_app(item) for item in page.get("apps") or ())
            path = page.get("nextPageUrl")

    def find(self, name: str) -> RegisteredApp | None:
        """Return the app with a developer name; one of the org's own before one that a package brought."""
        found = sorted((app for app in self.apps() if app.name == name), key=lambda app: app.is_packaged)
        return found[0] if found else None

    def consumers(self, app_id: str) -> tuple[Consumer, ...]:
        """Return the consumers of an app, which is one in all orgs seen; without secrets."""
        response = self._rest(CREDENTIALS_SINCE).send("GET", _path(app_id))
        body = _read(response, "The org did not show the app's consumer")
        listed = (item for item in body.get("consumers") or ())
        return tuple(Consumer(app_id, str(item["id"]), item.get("key")) for item in listed)

    def current(self, consumer: Consumer) -> KeyAndSecret:
        """Return the current consumer key and secret."""
        path = f"{_path(consumer.app_id, consumer.id)}?part=keyandsecret"
        body = _read(self._rest(CREDENTIALS_SINCE).send("GET", path), "The org did not show the consumer secret")
        key, secret = body.get("key"), body.get("secret")
        if not key or not secret:
            raise _withheld()
        return KeyAndSecret(str(key), Secret(str(secret)))

    def staged(self, consumer: Consumer) -> StagedPair | None:
        """Return the pair beside the current one, if there is one."""
        response = self._rest(STAGED_SINCE).send("GET", _staged(consumer))
        return _first(_read(response, "The org did not show the staged credentials"))

    def stage(self, consumer: Consumer) -> StagedPair:
        """Make a second pair, which works at once; the org refuses where there is one already.

        Where no answer came, `staged` tells whether it was made.
        """
        # Orgs were seen to hang on a POST without a body, although none is documented.
        response = self._rest(STAGED_SINCE).send("POST", _staged(consumer), {})
        made = _first(_read(response, "The org staged no credentials"))
        if made is None or made.consumer_secret is None:
            raise _withheld()
        return made

    def promote(self, consumer: Consumer, staged_id: str) -> None:
        """Make a staged pair the current one; the pair before it works on as the staged one, state `rotated`.

        Where no answer came, `current` tells whether it happened.
        """
        response = self._rest(STAGED_SINCE).send("PATCH", _staged(consumer, staged_id), {"command": "rotate"})
        _check(response, "The org did not make the staged credentials current")

    def delete_staged(self, consumer: Consumer, staged_id: str) -> None:
        """Delete a staged pair, which stops to work at once; one that is gone already is fine."""
        response = self._rest(STAGED_SINCE).send("DELETE", _staged(consumer, staged_id))
        if response.status != NOT_FOUND:
            _check(response, "The org did not delete the staged credentials")

    def _rest(self, version: int) -> Rest:
        return Rest(self._transport, self._session.since(version))


def _path(*ids: str) -> str:
    return "/".join(("apps/oauth/credentials", *(quote(one, safe="") for one in ids)))


def _staged(consumer: Consumer, *staged_id: str) -> str:
    return "/".join((_path(consumer.app_id, consumer.id), "staged", *(quote(one, safe="") for one in staged_id)))


def _read(response: Response, summary: str) -> Mapping[str, Any]:
    _check(response, summary)
    return answered(response, summary)


def _check(response: Response, summary: str) -> None:
    if response.status < _REFUSED:
        return
    refusals = rest_refusals(response)
    problem = refused(summary, refusals)
    if any(words in refusal.text for refusal in refusals for words in _OFF):
        raise Refused(Code.SECRET_ACCESS_OFF, summary, detail=problem.detail, remedy=_REMEDY, context=problem.context)
    raise problem


def _withheld() -> ProvisionError:
    return Refused(
        Code.SECRET_ACCESS_OFF,
        "The org did not show the consumer secret",
        detail="Its answer has no key or no secret.",
        remedy=_REMEDY,
    )


_REMEDY = (
    "Give the admin user the permissions External Client App Developer and View Client Secret",
    "Setup → External Client Apps → Settings: allow access to consumer secrets via REST API",
    "Or copy the secret in Setup and store it: provision keys secret --secret -",
)


def _app(item: Mapping[str, Any]) -> RegisteredApp:
    return RegisteredApp(
        id=str(item["identifier"]),
        name=str(item["developerName"]),
        is_packaged=item.get("isFromPackage") is True,
        token_format=str(item.get("accessTokenFormat") or "Opaque"),
    )


def _first(body: Mapping[str, Any]) -> StagedPair | None:
    for item in body.get("stagedCredentials") or ():
        secret = item.get("secret")
        return StagedPair(
            id=str(item["id"]),
            consumer_key=item.get("key"),
            consumer_secret=Secret(str(secret)) if secret else None,
            state=str(item.get("state") or "active").lower(),
            expires=item.get("expirationDate"),
        )
    return None
