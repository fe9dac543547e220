"""Consumer keys and secrets as Salesforce makes them."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Final

_KEY_PREFIX: Final = "3MVG9"
_KEY_ALPHABET: Final = string.ascii_letters + string.digits + "._"
_KEY_TAIL: Final = 80
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Credentials:
    """Consumer key and secret."""

    key: str
    secret: str = field(repr=False)


def generate() -> Credentials:
    """A new pair."""
    return Credentials(generate_key(), generate_secret())


def generate_key() -> str:
    """A consumer key: 85 characters with the usual prefix."""
    return _KEY_PREFIX + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(_KEY_TAIL))


def generate_secret() -> str:
    """A consumer secret: 64 upper-case hexadecimal digits."""
    return secrets.token_hex(_SECRET_BYTES).upper()
