"""What an app may bring along for its consumer, whichever kind the app is: key, secret, scopes."""

import re
from collections.abc import Iterable
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.tenant import Tenant

_KEY: Final = re.compile(r"\S{8,256}")
_SECRET: Final = re.compile(r"\S{8,256}")


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


def minutes(text: str | None) -> int | None:
    """A session timeout; None where the file leaves it to the org."""
    return int(text) if text and text.isascii() and text.isdigit() else None
