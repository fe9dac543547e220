"""The first app of a change: deleted once nobody uses it any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.model.rotation import Strategy
from provision.rotate import blue_green_marker as markers
from provision.rotate import blue_green_refusals as refusals
from provision.rotate import proving, second_app
from provision.rotate.blue_green_marker import OldApp
from provision.rotate.certificate import stored_pair
from provision.rotate.every import OTHER_APP, refuse_own_app
from provision.rotate.old_app_uses import Use, last_use
from provision.rotate.result import Rotated, Status
from provision.rotate.work import Work
from provision.store.protocol import State


def retire_old_app(work: Work) -> Rotated:
    """Delete the first app once nobody has used it for as long as the wish says.

    Raises `Usage` where that is not confirmed, `Failed` (KEY_IN_USE) where it is used.
    """
    old, pair = markers.old_app(work.store, work.slot), work.store.key_pair(work.slot)
    if old is None or markers.read(work.store, work.slot) is not None:
        raise refusals.under_way(work)
    if pair is None:
        raise refusals.no_credentials(work)
    second_app.observe_both(work, work.app.name, old.name)
    used = last_use(work, old)
    if work.wish.dry_run:
        return _result(work, "planned", (f"retire: {_words(old, used)}; delete it in the org, and its key and secret",))
    first = work.observed.apps.get(old.name)
    refuse_own_app(work, first, OTHER_APP)
    if work.slot.app not in work.wish.confirmed:
        raise _unconfirmed(work, old, used)
    quiet_since = max(used.at, old.since) if used else old.since
    if work.org.site.transport.clock.now() - quiet_since < timedelta(days=work.wish.quiet_days):
        raise _in_use(work, old, used)
    if not proving.prove(work, stored_pair(work, pair.generation)):
        raise proving.kept(work, f"{old.name} is kept")
    if first is not None:
        second_app.delete(work, first)
    _forget(work, old)
    return _result(work, "retired", tuple(work.done))


def _forget(work: Work, old: OldApp) -> None:
    """Delete key and secret of the first app, which nobody can use any more."""
    stored = {one.number: one.state for one in work.store.generations(work.slot)}
    if stored.get(old.generation) is State.ARCHIVED:
        work.store.retire_generation(work.slot, old.generation)
    held = {one.number: one.state for one in work.store.credentials_generations(work.slot)}
    if held.get(old.credentials) is State.ARCHIVED:
        work.store.retire_credentials(work.slot, old.credentials)
    work.say("retire", f"key and secret of {old.name} are deleted")
    work.store.clear(work.slot, markers.OLD_APP)


def _result(work: Work, status: Status, steps: tuple[str, ...]) -> Rotated:
    return replace(work.came_to(status), strategy=Strategy.BLUE_GREEN, steps=steps)


def _words(old: OldApp, used: Use | None) -> str:
    since = f"since {old.since:%Y-%m-%d %H:%M} UTC"
    words = f"last used {used}" if used else f"not used by anybody but us {since}"
    return f"{old.name} is {words}, by LoginHistory and OauthToken"


def _unconfirmed(work: Work, old: OldApp, used: Use | None) -> ProvisionError:
    return Usage(
        Code.CONFIRMATION_REQUIRED,
        f"Deleting {old.name} in {work.slot.org} has to be confirmed",
        detail=f"{_words(old, used)}. Nothing was deleted.",
        remedy=(f"provision rotate cert {work.slot.options} --retire --confirm {work.slot.app}",),
    )


def _in_use(work: Work, old: OldApp, used: Use | None) -> ProvisionError:
    if used is None:
        summary = f"{old.name} in {work.slot.org} has not been without use for long enough: only since the change"
    else:
        summary = f"{old.name} in {work.slot.org} was used {used}, by {used.source}"
    retire = f"provision rotate cert {work.slot.options} --retire --confirm {work.slot.app}"
    return Failed(
        Code.KEY_IN_USE,
        summary,
        detail=f"Consumers changed over from {old.since:%Y-%m-%d %H:%M} UTC on; --quiet-for asks for "
        f"{work.wish.quiet_days:g} days without use. Nothing was deleted.",
        remedy=(
            f"Hand the second app out: provision export {work.slot.options} --to dotenv:FILE",
            f"Where you know that nobody uses it: {retire} --quiet-for 0",
        ),
        context={
            "app": work.slot.app,
            "last_used": used.at.isoformat() if used else None,
            "used_by": used.username if used else None,
        },
    )
