"""JWT bearer assertions (RFC 7523 §3), and the only module that imports PyJWT."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import jwt

from provision.errors import Bug, Code
from provision.keys.delegate import DelegatedKey
from provision.model.keys import Signer

LONGEST_LIFETIME = timedelta(minutes=3)
"""Salesforce asks for an `exp` within three minutes."""


def assertion(  # noqa: PLR0913 -- one argument for each claim, by name
    signer: Signer,
    *,
    consumer_key: str,
    username: str,
    audience: str,
    now: datetime,
    lifetime: timedelta = LONGEST_LIFETIME,
    jti: str | None = None,
) -> str:
    """Return an assertion that `username` is to be acted for, signed RS256.

    Claims: `iss` (consumer key), `sub` (username), `aud`, `exp` (whole seconds) and `jti`, a random UUID unless given.
    `now` is aware; `lifetime` is positive and at most three minutes.
    """
    if now.tzinfo is None or not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise Bug(Code.BUG, f"An assertion takes an aware time and at most {LONGEST_LIFETIME}, not {now!r}, {lifetime}")
    claims = {
        "iss": consumer_key,
        "sub": username,
        "aud": audience,
        "exp": int((now + lifetime).timestamp()),
        "jti": jti or str(uuid.uuid4()),
    }
    return jwt.encode(claims, DelegatedKey(signer), algorithm="RS256")
