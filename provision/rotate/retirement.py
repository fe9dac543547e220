"""The end of what a rotation left: private keys that the app no longer knows."""

from __future__ import annotations

from dataclasses import replace

from provision.errors import Code, Usage
from provision.keys.match import same_key
from provision.rotate import proving
from provision.rotate.certificate import stored_pair
from provision.rotate.outcome import state
from provision.rotate.position import Position
from provision.rotate.result import Held, Rotated
from provision.rotate.work import Work
from provision.store.protocol import State


def retired(work: Work, position: Position) -> Rotated:
    """Delete the private keys of archived generations, once the current key has proved to be the app's.

    Raises `Usage` where a rotation is under way or the deletion is not confirmed, `Failed` where the current key gets
    no token.
    """
    slot, origin = work.slot, position.origin
    if position.marker is not None or origin is None or not origin.is_current:
        raise _not_finished(work)
    old = [one for one in position.generations if one.state is State.ARCHIVED]
    if old and not work.wish.dry_run:
        if slot.app not in work.wish.confirmed:
            raise _unconfirmed(work, [one.number for one in old])
        if not proving.prove(work, stored_pair(work, origin.number)):
            raise proving.kept(work, "the earlier ones are kept")
        for one in old:
            work.store.retire_generation(slot, one.number)
            same = ", whose key stays with the current one" if same_key(one.certificate, origin.certificate) else ""
            work.say("retire", f"the private key of generation {one.number} is deleted{same}")
    elif old:
        work.say("retire", f"the private keys of generations {_numbers([one.number for one in old])} would be deleted")
    return replace(
        work.came_to("retired"),
        before=Held(origin.number, state(position.deployed)),
        steps=tuple(work.done) or ("there is no earlier key to delete",),
        results=work.results,
    )


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _not_finished(work: Work) -> Usage:
    slot = work.slot
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A rotation of {slot.app} in {slot.org} is under way, or its app does not hold the current certificate",
        detail="Nothing was deleted.",
        remedy=(
            f"Finish it: provision rotate cert {slot.options}",
            f"Or undo it: provision rotate cert {slot.options} --rollback",
        ),
    )


def _unconfirmed(work: Work, numbers: list[int]) -> Usage:
    return Usage(
        Code.CONFIRMATION_REQUIRED,
        f"Deleting the private keys of generations {_numbers(numbers)} of {work.slot.app} has to be confirmed",
        detail="Nothing was deleted. Without them there is no way back to the earlier certificates.",
        remedy=(f"provision rotate cert {work.slot.options} --retire --confirm {work.slot.app}",),
    )
