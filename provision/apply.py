"""One run in one org: observe, plan, carry out, prove (the order of `apply` is the order of `STAGES`).

A failure stops the run and is part of its result; a rerun continues, because only the org and the store remember.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from enum import Enum

from provision.acts.assignments import write_assignments
from provision.acts.deploy import Deployment, deploy, package
from provision.acts.keys import choose_credentials, held, make_key_pairs, materials
from provision.acts.users import write_users
from provision.apps import connected_app
from provision.checks.proof import Options
from provision.errors import Code, Failed, ProvisionError
from provision.model.change import Change, Outcome, OutcomeStatus
from provision.model.desired import Desired
from provision.model.event import Event, Listener, silent
from provision.model.observed import Organization
from provision.model.result import AppResult, OrgResult
from provision.model.situation import Situation
from provision.observe import observe
from provision.org.client import Org
from provision.plan import Plan, make_plan
from provision.steps import app, assignment, key_pair, permission_set, permission_set_license, user
from provision.store.protocol import Store
from provision.verify import Witness, failed, prove_all


class Part(Enum):
    """The parts of a run that a command may ask for."""

    KEYS = "keys"
    USERS = "users"
    METADATA = "metadata"
    ASSIGNMENTS = "assignments"
    PROOF = "proof"


@dataclass(frozen=True)
class Order:
    """What a run is to do."""

    parts: frozenset[Part] = frozenset(Part)
    dry_run: bool = False
    deployment: Deployment = field(default_factory=Deployment)
    proof: Options = field(default_factory=Options)
    pinned_org_id: str | None = None
    confirm: Callable[[Organization, Plan], None] = lambda _organization, _plan: None
    """Called with a plan that is about to be carried out; raises to stop it."""


@dataclass
class Work:
    """A run under way."""

    org: Org
    store: Store
    order: Order
    listen: Listener
    situation: Situation
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """Changes that are carried out together."""

    part: Part
    types: frozenset[str]
    act: Callable[[Work, tuple[Change, ...]], Mapping[Change, str]]
    """Carries out changes and returns those that it had to leave out, with the reason."""


def run_org(org: Org, desired: Desired, store: Store, order: Order, listen: Listener = silent) -> OrgResult:
    """Do what `order` says in one org and return everything that came of it; errors are in the result.

    Holds the org in the store meanwhile: of two runs that share a store, one waits its turn or is refused.
    """
    name = org.site.name
    org_id: str | None = None
    work: Work | None = None
    apps: tuple[AppResult, ...] = ()
    try:
        listen(Event("started", "observe", f"reading {org.host} ({org.source})", name))
        with nullcontext() if order.dry_run else store.exclusive(name):
            work = begin(org, desired, store, order, listen)
            org_id = work.situation.observed.organization.org_id
            _carry_out(work, plan_of(work))
        if Part.PROOF in order.parts and not order.dry_run:
            apps = _prove(work)
    except ProvisionError as problem:
        outcomes = tuple(work.outcomes) if work else ()
        return OrgResult(name, org_id, "failed", org.site.api_calls, outcomes, apps, error=problem)
    bad = failed(apps)
    return OrgResult(
        name,
        org_id,
        "failed" if bad else "done" if work.outcomes else "unchanged",
        org.site.api_calls,
        tuple(work.outcomes),
        apps,
        error=unproved(len(bad)) if bad else None,
    )


def plan_of(work: Work) -> Plan:
    """Return the plan of a run, held to the parts that were asked for."""
    plan = make_plan(work.org.site.name, work.situation)
    wanted = {kind for stage in STAGES if stage.part in work.order.parts for kind in stage.types}
    return replace(plan, changes=tuple(change for change in plan.changes if change.type in wanted))


def begin(org: Org, desired: Desired, store: Store, order: Order, listen: Listener) -> Work:
    """Observe the org and start a run; raises `Failed` (ORG_MISMATCH) where it is not the pinned one."""
    observed = observe(org, desired, org.site.transport.clock.now())
    org_id = observed.organization.org_id
    if order.pinned_org_id is not None and order.pinned_org_id[:15] != org_id[:15]:
        raise Failed(
            Code.ORG_MISMATCH,
            f"{org.site.name} is pinned to the org {order.pinned_org_id}, but {org.host} is {org_id}",
            detail="Nothing was changed.",
            remedy=("Check orgs.<org>.my_domain and the admin session", "Correct orgs.<org>.org_id if the org is new"),
        )
    situation = Situation(desired, observed, held(store, org.site.name, org_id, desired))
    return Work(org, store, order, listen, situation)


def _carry_out(work: Work, plan: Plan) -> None:
    if not plan.changes:
        return
    if not work.order.dry_run:
        work.order.confirm(work.situation.observed.organization, plan)
    remaining = list(plan.changes)
    try:
        for stage in STAGES:
            changes = tuple(change for change in plan.changes if change.type in stage.types)
            if changes:
                left_out = stage.act(work, changes)
                remaining = [change for change in remaining if change not in changes]
                work.outcomes += [_outcome(work, change, left_out) for change in changes]
    except ProvisionError as problem:
        work.outcomes += [
            Outcome(change, OutcomeStatus.FAILED, problem.summary)
            if change in changes
            else Outcome(change, OutcomeStatus.SKIPPED, "an earlier step failed")
            for change in remaining
        ]
        raise


def _outcome(work: Work, change: Change, left_out: Mapping[Change, str]) -> Outcome:
    if change in left_out:
        work.listen(Event("warning", "assignments", f"{change.name}: {left_out[change]}", work.org.site.name))
        return Outcome(change, OutcomeStatus.SKIPPED, left_out[change])
    return Outcome(change, OutcomeStatus.PLANNED if work.order.dry_run else OutcomeStatus.APPLIED)


def _prove(work: Work) -> tuple[AppResult, ...]:
    """Look again, if anything was changed, and prove every app."""
    situation = work.situation
    clock = work.org.site.transport.clock
    observed = observe(work.org, situation.desired, clock.now()) if work.outcomes else situation.observed
    found = materials(work.store, work.org.site.name, observed, situation.desired)
    witness = Witness(work.org.site, work.org, observed)
    work.listen(Event("started", "verify", f"{len(situation.desired.apps)} apps", work.org.site.name))
    return prove_all(witness, situation.desired, found, work.order.proof, work.listen)


def _keys(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    if work.order.dry_run:
        return {}
    work.listen(Event("started", "keys", f"{len(changes)} to generate", work.org.site.name))
    make_key_pairs(work.store, work.situation, work.org.site.name, work.org.site.transport.clock.now())
    org_id = work.situation.observed.organization.org_id
    work.situation = replace(work.situation, held=held(work.store, work.org.site.name, org_id, work.situation.desired))
    return {}


def _users(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    if work.order.dry_run:
        return {}
    work.listen(Event("started", "users", f"{len(changes)} changes", work.org.site.name))
    write_users(work.org, work.situation)
    return {}


def _metadata(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    situation, site = work.situation, work.org.site
    if Part.USERS not in work.order.parts:
        _stop_without_run_as_user(situation, changes)
    options = replace(work.order.deployment.options, check_only=work.order.dry_run)
    if situation.observed.organization.is_production:
        options = replace(options, rollback_on_error=True)
    if work.order.dry_run:
        changes = tuple(change for change in changes if not _waits_for_user(situation, change))
    credentials = choose_credentials(work.store, situation, site.name, keep=not work.order.dry_run)
    content = package(situation, changes, credentials, site.api_version)
    if content.components:
        deploy(work.org, content, replace(work.order.deployment, options=options), work.listen)
    return {}


def _assignments(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    if work.order.dry_run:
        return {}
    work.listen(Event("started", "assignments", f"{len(changes)} to make", work.org.site.name))
    absent = write_assignments(work.org, work.situation)
    reason = "the permission set does not exist yet; provision deploy makes it, then run provision assign again"
    return {change: reason for change in changes if change.name.rpartition(": ")[2] in absent}


STAGES: tuple[Stage, ...] = (
    Stage(Part.KEYS, frozenset({key_pair.TYPE}), _keys),
    Stage(Part.USERS, frozenset({user.TYPE, permission_set_license.TYPE}), _users),
    Stage(Part.METADATA, frozenset({permission_set.TYPE, connected_app.TYPE}), _metadata),
    Stage(Part.ASSIGNMENTS, frozenset({assignment.TYPE}), _assignments),
)


def _waits_for_user(situation: Situation, change: Change) -> bool:
    """Whether a check-only deploy would fail for no other reason than a run-as user that is still to be made."""
    return any(
        item.key == change.app and change.type == connected_app.TYPE and app.run_as_missing(situation, item)
        for item in situation.desired.apps
    )


def _stop_without_run_as_user(situation: Situation, changes: tuple[Change, ...]) -> None:
    for item in situation.desired.apps:
        if app.run_as_missing(situation, item) and any(change.name == item.name for change in changes):
            raise Failed(
                Code.USER_MISSING,
                f"{item.label} runs as {item.user.username}, who does not exist in the org yet",
                detail="An app cannot be deployed, not even check-only, before its run-as user exists.",
                remedy=("provision assign creates the user", "provision apply does everything in order"),
            )


def unproved(count: int) -> ProvisionError:
    """Return the error of a run whose proof failed."""
    return Failed(
        Code.CHECKS_FAILED,
        f"{count} check{'s' if count != 1 else ''} failed",
        remedy=("See the remedy under each failed check; provision verify asks again",),
    )
