"""Scopes as token answers list them."""

from collections.abc import Iterable
from typing import Final

_KNOWN_ORDER: Final = (
    "id",
    "refresh_token",
    "offline_access",
    "openid",
    "sfap_api",
    "chatbot_api",
    "web",
    "api",
    "full",
)
"""An order that all recorded answers agree with: `web api`, `id full`, `id refresh_token openid`, …"""


def in_order(scopes: Iterable[str]) -> str:
    """Scopes separated by blanks."""
    places = {scope: place for place, scope in enumerate(_KNOWN_ORDER)}
    return " ".join(sorted(scopes, key=lambda scope: (places.get(scope, len(places)), scope)))


def allows_rest(scopes: Iterable[str]) -> bool:
    """Whether a token with these scopes may call the REST API."""
    return bool({"api", "full"} & set(scopes))
