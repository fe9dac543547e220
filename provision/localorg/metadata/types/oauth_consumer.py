"""Consumer keys, secrets and scopes of apps, whichever kind the app is."""

import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.tenant import Tenant

_KEY_PREFIX: Final = "3MVG9"
_KEY_ALPHABET: Final = string.ascii_letters + string.digits + "._"
_GENERATED_TAIL: Final = 80
_KEY: Final = re.compile(r"\S{8,256}")
_SECRET: Final = re.compile(r"\S{8,256}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Consumer key and secret."""

    key: str
    secret: str = field(repr=False)


def generate() -> Credentials:
    """A new pair as Salesforce makes them."""
    return Credentials(generate_key(), generate_secret())


def generate_key() -> str:
    """A consumer key as Salesforce makes them: 85 characters with the usual prefix."""
    return _KEY_PREFIX + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(_GENERATED_TAIL))


def generate_secret() -> str:
    """A consumer secret as Salesforce makes them: 64 upper-case hexadecimal digits."""
    return secrets.token_hex(32).upper()


def check_new_key(tenant: Tenant, key: str) -> None:
    """Insist that a key of one's own may be taken.

    Raises:
        Refusal: too short, too long, blanks, or an app of any org has it.

    """
    # The guide says "alphanumeric", yet widely used tools deploy keys with . _ - + / = and succeed.
    if not _KEY.fullmatch(key):
        raise refusals.KEY_LENGTH.refuse()
    if tenant.consumers.by_key(key) is not None:
        raise refusals.KEY_TAKEN.refuse()


def check_new_secret(secret: str) -> None:
    """Insist that a secret has the documented length.

    Raises:
        Refusal: it has not.

    """
    if not _SECRET.fullmatch(secret):
        raise refusals.SECRET_LENGTH.refuse()


def runtime_scopes(tokens: Iterable[str]) -> frozenset[str]:
    """Names that access tokens carry for the scope names of metadata; unknown ones are left out."""
    known = facts.load("metadata_scopes")
    names = known["runtime"] | known["assumed"]
    return frozenset(names[token] for token in tokens if token in names)
