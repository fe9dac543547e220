"""What a check of the doctor is and says: one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from provision.diagnose.sight import Sight
from provision.errors import ProvisionError
from provision.model.desired import Desired
from provision.org.client import Org, Site
from provision.store.protocol import Store


class Health(StrEnum):
    """How something stands."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    """What one check found."""

    check: str
    health: Health
    detail: str
    remedy: str | None = None
    org: str | None = None


@dataclass(frozen=True)
class Machine:
    """What is looked at on this machine."""

    environ: Mapping[str, str]
    store: Store
    slots: tuple[tuple[str, str], ...]
    """(org, app) of the settings."""
    uses_sf: bool
    """Whether an org lets sf give the admin session."""


@dataclass(frozen=True)
class Patient:
    """An org under examination; without an admin session `org` is `None` and `refused` says why."""

    site: Site
    org: Org | None
    desired: Desired
    sight: Sight
    refused: ProvisionError | None = None
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def as_admin(self) -> Org:
        """The org, for checks that take an admin session: these run with one only."""
        assert self.org is not None, "the check is not declared to take an admin session"
        return self.org


@dataclass(frozen=True)
class OfMachine:
    """A check of this machine."""

    name: str
    question: str
    look: Callable[[Machine], Line]


@dataclass(frozen=True)
class OfOrg:
    """A check of an org."""

    name: str
    question: str
    look: Callable[[Patient], Line]
    admin: bool = True
    """Whether it takes an admin session."""


def ok(name: str, detail: str) -> Line:
    """Return a line about something in order."""
    return Line(name, Health.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Line:
    """Return a line about something that will be in the way, or may."""
    return Line(name, Health.WARNING, detail, remedy)


def problem(name: str, detail: str, remedy: str) -> Line:
    """Return a line about something that is in the way."""
    return Line(name, Health.PROBLEM, detail, remedy)


def skipped(name: str, detail: str) -> Line:
    """Return a line about something that could not be looked at, or does not apply."""
    return Line(name, Health.SKIPPED, detail)
