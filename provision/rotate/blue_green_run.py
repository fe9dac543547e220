"""A change to a second app: begun, gone on with, undone, and its first app retired."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.model.keys import KeyPair
from provision.model.rotation import Strategy
from provision.org.records import literal
from provision.rotate import blue_green_marker as markers
from provision.rotate import proving, second_app
from provision.rotate.blue_green import current_credentials, first_works, look, no_credentials, walk
from provision.rotate.blue_green_marker import OldApp
from provision.rotate.blue_green_position import Change
from provision.rotate.certificate import stored_pair
from provision.rotate.every import refuse_own_app
from provision.rotate.outcome import state
from provision.rotate.record import leave
from provision.rotate.result import Held, Rotated, Status
from provision.rotate.work import Work
from provision.settings.naming import successor
from provision.store.protocol import State
from provision.wanted import under_name

OTHER_SESSION = "Or log in with another app"
SLACK = timedelta(minutes=1)
"""By how much clocks of this machine and of the org may differ."""


def under_way(work: Work) -> bool:
    """Whether a change to a second app is under way."""
    return markers.read(work.store, work.slot) is not None


def leaves_old_app(work: Work) -> bool:
    """Whether a first app is still to be retired."""
    return markers.old_app(work.store, work.slot) is not None


def change_over(work: Work, advice: tuple[str, ...]) -> Rotated:
    """Begin the change, go on with it, or undo it."""
    change = markers.read(work.store, work.slot)
    if work.wish.dry_run:
        return _planned(work, change, advice)
    if work.wish.back:
        change = _turned(work, change)
    ended = walk(work, look(work, change), lambda change: _leave(work, change))
    result = replace(_outcome(work, ended), advice=advice)
    return replace(result, error=_rolled_back(work)) if ended.back and not ended.asked_back else result


def retire_old_app(work: Work) -> Rotated:
    """Delete the first app once nobody has used it for as long as the wish says.

    Raises `Usage` where that is not confirmed, `Failed` (KEY_IN_USE) where it is used.
    """
    old = markers.old_app(work.store, work.slot)
    if old is None or under_way(work):
        raise _under_way(work)
    second_app.observe_both(work, work.app.name, old.name)
    used = _last_use(work, old)
    if work.wish.dry_run:
        return _plain(work, "planned", (f"retire: {_words(old, used)}; delete it in the org, and its key and secret",))
    first = work.observed.apps.get(old.name)
    refuse_own_app(work, first, OTHER_SESSION)
    if work.slot.app not in work.wish.confirmed:
        raise _unconfirmed(work, old, used)
    quiet_since = max(used, old.since) if used else old.since
    if work.org.site.transport.clock.now() - quiet_since < timedelta(days=work.wish.quiet_days):
        raise _in_use(work, old, used)
    if not proving.prove(work, stored_pair(work, _current_pair(work).generation)):
        raise proving.kept(work, f"{old.name} is kept")
    if first is not None:
        second_app.delete(work, first)
    stored = {one.number: one.state for one in work.store.generations(work.slot)}
    if stored.get(old.generation) is State.ARCHIVED:
        work.store.retire_generation(work.slot, old.generation)
    held = {one.number: one for one in work.store.credentials_generations(work.slot)}
    if old.credentials in held and held[old.credentials].state is State.ARCHIVED:
        work.store.retire_credentials(work.slot, old.credentials)
    work.say("retire", f"key and secret of {old.name} are deleted")
    work.store.clear(work.slot, markers.OLD_APP)
    return _plain(work, "retired", tuple(work.done))


def _last_use(work: Work, old: OldApp) -> datetime | None:
    """Return when somebody but us last logged in with the first app since the second took its place."""
    since = old.since - SLACK
    soql = (
        "SELECT LoginTime, Application FROM LoginHistory "
        f"WHERE LoginTime >= {since:%Y-%m-%dT%H:%M:%SZ} AND UserId IN "
        f"(SELECT Id FROM User WHERE Username = {literal(work.app.user.username)}) ORDER BY LoginTime DESC"
    )
    names = {old.name, under_name(work.app, old.name).label}
    logins = [row["LoginTime"] for row in work.org.records.query(soql) if row["Application"] in names]
    moments = (datetime.fromisoformat(text.replace("+0000", "+00:00")) for text in logins)
    own_from, own_until = old.proved_from - SLACK, old.proved_until + SLACK
    return next((moment for moment in moments if not own_from <= moment <= own_until), None)


def _turned(work: Work, change: Change | None) -> Change:
    old = markers.old_app(work.store, work.slot)
    if change is None and old is None:
        raise _under_way(work)
    if change is None and old is not None:
        numbers = (_current_pair(work).generation, current_credentials(work))
        change = Change(work.app.name, old.name, old.generation, old.credentials, old.proved_from, *numbers, "before")
    if change is None:
        raise _under_way(work)
    second_app.observe_both(work, change.name, change.previous_name)
    refuse_own_app(work, work.observed.apps.get(change.name), OTHER_SESSION)
    _require_first(work, change)
    turned = replace(change, back=True, asked_back=True)
    markers.write(work.store, work.slot, turned)
    return turned


def _require_first(work: Work, change: Change) -> None:
    """Raise `Failed` (ROTATION_NOT_POSSIBLE) where the first app gives no token: the second is the only way in then."""
    held = (work.store.app_name(work.slot) or change.previous_name) == change.name
    if held and not (change.previous_name in work.observed.apps and first_works(work, change)):
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{change.previous_name} in {work.slot.org} is gone or gives no token, so there is no way back to it",
            detail=f"Nothing was changed; {change.name} works on.",
            remedy=(f"provision verify {work.slot.options}",),
        )


def _current_pair(work: Work) -> KeyPair:
    pair = work.store.key_pair(work.slot)
    if pair is None:
        raise no_credentials(work)
    return pair


def _leave(work: Work, change: Change) -> None:
    work.record = leave(work.store, work.slot, _outcome(work, change))


def _outcome(work: Work, change: Change) -> Rotated:
    stored = {one.number: one.certificate for one in work.store.generations(work.slot)}
    held = {one.number: one.credentials.consumer_key for one in work.store.credentials_generations(work.slot)}
    before, after = stored.get(change.previous_generation), stored.get(change.generation or 0)
    keys = (held.get(change.credentials or 0), held.get(change.previous_credentials))
    return replace(
        _plain(work, "rolled-back" if change.back else "rotated", tuple(work.done)),
        consumer_key=keys[1] if change.back else keys[0],
        previous_consumer_key=None if change.back else keys[1],
        begun=change.begun,
        ended=work.org.site.transport.clock.now(),
        before=Held(change.previous_generation, state(before)) if before else None,
        after=Held(change.generation, state(after)) if after else None,
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


def _plain(work: Work, status: Status, steps: tuple[str, ...]) -> Rotated:
    return replace(work.came_to(status), strategy=Strategy.BLUE_GREEN, steps=steps)


def _rolled_back(work: Work) -> ProvisionError:
    return Failed(
        Code.ROTATION_ROLLED_BACK,
        f"The second app of {work.slot.app} in {work.slot.org} gave no token, so it was deleted again",
        detail="The first one works on.",
        remedy=("Where new apps spread slowly, wait longer: --propagation-timeout MINUTES",),
    )


def _under_way(work: Work) -> ProvisionError:
    where = work.slot.options
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A change of {work.slot.app} in {work.slot.org} to a second app is under way",
        remedy=(f"Finish it: provision rotate cert {where}", f"Or undo it: provision rotate cert {where} --rollback"),
    )


def _words(old: OldApp, used: datetime | None) -> str:
    since = f"since {old.since:%Y-%m-%d %H:%M} UTC"
    words = f"last used {used:%Y-%m-%d %H:%M} UTC" if used else f"not used by anybody but us {since}"
    return f"{old.name} is {words}, by LoginHistory"


def _unconfirmed(work: Work, old: OldApp, used: datetime | None) -> ProvisionError:
    return Usage(
        Code.CONFIRMATION_REQUIRED,
        f"Deleting {old.name} in {work.slot.org} has to be confirmed",
        detail=f"{_words(old, used)}. Nothing was deleted.",
        remedy=(f"--confirm {work.slot.app}",),
    )


def _in_use(work: Work, old: OldApp, used: datetime | None) -> ProvisionError:
    if used is None:
        summary = f"{old.name} in {work.slot.org} has not been without use for long enough: only since the change"
    else:
        summary = f"{old.name} in {work.slot.org} was used at {used:%Y-%m-%d %H:%M} UTC, by LoginHistory"
    return Failed(
        Code.KEY_IN_USE,
        summary,
        detail=f"Consumers changed over from {old.since:%Y-%m-%d %H:%M} UTC on; --quiet-for asks for "
        f"{work.wish.quiet_days:g} days without use. Nothing was deleted.",
        remedy=(
            f"Hand the second app out: provision export {work.slot.options} --to dotenv:FILE",
            "Where you know that nobody uses it: --quiet-for 0",
        ),
        context={"app": work.slot.app, "last_used": used.isoformat() if used else None},
    )
