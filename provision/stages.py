"""The stages of a run: what is carried out together, in which order, and by which act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from provision.acts.access import losing_access
from provision.acts.assignments import end_assignments, write_assignments
from provision.acts.deploy import Deployment
from provision.acts.keys import held, make_key_pairs
from provision.acts.new_apps import deploy_apps
from provision.acts.users import write_users
from provision.apps.kinds import TYPES as APP_TYPES
from provision.checks.proof import Options
from provision.digest import observed_states
from provision.errors import Code, Failed
from provision.model.change import Action, Change, Outcome
from provision.model.desired import App
from provision.model.event import Event, Listener
from provision.model.observed import Organization
from provision.model.situation import Situation
from provision.observe import observe
from provision.org.client import Org
from provision.plan import Plan, Step
from provision.steps import (
    app,
    assignment,
    deletion,
    key_pair,
    permission_set,
    permission_set_group,
    permission_set_license,
    user,
)
from provision.store.protocol import Store


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
    expect: Callable[[Situation, Plan], None] = lambda _situation, _plan: None
    """Called with every plan and what it was made from; raises where it is not the plan that was meant."""
    confirm: Callable[[Organization, Plan], None] = lambda _organization, _plan: None
    """Called with a plan that is about to be carried out; raises to stop it."""
    confirm_loss: Callable[[App, tuple[str, ...]], None] = lambda _app, _usernames: None
    """Called with the users of an app who would lose access to it; raises to stop the run."""


@dataclass
class Work:
    """A run under way."""

    org: Org
    store: Store
    order: Order
    listen: Listener
    situation: Situation
    outcomes: list[Outcome] = field(default_factory=list)
    finished: set[str] = field(default_factory=set)
    """Usernames that are in order, for the case that a later one is refused."""


@dataclass(frozen=True)
class Stage:
    """Changes that are carried out together."""

    part: Part
    types: frozenset[str]
    act: Callable[[Work, tuple[Change, ...]], Mapping[Change, str]]
    """Carries out changes and returns those that it had to leave out, with the reason."""


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
    write_users(work.org, work.situation, work.finished.add)
    return {}


def _metadata(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    situation = work.situation
    if Part.USERS not in work.order.parts:
        _stop_without_run_as_user(situation, changes)
    options = replace(work.order.deployment.options, check_only=work.order.dry_run)
    if situation.observed.organization.is_production:
        options = replace(options, rollback_on_error=True)
    if not work.order.dry_run:
        _refuse_to_overwrite(work, changes)
    waiting = _waiting(situation, changes) if work.order.dry_run else {}
    changes = tuple(change for change in changes if change not in waiting)
    deploy_apps(work.org, work.store, situation, changes, replace(work.order.deployment, options=options), work.listen)
    return waiting


def _assignments(work: Work, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    if work.order.dry_run:
        return {}
    work.listen(Event("started", "assignments", f"{len(changes)} changes", work.org.site.name))
    absent = write_assignments(work.org, work.situation)
    end_assignments(work.org, work.situation)
    reason = "the permission set does not exist yet; provision deploy makes it, then run provision assign again"
    return {change: reason for change in changes if change.name.rpartition(": ")[2] in absent}


METADATA = frozenset({permission_set.TYPE, permission_set_group.TYPE}) | APP_TYPES

STAGES: tuple[Stage, ...] = (
    Stage(Part.KEYS, frozenset({key_pair.TYPE}), _keys),
    Stage(Part.USERS, frozenset({user.TYPE, permission_set_license.TYPE}), _users),
    Stage(Part.METADATA, METADATA, _metadata),
    Stage(Part.ASSIGNMENTS, frozenset({assignment.TYPE}), _assignments),
)

STEPS_OF: Mapping[Part, tuple[Step, ...]] = {
    Part.KEYS: (key_pair,),
    Part.USERS: (user, permission_set_license),
    Part.METADATA: (permission_set, permission_set_group, app, deletion),
    Part.ASSIGNMENTS: (assignment,),
    Part.PROOF: (),
}
"""Which differences each part is about."""


def _waiting(situation: Situation, changes: tuple[Change, ...]) -> Mapping[Change, str]:
    """Return what a check-only deploy would refuse for no other reason than a run-as user that is still to be made."""
    missing = {item.key: item.user.username for item in situation.desired.apps if app.run_as_missing(situation, item)}
    return {
        change: f"pending: it can be checked once its run-as user {missing[change.app]} exists"
        for change in changes
        if change.type in APP_TYPES and change.app in missing
    }


def _refuse_to_overwrite(work: Work, changes: tuple[Change, ...]) -> None:
    """Read again what is about to be written over, and stop where somebody changed it since the plan was made.

    What is created needs no such look: the org itself refuses a second one. Neither does what this run deployed before.
    """
    updated = {change for change in changes if change.action is Action.UPDATE}
    if not updated or any(outcome.change.type in METADATA for outcome in work.outcomes):
        return
    observed = observe(work.org, work.situation.desired, work.org.site.transport.clock.now())
    before, now = observed_states(work.situation.observed), observed_states(observed)
    apps = {item.key: f"org.apps.{item.name}" for item in work.situation.desired.apps}
    parts = {permission_set.TYPE: "permission_sets", permission_set_group.TYPE: "permission_set_groups"}
    names = {
        apps[change.app or ""] if change.type in APP_TYPES else f"org.{parts[change.type]}.{change.name}"
        for change in updated
    }
    changed = sorted(name for name in names if before.get(name) != now.get(name))
    if changed:
        raise Failed(
            Code.CHANGED_MEANWHILE,
            f"{work.org.site.name} was changed by somebody else while this run was under way",
            detail="\n".join([*changed, "Nothing of it was deployed."]),
            remedy=("Run the command again: it reads the org anew and keeps what others did",),
            context={"changed": changed},
        )


def _stop_without_run_as_user(situation: Situation, changes: tuple[Change, ...]) -> None:
    for item in situation.desired.apps:
        touched = any(change.app == item.key and change.type in APP_TYPES for change in changes)
        if touched and app.run_as_missing(situation, item):
            raise Failed(
                Code.USER_MISSING,
                f"{item.label} runs as {item.user.username}, who does not exist in the org yet",
                detail="An app cannot be deployed, not even check-only, before its run-as user exists.",
                remedy=("provision assign creates the user", "provision apply does everything in order"),
            )


def stages_of(work: Work) -> tuple[Stage, ...]:
    """Return the stages in order.

    Users who would lose an app are named and confirmed first. An app that is to be closed to users who are not
    admin-approved is deployed last, when access has been assigned.
    """
    if Part.METADATA not in work.order.parts or work.order.dry_run:
        return STAGES
    situation = work.situation
    closing = app.tightened(situation)
    for item in (*closing, *app.narrowed(situation)):
        losing = losing_access(work.org, item, situation.observed.apps[item.name], app.let_in(situation, item))
        work.order.confirm_loss(item, losing)
    if not closing:
        return STAGES
    keys, users, metadata, assignments = STAGES
    apps = replace(metadata, types=APP_TYPES)
    return (keys, users, replace(metadata, types=metadata.types - APP_TYPES), assignments, apps)
