"""What can be wrong with a metadata document, and how the place of it is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document."""

    severity: Severity
    rule: str
    """Stable name, for instance `unknown-element`; `rules.RULES` says more about each."""
    path: str
    """The element below the root, as in `oauthConfig.scopes[2]` for the second `scopes`; `""` is the root."""
    message: str


def nth(path: str, number: int) -> str:
    """Return the path of the entry `number` (from 1) of a repeated element; the first has none."""
    return path if number == 1 else f"{path}[{number}]"


def below(path: str, name: str) -> str:
    """Return the path of the element `name` inside `path`."""
    return f"{path}.{name}" if path else name
