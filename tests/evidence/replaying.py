"""All fixtures: answers that were recorded or documented, each with the way in which it is asked for again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.evidence import rest_asking, soap_asking

FIXTURES: Final = Path(__file__).parent / "fixtures"
DIFFERENCES: Final = "differences"

Case = Mapping[str, Any]


@dataclass(frozen=True)
class Fixture:
    """The cases of one part of the surface."""

    name: str
    cases: list[Case]
    replay: Callable[[Case, Path], list[str]]
    """Ask a fresh org what a case asks; what differs from the recorded answer."""


def fixtures() -> list[Fixture]:
    """Every fixture, by name."""
    names = sorted(path.stem for path in FIXTURES.glob("*.json") if path.stem != DIFFERENCES)
    return [Fixture(name, load(name), _replay(name)) for name in names]


def load(name: str) -> list[Case]:
    """What one file holds."""
    found: list[Case] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def _replay(name: str) -> Callable[[Case, Path], list[str]]:
    return soap_asking.replay if name.startswith(("metadata_", "soap_")) else rest_asking.replay
