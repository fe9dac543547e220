"""GET /apps/oauth/usage, and /apps/oauth/credentials: consumer keys and secrets of External Client Apps over REST.

Resources, properties and versions as the Connect REST API guide has them; where published clients read something
else (URLs that name the staged pair itself), the answer is what they live on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from provision.localorg.clock import stamp
from provision.localorg.oauth import staging
from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.sobjects import refusals
from provision.localorg.sobjects.refusals import Wording
from provision.localorg.store import credentials, ids
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.records import Record
from provision.localorg.store.staged import StagedPair

Endpoint = Callable[..., Reply]

_USAGE_SINCE: Final = 59
_CREDENTIALS_SINCE: Final = 60
_STAGED_SINCE: Final = 65
_NEEDED: Final = frozenset({"ExternalClientAppDeveloper", "ViewClientSecret"})
_PAGE_SIZE: Final = 100
_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"key"}),
    "key": frozenset({"key"}),
    "secret": frozenset({"secret"}),
    "keyandsecret": frozenset({"key", "secret"}),
}

SECRETS_OFF: Final = Wording(
    "FUNCTIONALITY_NOT_ENABLED",
    "This feature is not currently enabled for this user type or org: [ExternalClientAppConsumerSecretRestApi]",
    "recorded; name of the feature and that it is said here assumed (sfdx-hardis looks for 'not currently enabled')",
    HTTPStatus.FORBIDDEN,
)
STAGED_ALREADY: Final = Wording(
    "INVALID_OPERATION",
    "The consumer has staged credentials already. Delete them first.",
    "thread: one staged pair for each consumer; code and text assumed",
)
NOT_STAGED: Final = Wording("INVALID_OPERATION", "Credentials that were rotated cannot be rotated again.", "assumed")
BAD_COMMAND: Final = Wording("INVALID_INPUT", "The command must be rotate.", "assumed")
BAD_PART: Final = Wording("INVALID_INPUT", "part is one of key, secret, keyandsecret.", "assumed")


@dataclass(frozen=True, slots=True)
class _Found:
    """The consumer that a path names, with its app, and where it is found."""

    app: Record
    consumer: Consumer
    consumer_id: str
    url: str

    @property
    def staged_url(self) -> str:
        """Where staged pairs are found."""
        return f"{self.url}/staged"


def usage(call: Call) -> Reply:
    """GET /apps/oauth/usage: apps of the org that take part in OAuth."""
    _check_version(call, _USAGE_SINCE)
    page, size = _number(call, "page", 0), max(1, _number(call, "pageSize", _PAGE_SIZE))
    apps = [(app, found) for app in call.records.all("ExternalClientApplication") if (found := _consumer(call, app))]
    here = f"{call.api}/apps/oauth/usage?pageSize={size}&page="
    shown = [_app(app, consumer) for app, consumer in apps[page * size : (page + 1) * size]]
    more = len(apps) > (page + 1) * size
    following = f"{here}{page + 1}" if more else None
    return Reply(HTTPStatus.OK, {"apps": shown, "currentPageUrl": f"{here}{page}", "nextPageUrl": following})


def consumers(call: Call, app_id: str) -> Reply:
    """GET /apps/oauth/credentials/{app}: the app's consumers, which is one, without its secret."""
    found = _find(call, app_id)
    shown = [_shown(found, frozenset({"key"}))]
    here = f"{call.api}/apps/oauth/credentials/{app_id}"
    return Reply(HTTPStatus.OK, {"consumers": shown, "currentPageUrl": here, "nextPageUrl": None})


def consumer(call: Call, app_id: str, consumer_id: str) -> Reply:
    """GET /apps/oauth/credentials/{app}/{consumer}: key and secret, as `part` asks."""
    found = _find(call, app_id, consumer_id)
    parts = _PARTS.get(call.arguments.get("part", "").lower())
    if parts is None:
        raise BAD_PART.refuse()
    return Reply(HTTPStatus.OK, _shown(found, parts))


def staged(call: Call, app_id: str, consumer_id: str) -> Reply:
    """GET …/staged: the staged pair, if there is one."""
    found = _find(call, app_id, consumer_id, _STAGED_SINCE)
    return _collection(found, _live(call, found))


def stage(call: Call, app_id: str, consumer_id: str) -> Reply:
    """POST …/staged: make a second pair, which works at once beside the first."""
    found = _find(call, app_id, consumer_id, _STAGED_SINCE)
    if _live(call, found):
        raise STAGED_ALREADY.refuse()
    staged_id = call.transaction.next_id("StagedCredentials")
    pair = staging.stage(found.consumer, credentials.generate(), staged_id, call.caller.user_id, call.clock.now())
    call.transaction.staged_pairs(call.org.id).put(pair)
    call.transaction.sessions(call.org.id).approve_alike(found.consumer.key, pair.key)
    return _collection(found, pair)


def staged_pair(call: Call, app_id: str, consumer_id: str, staged_id: str) -> Reply:
    """GET …/staged/{id}."""
    found = _find(call, app_id, consumer_id, _STAGED_SINCE)
    return Reply(HTTPStatus.OK, _pair(found, _named(call, found, staged_id)))


