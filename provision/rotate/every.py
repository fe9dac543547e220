"""The same rotation in all apps and orgs of a call, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace

from provision.apply import refuse_other_org
from provision.errors import Code, Failed, Pending, ProvisionError, Usage
from provision.fleet import Call, desired_in
from provision.model.desired import App, Desired
from provision.model.event import Event, Listener
from provision.model.observed import ObservedApp
from provision.observe import observe
from provision.org.client import Org
from provision.org.connect import connect
from provision.rotate.result import Rotated, Status, What
from provision.rotate.work import Wish, Work
from provision.store.protocol import Slot, Store


@dataclass(frozen=True)
class Asked:
    """A rotation that is asked for."""

    wish: Wish
    listen: Listener
    what: What
    rotate: Callable[[Work], Rotated]
    concerns: Callable[[App], bool] = lambda _app: True
    """Whether an app that was not named has anything to rotate."""


OTHER_APP = "Or log in with another app"


def rotate_all(call: Call, store: Store, asked: Asked) -> tuple[Rotated, ...]:
    """Rotate what `call` chose; a failure of one does not stop the others."""
    return tuple(result for name in call.orgs for result in _in_org(call, name, store, asked))


def _in_org(call: Call, name: str, store: Store, asked: Asked) -> Iterator[Rotated]:
    wanted = desired_in(call, name)
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except ProvisionError as problem:
        yield from (Rotated(name, app.key, "failed", asked.what, error=problem) for app in wanted.apps)
        return
    pinned = replace(asked, wish=replace(asked.wish, pinned_org_id=call.settings.orgs[name].org_id))
    try:
        for app in [app for app in wanted.apps if asked.concerns(app)] or wanted.apps:
            calls = org.site.api_calls
            alone = Desired((app,), (app.user,), (), templates=wanted.templates)
            yield replace(_one(org, alone, store, pinned), api_calls=org.site.api_calls - calls)
    finally:
        org.site.transport.close()


def _one(org: Org, desired: Desired, store: Store, asked: Asked) -> Rotated:
    """Rotate one app, or go on with that; errors are in the result.

    Holds the org in the store meanwhile: a second run waits as long as the wish says, then is refused.
    """
    slot, wish = Slot(org.site.name, desired.apps[0].key), asked.wish
    work: Work | None = None
    try:
        with nullcontext() if wish.dry_run else _alone(slot, store, asked):
            asked.listen(Event("started", "observe", f"reading {org.host} ({org.source})", slot.org, slot.app))
            observed = observe(org, desired, org.site.transport.clock.now())
            refuse_other_org(org, observed, wish.pinned_org_id)
            work = Work(org, store, slot, desired, observed, wish, asked.listen)
            return asked.rotate(work)
    except ProvisionError as problem:
        return _stopped(slot, work, asked, problem)


@contextmanager
def _alone(slot: Slot, store: Store, asked: Asked) -> Iterator[None]:
    """Hold the org in the store; tell who holds it meanwhile, where it is to be waited for."""
    with ExitStack() as held:
        try:
            held.enter_context(store.exclusive(slot.org))
        except Failed as problem:
            if problem.code is not Code.STORE_LOCKED or not asked.wish.lock_wait_seconds:
                raise
            asked.listen(Event("progress", "wait", problem.summary, slot.org, slot.app))
            held.enter_context(store.exclusive(slot.org, wait_seconds=asked.wish.lock_wait_seconds))
        yield


def _stopped(slot: Slot, work: Work | None, asked: Asked, problem: ProvisionError) -> Rotated:
    status: Status = "waiting" if isinstance(problem, Pending) else "failed"
    if work is None:
        return Rotated(slot.org, slot.app, status, asked.what, error=problem)
    return replace(work.came_to(status, asked.what), steps=tuple(work.done), results=work.results, error=problem)


def refuse_own_app(work: Work, app: ObservedApp | None, remedy: str) -> None:
    """Refuse where the admin session comes from that very app: its credentials would be taken away underneath it."""
    if app is None or work.org.consumer_key is None or work.org.consumer_key != app.consumer_key:
        return
    slot = work.slot
    if work.wish.allow_own_app:
        work.say("begin", "the admin session comes from this very app: it goes on with the session that it has")
        return
    raise Usage(
        Code.OWN_APP,
        f"The admin session for {slot.org} comes from {app.name} itself ({work.org.source})",
        detail="If the new key were refused, nobody could log in to undo that.",
        remedy=(
            "Use another admin session: SF_ACCESS_TOKEN, or the Salesforce CLI",
            remedy,
            "Or go on with the session at hand, and log in with the new key from then on: --allow-own-app",
        ),
    )
