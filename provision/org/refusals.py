"""Salesforce's "no", read from every envelope it comes in, and turned into errors.

REST answers an array of `{message, errorCode, fields}`, now and then a single object; collections use `statusCode`;
OAuth answers `{error, error_description}`; identity resources plain text; the edge HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from provision.errors import Code, ProvisionError, Refused, Unreachable
from provision.model.check import Refusal
from provision.transport import Response

SERVER_ERROR = 500
_EXCERPT = 400


def rest_refusals(response: Response) -> tuple[Refusal, ...]:
    """Return every error of a REST answer, in its order."""
    try:
        body = response.json()
    except ValueError:
        return (Refusal(f"HTTP {response.status}", _excerpt(response.text), response.status),)
    return errors_of(body, response.status)


def errors_of(body: Any, status: int) -> tuple[Refusal, ...]:
    """Return the errors in a decoded REST body, whichever of the known shapes it has."""
    items = body if isinstance(body, list) else [body]
    return tuple(_refusal(item, status) for item in items if isinstance(item, Mapping)) or (
        Refusal(f"HTTP {status}", _excerpt(json.dumps(body)), status),
    )


def oauth_refusal(response: Response) -> Refusal:
    """Return the error of an OAuth answer (RFC 6749 §5.2); `error_description` may be missing."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, Mapping) and "error" in body:
        return Refusal(str(body["error"]), str(body.get("error_description", "")), response.status)
    return Refusal(f"HTTP {response.status}", _excerpt(response.text), response.status)


def refused(summary: str, refusals: Iterable[Refusal], *, remedy: tuple[str, ...] = ()) -> ProvisionError:
    """Return the error for a refused request, with every code and text verbatim."""
    all_refusals = tuple(refusals)
    detail = "\n".join(sentence(refusal) for refusal in all_refusals)
    context = {"refusals": [{"code": r.code, "text": r.text, "status": r.status} for r in all_refusals]}
    if any(refusal.status >= SERVER_ERROR for refusal in all_refusals):
        return Unreachable(Code.SERVER_ERROR, summary, detail=detail, remedy=("Try again later",), context=context)
    for refusal in all_refusals:
        if refusal.code in _BY_CODE:
            code, known_remedy = _BY_CODE[refusal.code]
            return Refused(code, summary, detail=detail, remedy=remedy or known_remedy, context=context)
    return Refused(Code.REQUEST_REFUSED, summary, detail=detail, remedy=remedy, context=context)


def sentence(refusal: Refusal) -> str:
    """Return code, text and fields of a refusal in one line."""
    fields = f" (fields: {', '.join(refusal.fields)})" if refusal.fields else ""
    return f"{refusal.code}: {refusal.text}{fields}" if refusal.text else refusal.code


def _refusal(item: Mapping[str, Any], status: int) -> Refusal:
    code = str(item.get("errorCode") or item.get("statusCode") or item.get("error") or f"HTTP {status}")
    text = str(item.get("message") or item.get("error_description") or "")
    return Refusal(code, text, status, tuple(str(name) for name in item.get("fields") or ()))


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"


_API_ENABLED = "Give the admin user the permission API Enabled: provision org show says who that is"
_BY_CODE: Mapping[str, tuple[Code, tuple[str, ...]]] = {
    "INVALID_SESSION_ID": (
        Code.SESSION_EXPIRED,
        ("Log in to the org again (sf org login web, or a fresh SF_ACCESS_TOKEN) and rerun: finished steps are kept",),
    ),
    "Bad_OAuth_Token": (
        Code.SESSION_EXPIRED,
        ("Log in to the org again (sf org login web, or a fresh SF_ACCESS_TOKEN) and rerun: finished steps are kept",),
    ),
    "LICENSE_LIMIT_EXCEEDED": (
        Code.LICENSE_FULL,
        (
            "Deactivate a user that holds the licence, or buy seats",
            "Setup → Company Information shows the seats of each licence",
        ),
    ),
    "INVALID_CROSS_REFERENCE_KEY": (
        Code.REQUEST_REFUSED,
        ("Check the id: the org knows no such thing, or no longer", "Name the right org: -o NAME"),
    ),
    "API_DISABLED_FOR_ORG": (
        Code.REQUEST_REFUSED,
        (_API_ENABLED, "Or use an org whose edition has the API: orgs say the same of either"),
    ),
    "API_CURRENTLY_DISABLED": (Code.REQUEST_REFUSED, (_API_ENABLED,)),
    "DUPLICATE_USERNAME": (
        Code.USERNAME_TAKEN,
        ("Choose another username for this org under orgs.<org>.users: usernames are unique over all Salesforce orgs",),
    ),
}
