"""Record ids: three characters of key prefix, twelve that number the record, three that protect the case."""

import re
import string
from functools import cache, lru_cache
from typing import Final

from provision.localorg import facts

SHORT: Final = 15
FULL: Final = 18
_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SUFFIX: Final = string.ascii_uppercase + "012345"
_POD: Final = "5g0"
_GROUP: Final = 5
_SHAPE: Final = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)


def number(prefix: str, count: int) -> str:
    """The 18-character id of the record with that number; ids sort as their numbers do."""
    digits = ""
    for _ in range(SHORT - len(prefix) - len(_POD)):
        count, digit = divmod(count, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return lengthen(prefix + _POD + digits)


def lengthen(short: str) -> str:
    """A 15-character id with the three characters that tell which of its letters are capitals."""
    return short + "".join(
        _SUFFIX[sum(1 << place for place, letter in enumerate(short[at : at + _GROUP]) if letter.isupper())]
        for at in range(0, SHORT, _GROUP)
    )


@lru_cache(maxsize=4096)
def full(text: str) -> str | None:
    """The 18-character id for one of 15 or 18 characters; None where it is neither.

    In 18 characters the case of letters does not matter: the suffix restores it.
    """
    if not _SHAPE.fullmatch(text):
        return None
    if len(text) == SHORT:
        return lengthen(text)
    suffix = text[SHORT:].upper()
    if any(letter not in _SUFFIX for letter in suffix):
        return None
    restored = "".join(
        letter.upper() if _SUFFIX.index(suffix[place // _GROUP]) >> place % _GROUP & 1 else letter.lower()
        for place, letter in enumerate(text[:SHORT])
    )
    return restored + suffix if lengthen(restored) == restored + suffix else None


def prefix_of(sobject: str) -> str:
    """The key prefix of an sObject."""
    return str(_prefixes()[sobject])


def sobject_of(record_id: str) -> str | None:
    """The sObject that an id belongs to, by its prefix; None for a prefix that is not known here."""
    return _by_prefix().get(record_id[:3])


def _prefixes() -> dict[str, str]:
    return dict(facts.load("key_prefixes")["prefixes"])


@cache
def _by_prefix() -> dict[str, str]:
    return {prefix: sobject for sobject, prefix in _prefixes().items()}
