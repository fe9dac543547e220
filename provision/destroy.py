"""Takes down what `apply` made in one org: observe, plan, ask, carry out (ADR 0004: the org and the store remember).

A failure stops the run and is part of its result; a rerun continues with what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from provision.acts.creation import creation_refusal
from provision.acts.keys import held
from provision.acts.takedown import take_down
from provision.apply import refuse_other_org
from provision.apps.kinds import kind_of
from provision.errors import ProvisionError
from provision.model.change import Change, Outcome, OutcomeStatus
from provision.model.check import Finding
from provision.model.desired import Desired
from provision.model.event import Event, Listener, silent
from provision.model.observed import Organization
from provision.model.result import OrgResult
from provision.model.situation import Situation, settled
from provision.observe import observe
from provision.observe_uses import observe_uses
from provision.org.client import Org
from provision.removal import Need, Removal, Takedown, gone_with, needs, removal
from provision.steps import user
from provision.store.protocol import Store


@dataclass(frozen=True)
class Order:
    """What is to be taken down, and who is asked."""

    dry_run: bool = False
    adopted: bool = False
    """Whether what was there before us is to go, too."""
    pinned_org_id: str | None = None
    confirm: Callable[[Organization, OrgResult, tuple[Need, ...]], None] = lambda _organization, _plan, _needs: None
    """Called with the plan and what has to be said on top of it; raises to stop the run."""


@dataclass(frozen=True)
class Target:
    """What is to go, and what the other apps of the settings still need."""

    wanted: Desired
    kept: Desired


def destroy_org(org: Org, target: Target, store: Store, order: Order, listen: Listener = silent) -> OrgResult:
    """Take down what runs made in one org and return everything that came of it; errors are in the result."""
    name = org.site.name
    outcomes: list[Outcome] = []
    plan = OrgResult(name, None, "failed", 0)
    try:
        listen(Event("started", "observe", f"reading {org.host} ({org.source})", name))
        with nullcontext() if order.dry_run else store.exclusive(name):
            takedown = _look(org, target, store, order)
            what = removal(takedown)
            plan = _planned(takedown, what, name)
            if not order.dry_run and what.changes:
                order.confirm(takedown.situation.observed.organization, plan, _needs(org, takedown))
                _carry_out(org, takedown, what, store, outcomes, listen)
    except ProvisionError as problem:
        return _failed(plan, outcomes, problem, org)
    if order.dry_run:
        return replace(plan, api_calls=org.site.api_calls)
    return replace(plan, api_calls=org.site.api_calls, outcomes=tuple(outcomes))


def _look(org: Org, target: Target, store: Store, order: Order) -> Takedown:
    wanted = target.wanted
    observed = observe(org, wanted, org.site.transport.clock.now())
    refuse_other_org(org, observed, order.pinned_org_id)
    org_id = observed.organization.org_id
    situation = Situation(
        settled(wanted, observed), observed, held(store, org.site.name, org_id, wanted), org.site.name
    )
    uses = observe_uses(org, wanted, observed)
    return Takedown(situation, uses, store.made(org.site.name, org_id), target.kept, order.adopted)


def _needs(org: Org, takedown: Takedown) -> tuple[Need, ...]:
    in_question = any(kind_of(existing.kind).CREATION_MAY_BE_REFUSED for _, existing in takedown.apps())
    return needs(takedown, creation_blocked=in_question and creation_refusal(org) is not None)


def _planned(takedown: Takedown, what: Removal, name: str) -> OrgResult:
    outcomes = tuple(Outcome(change, OutcomeStatus.PLANNED) for change in what.changes)
    stays = [Finding("note", "STAYS", f"{stay.type} {stay.name} stays: {stay.reason}") for stay in what.stays]
    stays += [
        Finding("note", "DEACTIVATED", f"User {change.name} is deactivated: Salesforce deletes no users")
        for change in what.changes
        if change.type == user.TYPE
    ]
    stays += [
        Finding("note", "KEPT", f"Keys and credentials of {app.key} stay in the store: apply makes it again with them")
        for app, _ in takedown.apps()
    ]
    org_id = takedown.situation.observed.organization.org_id
    return OrgResult(name, org_id, "done" if outcomes else "unchanged", 0, outcomes, findings=tuple(stays))


def _carry_out(
    org: Org, takedown: Takedown, what: Removal, store: Store, outcomes: list[Outcome], listen: Listener
) -> None:
    org_id = takedown.situation.observed.organization.org_id

    def done(change: Change) -> None:
        outcomes.append(Outcome(change, OutcomeStatus.APPLIED))
        if change.type != user.TYPE:
            store.forget_made(org.site.name, org_id, gone_with(takedown, change))

    listen(Event("started", "destroy", f"{len(what.changes)} things", org.site.name))
    take_down(org, takedown, what.changes, listen, done)


def _failed(plan: OrgResult, outcomes: list[Outcome], problem: ProvisionError, org: Org) -> OrgResult:
    finished = {outcome.change for outcome in outcomes}
    rest = [outcome.change for outcome in plan.outcomes if outcome.change not in finished]
    status = OutcomeStatus.FAILED if finished else OutcomeStatus.SKIPPED
    left = [Outcome(change, status, problem.summary) for change in rest]
    return replace(plan, status="failed", api_calls=org.site.api_calls, outcomes=(*outcomes, *left), error=problem)