def rotate(call: Call, app_id: str, consumer_id: str, staged_id: str) -> Reply:
    """PATCH …/staged/{id}: the staged pair becomes the first, and the first the staged one."""
    found = _find(call, app_id, consumer_id, _STAGED_SINCE)
    pair = _named(call, found, staged_id)
    if call.document().get("command") != "rotate":
        raise BAD_COMMAND.refuse()
    if pair.state != "Active":
        raise NOT_STAGED.refuse()
    spare_id = call.transaction.next_id("StagedCredentials")
    first, before = staging.rotate(found.consumer, pair, spare_id, call.clock.now())
    call.transaction.consumers(call.org.id).put(first)
    call.transaction.staged_pairs(call.org.id).put(before)
    return Reply(HTTPStatus.OK, _pair(found, before))


def unstage(call: Call, app_id: str, consumer_id: str, staged_id: str = "") -> Reply:
    """DELETE …/staged, DELETE …/staged/{id}: the staged pair stops to work at once."""
    found = _find(call, app_id, consumer_id, _STAGED_SINCE)
    if staged_id:
        _named(call, found, staged_id)
    elif not _live(call, found):
        raise refusals.NO_RESOURCE.refuse()
    call.transaction.staged_pairs(call.org.id).delete(found.app.id)
    return Reply(HTTPStatus.NO_CONTENT)


_CONSUMER: Final = "/apps/oauth/credentials/<app_id>/<consumer_id>"

RESOURCES: Final[tuple[tuple[str, str, Endpoint], ...]] = (
    ("/apps/oauth/usage", "GET", usage),
    ("/apps/oauth/credentials/<app_id>", "GET", consumers),
    (_CONSUMER, "GET", consumer),
    (f"{_CONSUMER}/staged", "GET", staged),
    (f"{_CONSUMER}/staged", "POST", stage),
    (f"{_CONSUMER}/staged", "DELETE", unstage),
    (f"{_CONSUMER}/staged/<staged_id>", "GET", staged_pair),
    (f"{_CONSUMER}/staged/<staged_id>", "PATCH", rotate),
    (f"{_CONSUMER}/staged/<staged_id>", "DELETE", unstage),
)
"""Path below the version, method, endpoint."""


def _check_version(call: Call, since: int) -> None:
    if int(call.version.partition(".")[0]) < since:
        raise refusals.NO_RESOURCE.refuse()


def _check_access(call: Call) -> None:
    settings = call.transaction.documents(call.org.id).get("Settings", "ExternalClientApp") or {}
    if settings.get("enableClientSecretInRestApiAccess") != "true" or not call.caller.permissions >= _NEEDED:
        raise SECRETS_OFF.refuse()


def _find(call: Call, app_id: str, consumer_id: str = "", since: int = _CREDENTIALS_SINCE) -> _Found:
    _check_version(call, since)
    _check_access(call)
    app = call.records.get(app_id)
    held = _consumer(call, app) if app is not None and app.sobject == "ExternalClientApplication" else None
    if app is None or held is None:
        raise refusals.NO_RESOURCE.refuse()
    own_id = _consumer_id(call, app)
    if consumer_id and ids.full(consumer_id) != own_id:
        raise refusals.NO_RESOURCE.refuse()
    return _Found(app, held, own_id, f"{call.api}/apps/oauth/credentials/{app.id}/{own_id}")


def _consumer(call: Call, app: Record) -> Consumer | None:
    return call.transaction.consumers(call.org.id).for_app(app.id)


def _consumer_id(call: Call, app: Record) -> str:
    """Id of 18 characters; the app's OAuth settings link to it."""
    (settings,) = call.records.find("ExtlClntAppOauthSettings", ExternalClientApplicationId=app.id)
    return ids.lengthen(str(settings.fields["OauthLink"]).partition(":")[2])


def _live(call: Call, found: _Found) -> StagedPair | None:
    pair = call.transaction.staged_pairs(call.org.id).for_app(found.app.id)
    return pair if pair and pair.expires_at > call.clock.now() else None


def _named(call: Call, found: _Found, staged_id: str) -> StagedPair:
    pair = _live(call, found)
    if pair is None or pair.id != ids.full(staged_id):
        raise refusals.NO_RESOURCE.refuse()
    return pair


def _app(app: Record, consumer: Consumer) -> dict[str, Any]:
    return {
        "accessTokenFormat": "JWT" if consumer.jwt_access_tokens else "Opaque",
        "availableActions": [],
        "description": app.fields.get("Description"),
        "developerName": app.fields["DeveloperName"],
        "identifier": app.id,
        "isFromPackage": False,
        "label": app.fields["MasterLabel"],
        "usageDetailsUrl": None,
    }


def _shown(found: _Found, parts: frozenset[str]) -> dict[str, Any]:
    return {
        "id": found.consumer_id,
        "key": found.consumer.key if "key" in parts else None,
        "name": found.app.fields["DeveloperName"],
        "secret": found.consumer.secret if "secret" in parts else None,
        "stagedCredentialsUrl": found.staged_url,
        "url": found.url,
    }


def _collection(found: _Found, pair: StagedPair | None) -> Reply:
    shown = [_pair(found, pair)] if pair else []
    return Reply(HTTPStatus.OK, {"stagedCredentials": shown, "url": found.staged_url})


def _pair(found: _Found, pair: StagedPair) -> dict[str, Any]:
    return {
        "createdBy": pair.created_by,
        "createdDate": stamp(pair.created_at),
        "expirationDate": stamp(pair.expires_at),
        "id": pair.id,
        "key": pair.key,
        "secret": pair.secret,
        "stagedCredentialsUrl": found.staged_url,
        "state": pair.state,
        "url": f"{found.staged_url}/{pair.id}",
    }


def _number(call: Call, name: str, default: int) -> int:
    text = call.arguments.get(name, "")
    return int(text[:6]) if text.isascii() and text.isdigit() else default
