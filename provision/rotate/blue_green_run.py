"""A change to a second app: begun, gone on with, undone."""

from __future__ import annotations

from dataclasses import replace

from provision.model.keys import KeyPair
from provision.model.rotation import Strategy
from provision.rotate import blue_green_marker as markers
from provision.rotate import blue_green_refusals as refusals
from provision.rotate import second_app
from provision.rotate.blue_green import current_credentials, first_works, look, walk
from provision.rotate.blue_green_position import BlueGreenPosition, Change
from provision.rotate.every import OTHER_APP, refuse_own_app
from provision.rotate.outcome import state
from provision.rotate.record import leave
from provision.rotate.result import Held, Rotated, Status
from provision.rotate.work import Work
from provision.settings.naming import successor


def under_way(work: Work) -> bool:
    """Whether a change to a second app is under way."""
    return markers.read(work.store, work.slot) is not None


def outlives_first(work: Work) -> bool:
    """Whether consumers may have the second app of a change under way: it goes on where the first one is gone."""
    change = markers.read(work.store, work.slot)
    return change is not None and change.was_handed_out


def leaves_old_app(work: Work) -> bool:
    """Whether a first app is still to be retired."""
    return markers.old_app(work.store, work.slot) is not None


def change_over(work: Work, advice: tuple[str, ...]) -> Rotated:
    """Begin the change, go on with it, or undo it."""
    change = markers.read(work.store, work.slot)
    back = work.wish.back or (change is not None and change.back)
    if work.wish.dry_run:
        return _planned_back(work, change) if back else _planned(work, change, advice)
    position = _turned(work, change) if work.wish.back else look(work, change)
    ended = walk(work, position, lambda change: _leave(work, change))
    result = _outcome(work, ended)
    if ended.back:
        return result if ended.asked_back else replace(result, error=refusals.rolled_back(work))
    if back:
        return replace(result, status="failed", error=refusals.rollback_given_up(work, ended))
    return replace(result, advice=advice)


def _turned(work: Work, change: Change | None) -> BlueGreenPosition:
    """Return the position with its walk turned back, on request, where the first app works."""
    change = _to_undo(work, change)
    first_proved = False
    if change.was_handed_out and not change.back:
        first_proved = first_works(work, change)
        if not first_proved:
            raise refusals.no_way_back(work, change)
    turned = replace(change, back=True, asked_back=True)
    markers.write(work.store, work.slot, turned)
    return replace(look(work, turned), first_proved=first_proved)


def _to_undo(work: Work, change: Change | None) -> Change:
    """Return the change under way, or the last one, and read both of its apps; raises where it is not to be undone."""
    if change is None:
        old = markers.old_app(work.store, work.slot)
        if old is None:
            raise refusals.under_way(work)
        numbers = (_current_pair(work).generation, current_credentials(work))
        change = Change(work.app.name, old.name, old.generation, old.credentials, old.proved_from, *numbers, "before")
    second_app.observe_both(work, change.name, change.previous_name)
    refuse_own_app(work, work.observed.apps.get(change.name), OTHER_APP)
    return change


def _current_pair(work: Work) -> KeyPair:
    pair = work.store.key_pair(work.slot)
    if pair is None:
        raise refusals.no_credentials(work)
    return pair


def _leave(work: Work, change: Change) -> None:
    work.record = leave(work.store, work.slot, _outcome(work, change))


def _outcome(work: Work, change: Change) -> Rotated:
    stored = {one.number: one.certificate for one in work.store.generations(work.slot)}
    held = {one.number: one.credentials.consumer_key for one in work.store.credentials_generations(work.slot)}
    numbers = (change.previous_generation, change.generation)
    first, second = (Held(number, state(stored[number])) if number in stored else None for number in numbers)
    left = work.observed.apps.get(change.previous_name if change.back else change.name)
    keys = (held.get(change.credentials or 0), held.get(change.previous_credentials))
    return replace(
        _plain(work, "rolled-back" if change.back else "rotated", tuple(work.done)),
        kind=left.kind if left else None,
        consumer_key=keys[1] if change.back else keys[0],
        previous_consumer_key=None if change.back else keys[1],
        begun=change.begun,
        ended=work.org.site.transport.clock.now(),
        before=second if change.back else first,
        after=first if change.back else second,
        results=work.results,
        record=work.record,
    )


def _planned(work: Work, change: Change | None, advice: tuple[str, ...]) -> Rotated:
    name = change.name if change else successor(work.app.name)
    if change is None:
        second_app.require_creatable(work, name)
    steps = (
        "key, credentials: store those of the second app and read them back",
        f"create: deploy {name} beside {work.app.name}, for the same user with the same permission set",
        "prove: get a token with each grant, or delete it again",
        f"adopt: {name} is the app that all commands are about from then on; hand it out at leisure",
        f"later: --retire deletes {work.app.name} when LoginHistory shows no more use of it",
    )
    return replace(_plain(work, "planned", steps), advice=advice)


def _planned_back(work: Work, change: Change | None) -> Rotated:
    """Return the steps of the way back; raises where the first app is gone, as the rollback does."""
    change = _to_undo(work, change)
    first, second = change.previous_name, change.name
    if change.was_handed_out and first not in work.observed.apps:
        raise refusals.no_way_back(work, change)
    steps = (
        f"prove: get a token with each grant of {first}, where {second} was handed out",
        f"return: {first} is the app that all commands are about again",
        f"delete: {second} is deleted in the org, and its key and secret",
    )
    return replace(_plain(work, "planned", steps), back=True)


def _plain(work: Work, status: Status, steps: tuple[str, ...]) -> Rotated:
    return replace(work.came_to(status), strategy=Strategy.BLUE_GREEN, steps=steps)
