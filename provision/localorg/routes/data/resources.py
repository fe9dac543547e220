"""Which path below the version leads to which call."""

from collections.abc import Callable
from typing import Final

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from provision.localorg.routes.data import (
    collections,
    composite,
    general,
    oauth_apps,
    oauth_tokens,
    passwords,
    query,
    records,
)
from provision.localorg.routes.data.call import Call, Reply
from provision.localorg.routes.data.general import NEWEST, OLDEST
from provision.localorg.sobjects import refusals

Endpoint = Callable[..., Reply]


def answer(call: Call) -> Reply:
    """Answer a call; raises `Refusal`."""
    check_version(call.version)
    endpoint, arguments = _found(call)
    return endpoint(call, **arguments)


def check_version(version: str) -> None:
    """Raise `Refusal` for versions that are retired or still to come."""
    number, _, minor = version.partition(".")
    if minor != "0" or not number.isascii() or not number.isdigit() or int(number[:4]) > NEWEST:
        raise refusals.NO_RESOURCE.refuse()
    if int(number) < OLDEST:
        raise refusals.RETIRED.refuse()


def _composite(call: Call) -> Reply:
    if not call.alone:
        raise refusals.NO_RESOURCE.refuse()
    return composite.composite(call, answer)


def _batch(call: Call) -> Reply:
    if not call.alone:
        raise refusals.NO_RESOURCE.refuse()
    return composite.batch(call, answer)


def _rule(path: str, method: str, endpoint: Endpoint) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint, strict_slashes=False)


MAP: Final = Map(
    [
        _rule("/", "GET", general.resources),
        _rule("/limits", "GET", general.limits),
        _rule("/limits/recordCount", "GET", general.record_count),
        _rule("/query", "GET", query.query),
        _rule("/queryAll", "GET", query.query_all),
        _rule("/query/<locator>", "GET", query.more),
        _rule("/queryAll/<locator>", "GET", query.more),
        _rule("/tooling/query", "GET", query.tooling_query),
        _rule("/sobjects", "GET", records.sobjects),
        _rule("/sobjects/<name>", "GET", records.basics),
        _rule("/sobjects/<name>", "POST", records.create),
        _rule("/sobjects/<name>/describe", "GET", records.description),
        _rule("/sobjects/<name>/<record_id>", "GET", records.get),
        _rule("/sobjects/<name>/<record_id>", "PATCH", records.update),
        _rule("/sobjects/<name>/<record_id>", "DELETE", records.delete),
        _rule("/sobjects/User/<user_id>/password", "GET", passwords.show),
        _rule("/sobjects/User/<user_id>/password", "POST", passwords.put),
        _rule("/sobjects/<name>/<field>/<value>", "GET", records.get_by),
        _rule("/sobjects/<name>/<field>/<value>", "PATCH", records.upsert),
        _rule("/sobjects/<name>/<field>/<value>", "DELETE", records.delete_by),
        _rule("/composite", "POST", _composite),
        _rule("/composite/batch", "POST", _batch),
        _rule("/composite/sobjects", "POST", collections.create),
        _rule("/composite/sobjects", "PATCH", collections.update),
        _rule("/composite/sobjects", "DELETE", collections.delete),
        _rule("/composite/sobjects/<name>", "GET", collections.retrieve),
        _rule("/composite/sobjects/<name>", "POST", collections.retrieve),
        _rule("/composite/sobjects/<name>/<field>", "PATCH", collections.upsert),
        _rule("/apps/oauth/usage/tokens/<token_id>", "DELETE", oauth_tokens.revoke),
        *(_rule(path, method, endpoint) for path, method, endpoint in oauth_apps.RESOURCES),
    ],
    merge_slashes=False,
)


def _found(call: Call) -> tuple[Endpoint, dict[str, str]]:
    urls = MAP.bind("localhost")
    try:
        endpoint, arguments = urls.match(call.path, method=call.method)
    except MethodNotAllowed as error:
        allowed = ",".join(sorted(error.valid_methods or ()))
        raise refusals.METHOD.refuse(method=call.method, allowed=allowed) from None
    except NotFound:
        raise refusals.NO_RESOURCE.refuse() from None
    return endpoint, dict(arguments)
