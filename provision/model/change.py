"""The difference between desired and observed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Action(StrEnum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class FieldChange:
    """One field of a change; `sensitive` values are never printed or saved."""

    field: str
    old: str | None
    new: str | None
    sensitive: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that differs, and how."""

    action: Action
    type: str
    """Salesforce's name of the kind of thing, or `KeyPair` for one of our own."""
    name: str
    app: str | None = None
    fields: tuple[FieldChange, ...] = ()


Handling = Literal["always applied", "decided by proof"]
"""`always applied`: sent in every run; `decided by proof`: taken to be right as long as the app passes its proof."""


@dataclass(frozen=True)
class Unread:
    """Something declared that the org never shows, so that no plan can tell whether it differs."""

    type: str
    name: str
    field: str
    handling: Handling
    app: str | None = None


class OutcomeStatus(StrEnum):
    """What came of a change."""

    APPLIED = "applied"
    FAILED = "failed"
    PLANNED = "planned"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """A change and what came of it."""

    change: Change
    status: OutcomeStatus
    detail: str | None = None
