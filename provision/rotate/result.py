"""What came of a rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from provision.errors import Code, Failed, Partial, Pending, ProvisionError
from provision.model.desired import AppKind
from provision.model.result import AppResult, CertificateState
from provision.model.rotation import Strategy

Status = Literal[
    "rotated", "rolled-back", "waiting", "not-due", "unchanged", "due", "planned", "runbook", "retired", "failed"
]
What = Literal["certificate", "secret"]


@dataclass(frozen=True)
class Held:
    """A stored generation and its certificate."""

    generation: int | None
    certificate: CertificateState


@dataclass(frozen=True)
class Rotated:
    """What one rotation did, or would do, to one app in one org."""

    org: str
    app: str
    status: Status
    what: What = "certificate"
    org_id: str | None = None
    operator: str | None = None
    """Username of the admin session, where its source tells that."""
    session: str | None = None
    """Where the admin session came from, in words."""
    kind: AppKind | None = None
    consumer_key: str | None = None
    previous_consumer_key: str | None = None
    """Where it was replaced, too."""
    strategy: Strategy | None = None
    begun: datetime | None = None
    ended: datetime | None = None
    back: bool = False
    """Whether the steps to come lead back."""
    before: Held | None = None
    """What is replaced; back, what was given up."""
    after: Held | None = None
    """What takes its place."""
    steps: tuple[str, ...] = ()
    """What was done, or is to be done."""
    advice: tuple[str, ...] = ()
    results: tuple[AppResult, ...] = ()
    runbook: str | None = None
    """The procedure as Markdown, where that was asked for."""
    record: str | None = None
    """Where the record was left."""
    api_calls: int = 0
    error: ProvisionError | None = None


def overall(rotations: Sequence[Rotated]) -> ProvisionError | None:
    """Return the error that several rotations come to: partial success where only some failed."""
    failures = [one.error for one in rotations if one.error is not None and not isinstance(one.error, Pending)]
    waiting = [one.error for one in rotations if isinstance(one.error, Pending)]
    if not failures:
        return _pending(waiting, len(rotations)) if waiting else None
    if len(rotations) == 1:
        return failures[0]
    alike = len(failures) == len(rotations)
    family = type(failures[0]) if alike and len({type(one) for one in failures}) == 1 else Failed if alike else Partial
    return family(
        failures[0].code if alike else Code.PARTIAL_SUCCESS,
        f"{len(failures)} of {len(rotations)} rotations failed",
        detail="\n".join(f"{one.app} in {one.org}: {one.error.summary}" for one in rotations if one.error is not None),
        remedy=("Run the command again: each goes on where it stood, finished ones are left alone with --if-due",),
    )


def _pending(waiting: Sequence[Pending], count: int) -> ProvisionError:
    if count == 1:
        return waiting[0]
    return Pending(
        waiting[0].code,
        f"{len(waiting)} of {count} rotations are due or waiting",
        detail="\n".join(one.summary for one in waiting),
        remedy=tuple(dict.fromkeys(action for one in waiting for action in one.remedy)),
    )
