"""Whether an answer of the local org is the recorded one, field by field, but for what no two orgs share."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

ANY: Final = "<any>"
"""In a fixture: some value that differs between orgs in a way of its own."""
MORE: Final = "<more>"
"""In a fixture, second in a list: there are any number of entries like the first."""
_ID: Final = r"(?:0[A-Za-z0-9]{2}|888)[0-9A-Za-z]{12}"
_UNSHARED: Final = (
    (re.compile(r"\b00D\w{12,15}!\S+"), "<token>"),
    (re.compile(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$"), "<jwt>"),
    (re.compile(r"\b01g\w{12,15}-\d+"), "<locator>"),
    (re.compile(rf"\b{_ID}[A-Z0-5]{{3}}\b"), "<id>"),
    (re.compile(rf"\b{_ID}\b"), "<short id>"),
    (re.compile(r"https://[^/\s\"]+"), "https://<host>"),
    (re.compile(r"/v\d{2,3}\.0\b"), "/v<version>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+0000)"), "<time>"),
    (re.compile(r"^\d{13}$"), "<milliseconds>"),
    (re.compile(r"^[A-Za-z0-9+/]{43}=$"), "<signature>"),
)
_EPOCH: Final = 1_000_000_000


def normal(value: Any) -> Any:
    """The value with ids, hosts, versions, tokens and times replaced by their names."""
    if isinstance(value, str):
        for pattern, name in _UNSHARED:
            value = pattern.sub(name, value)
        return value
    if isinstance(value, Mapping):
        return {name: normal(each) for name, each in value.items()}
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, int) and value > _EPOCH:
        return "<seconds>"
    return value


def differences(expected: Any, found: Any, *, part: bool = False, at: str = "body") -> Iterator[str]:
    """What differs between two normalised values.

    With `part` objects of the answer may have further keys: the recording was cut, or orgs differ in them.
    """
    if expected == ANY:
        return
    if isinstance(expected, list) and expected[1:] == [MORE] and isinstance(found, list):
        expected = expected[:1] * max(1, len(found))
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        keys = [key for key in found if key in expected] if part else list(found)
        if keys != list(expected):
            yield f"{at}: keys {keys}, expected {list(expected)}"
        for key in expected:
            if key in found:
                yield from differences(expected[key], found[key], part=part, at=f"{at}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (left, right) in enumerate(zip(expected, found, strict=True)):
            yield from differences(left, right, part=part, at=f"{at}[{place}]")
    elif expected != found or isinstance(expected, bool) != isinstance(found, bool):
        yield f"{at}: {found!r}, expected {expected!r}"
