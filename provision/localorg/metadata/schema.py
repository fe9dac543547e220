"""Which elements each metadata type has at each API version, read from the facts file.

The version that counts is the one in `package.xml`, not the one in the URL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from provision.localorg import facts

SCALARS: Final = frozenset({"string", "boolean", "int", "double", "long", "date", "dateTime", "time", "base64Binary"})


@dataclass(frozen=True, slots=True)
class Window:
    """API versions (major numbers, both inclusive) in which a name exists; None leaves that side open."""

    since: int | None
    until: int | None

    def holds(self, version: int) -> bool:
        """Whether `version` lies inside."""
        return (self.since is None or version >= self.since) and (self.until is None or version <= self.until)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a complex type; `required` as deploys enforce it."""

    name: str
    type: str
    repeats: bool
    required: bool
    window: Window


class Schema:
    """Every known type and enumeration."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._types = {
            name: tuple(_element(raw) for raw in entry["fields"] if not raw.get("feature"))
            for name, entry in known["types"].items()
        }
        self._since = {name: Window(entry.get("since"), None) for name, entry in known["types"].items()}
        self._enums = {
            name: tuple((raw["value"], _window(raw)) for raw in values) for name, values in known["enums"].items()
        }

    def has_type(self, name: str) -> bool:
        """Whether `name` is a known complex type at any version."""
        return name in self._types

    def is_younger(self, name: str, version: int) -> bool:
        """Whether a type is known, but not yet to that version."""
        return name in self._types and not self._since[name].holds(version)

    def elements(self, name: str, version: int) -> Mapping[str, Element]:
        """Elements of a complex type at that version, by name."""
        return {element.name: element for element in self._types[name] if element.window.holds(version)}

    def values(self, enum: str, version: int) -> tuple[str, ...]:
        """Values of an enumeration at that version."""
        return tuple(value for value, window in self._enums[enum] if window.holds(version))

    def rank(self, enum: str) -> Mapping[str, int]:
        """Place of each value in the order in which Salesforce returns them, at whichever version."""
        return {value: place for place, (value, _) in enumerate(self._enums[enum])}

    def is_enum(self, name: str) -> bool:
        """Whether `name` is an enumeration."""
        return name in self._enums


def _element(raw: Mapping[str, Any]) -> Element:
    return Element(raw["name"], raw["type"], raw.get("repeats", False), raw.get("required", False), _window(raw))


def _window(raw: Mapping[str, Any]) -> Window:
    return Window(raw.get("since"), raw.get("until"))


@cache
def schema() -> Schema:
    """The schema of the facts file, read once."""
    return Schema(facts.load("metadata_types"))
