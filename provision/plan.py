"""From what is wanted and what is there to an ordered list of changes. Pure: nothing here reads or writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from provision.errors import ProvisionError
from provision.model.change import Action, Change, Unread
from provision.model.check import Finding
from provision.model.situation import Situation
from provision.steps import (
    app,
    assignment,
    deletion,
    key_pair,
    permission_set,
    permission_set_group,
    permission_set_license,
    undeclared,
    user,
)


class Step(Protocol):
    """What each module of `provision.steps` offers."""

    def diff(self, situation: Situation) -> tuple[Change, ...]:
        """Return what has to change."""

    def problems(self, situation: Situation) -> tuple[ProvisionError, ...]:
        """Return what would stop the changes before they begin."""


STEPS: tuple[Step, ...] = (
    key_pair,
    user,
    permission_set_license,
    permission_set,
    permission_set_group,
    app,
    deletion,
    assignment,
)
"""In the order in which changes are made: a run-as user exists before the app that names it, a licence before the
permission sets it allows."""


@dataclass(frozen=True)
class Plan:
    """What would change in one org."""

    org: str
    org_id: str
    changes: tuple[Change, ...]
    unread: tuple[Unread, ...] = ()
    """Declared, but never shown by the org."""
    findings: tuple[Finding, ...] = ()
    """What is worth telling beside the changes."""

    @property
    def counts(self) -> Mapping[Action, int]:
        """How many things are created, updated and deleted."""
        return Counter(change.action for change in self.changes)


def make_plan(org: str, situation: Situation, steps: Sequence[Step] = STEPS) -> Plan:
    """Return the changes that lead from what is observed to what is desired, as far as `steps` go.

    Raises the first problem that would stop them, with all others in its detail.
    """
    found = [problem for step in steps for problem in step.problems(situation)]
    if found:
        raise _together(found)
    changes = tuple(change for step in steps for change in step.diff(situation))
    return Plan(
        org,
        situation.observed.organization.org_id,
        changes,
        unread=app.unread(situation) if app in steps else (),
        findings=(*key_pair.findings(situation), *undeclared.findings(situation)),
    )


def _together(found: list[ProvisionError]) -> ProvisionError:
    first, *others = found
    if not others:
        return first
    lines = [first.detail or "", *(f"Also: {other.summary}. {other.detail or ''}".rstrip() for other in others)]
    remedy = tuple(dict.fromkeys(action for problem in found for action in problem.remedy))
    return type(first)(
        first.code, first.summary, detail="\n".join(filter(None, lines)), remedy=remedy, context=first.context
    )
