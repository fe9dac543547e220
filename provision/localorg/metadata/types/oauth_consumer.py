"""Consumer keys, secrets and scopes of apps, whichever kind the app is."""

import secrets
import string
from collections.abc import Iterable
from typing import Final

from provision.localorg import facts

_KEY_PREFIX: Final = "3MVG9"
_KEY_ALPHABET: Final = string.ascii_letters + string.digits + "._"
_GENERATED_TAIL: Final = 80


def generate_key() -> str:
    """A consumer key as Salesforce makes them: 85 characters with the usual prefix."""
    return _KEY_PREFIX + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(_GENERATED_TAIL))


def generate_secret() -> str:
    """A consumer secret as Salesforce makes them: 64 upper-case hexadecimal digits."""
    return secrets.token_hex(32).upper()


def runtime_scopes(tokens: Iterable[str]) -> frozenset[str]:
    """Names that access tokens carry for the scope names of metadata; unknown ones are left out."""
    known = facts.load("metadata_scopes")
    names = known["runtime"] | known["assumed"]
    return frozenset(names[token] for token in tokens if token in names)
