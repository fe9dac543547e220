"""One run in one org: observe, plan, carry out, prove (the order of `apply` is the order of `stages.STAGES`).

A failure stops the run and is part of its result; a rerun continues, because only the org and the store remember.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from provision.acts.keys import held, materials
from provision.acts.secret_access import close_left_open
from provision.apps.kind import Kind
from provision.apps.kinds import kind_of
from provision.errors import Code, Failed, ProvisionError, StillRunning, Usage
from provision.metadata.check import outside_version
from provision.metadata.problem import below
from provision.metadata.schema import version_number
from provision.model.change import Action, Change, Outcome, OutcomeStatus
from provision.model.desired import App, AppKind, Desired
from provision.model.event import Event, Listener, silent
from provision.model.metadata import Document
from provision.model.observed import Observed, ObservedApp
from provision.model.result import AppResult, OrgResult
from provision.model.situation import Situation, settled
from provision.observe import observe
from provision.org.client import Org
from provision.plan import STEPS, Plan, make_plan
from provision.stages import STEPS_OF, Order, Part, Work, stages_of
from provision.steps import key_pair
from provision.store.protocol import Store
from provision.verify import Witness, failed, prove_all


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
            if not order.dry_run:
                close_left_open(org, store, (app.key for app in desired.apps), listen)
            work = begin(org, desired, store, order, listen)
            org_id = work.situation.observed.organization.org_id
            plan = plan_of(work)
            order.expect(work.situation, plan)
            _carry_out(work, plan)
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
    wanted = [step for part in work.order.parts for step in STEPS_OF[part]]
    return make_plan(work.org.site.name, work.situation, tuple(step for step in STEPS if step in wanted))


def begin(org: Org, desired: Desired, store: Store, order: Order, listen: Listener) -> Work:
    """Observe the org and start a run; raises `Failed` (ORG_MISMATCH) where it is not the pinned one."""
    observed = observe(org, desired, org.site.transport.clock.now())
    refuse_other_org(org, observed, order.pinned_org_id)
    org_id = observed.organization.org_id
    wanted = settled(desired, observed)
    situation = Situation(wanted, observed, held(store, org.site.name, org_id, desired), org.site.name)
    _settle_kinds(situation, org, listen)
    return Work(org, store, order, listen, situation)


def _settle_kinds(situation: Situation, org: Org, listen: Listener) -> None:
    """Tell what each app is or is to be, and why; raises where the API version is too old for it."""
    for app in situation.desired.apps:
        kind, existing = kind_of(situation.kind(app)), situation.app(app)
        if version_number(org.site.api_version) < kind.OLDEST:
            done = "made" if existing is None else "kept"
            raise Usage(
                Code.KIND_NOT_SUPPORTED,
                f"{app.label} cannot be {done} as {kind.ONE} with API version {org.site.api_version}",
                detail=f"What a server-to-server app needs of it exists since {kind.OLDEST}.0.",
                remedy=(f"Use a newer version: --api-version {kind.OLDEST}.0, or defaults.api_version",),
            )
        _refuse_other_version(app, kind, org.site.api_version)
        listen(Event("progress", "observe", f"{app.key} {_reason(app, kind, existing)}", org.site.name))


def _refuse_other_version(app: App, kind: Kind, api_version: str) -> None:
    """Raise `Failed` where the settings name elements that the API version does not have."""
    found = [
        f"apps.{app.key}.metadata.{below(type_name, problem.path) if problem.path else type_name}: {problem.message}"
        for type_name in (*kind.TYPES, *kind.FURTHER)
        if type_name in app.metadata
        for problem in outside_version(Document(type_name, app.metadata[type_name]), api_version)
    ]
    if found:
        raise Failed(
            Code.METADATA_INVALID,
            f"{app.label} cannot be made as it is declared with API version {api_version}",
            detail="\n".join(found),
            remedy=("Choose another version: --api-version NN.0, or defaults.api_version", "Or leave these out"),
        )


def _reason(app: App, kind: Kind, existing: ObservedApp | None) -> str:
    if existing is not None:
        return f"is {kind_of(existing.kind).ONE} in the org and stays one"
    declared = f"declared as {app.kind}" if app.kind is not AppKind.AUTO else f"app_kind of the org is {kind.KIND}"
    return f"is not in the org; {declared}: to be made as {kind.ONE}"


def refuse_other_org(org: Org, observed: Observed, pinned: str | None) -> None:
    """Raise `Failed` (ORG_MISMATCH) where the org is not the one that the settings pin."""
    org_id = observed.organization.org_id
    if pinned is not None and pinned[:15] != org_id[:15]:
        raise Failed(
            Code.ORG_MISMATCH,
            f"{org.site.name} is pinned to the org {pinned}, but {org.host} is {org_id}",
            detail="Nothing was changed.",
            remedy=("Check orgs.<org>.my_domain and the admin session", "Correct orgs.<org>.org_id if the org is new"),
        )


def _carry_out(work: Work, plan: Plan) -> None:
    if not plan.changes:
        return
    if not work.order.dry_run:
        work.order.confirm(work.situation.observed.organization, plan)
    remaining = list(plan.changes)
    changes: tuple[Change, ...] = ()
    try:
        for stage in stages_of(work):
            changes = tuple(change for change in plan.changes if change.type in stage.types)
            if changes:
                _note(work, changes)
                left_out = stage.act(work, changes)
                remaining = [change for change in remaining if change not in changes]
                work.outcomes += [_outcome(work, change, left_out) for change in changes]
    except ProvisionError as problem:
        work.outcomes += [_stopped(work, change, problem, began=change in changes) for change in remaining]
        raise


def _note(work: Work, changes: tuple[Change, ...]) -> None:
    """Remember what is about to be created: what is there and not remembered was there before us."""
    made = [
        (change.type, change.name)
        for change in changes
        if change.action is Action.CREATE and change.type != key_pair.TYPE
    ]
    if made and not work.order.dry_run:
        work.store.note_made(work.org.site.name, work.situation.observed.organization.org_id, made)


def _stopped(work: Work, change: Change, problem: ProvisionError, *, began: bool) -> Outcome:
    """Say what became of a change when the run stopped."""
    if not began:
        return Outcome(change, OutcomeStatus.SKIPPED, "an earlier step failed")
    if isinstance(problem, StillRunning):
        return Outcome(change, OutcomeStatus.PLANNED, problem.summary)
    if change.name.partition(": ")[0] in work.finished:
        return Outcome(change, OutcomeStatus.APPLIED)
    return Outcome(change, OutcomeStatus.FAILED, problem.summary)


def _outcome(work: Work, change: Change, left_out: Mapping[Change, str]) -> Outcome:
    if change in left_out:
        step = "deploy" if work.order.dry_run else "assignments"
        work.listen(Event("warning", step, f"{change.name}: {left_out[change]}", work.org.site.name))
        status = OutcomeStatus.PLANNED if work.order.dry_run else OutcomeStatus.SKIPPED
        return Outcome(change, status, left_out[change])
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


def unproved(count: int) -> ProvisionError:
    """Return the error of a run whose proof failed."""
    return Failed(
        Code.CHECKS_FAILED,
        f"{count} check{'s' if count != 1 else ''} failed",
        remedy=("See the remedy under each failed check; provision verify asks again",),
    )
