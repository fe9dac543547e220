"""The stored key pairs of an app: made, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from provision.errors import Code, Failed
from provision.keys.generate import certified
from provision.model.desired import KeySpec
from provision.store.protocol import KeyGeneration, Slot, Store


def generate_key_pairs(store: Store, wanted: Sequence[tuple[Slot, KeySpec]], now: datetime, *, staged: bool) -> None:
    """Make and store a key pair for each slot; raises `KEY_EXISTS`, before any is made, where one is in use.

    A staged one may be made at any time: it waits beside the one in use.
    """
    with ExitStack() as held:
        for org in sorted({slot.org for slot, _ in wanted}):
            held.enter_context(store.exclusive(org))
        for slot, _ in wanted:
            if not staged and any(generation.is_current for generation in store.generations(slot)):
                raise _exists(slot)
        for slot, spec in wanted:
            store.add_key_pair(slot, certified(store.new_key(slot, spec), spec, slot.app, now), make_current=not staged)


def stored_generation(store: Store, slot: Slot, number: int | None) -> KeyGeneration:
    """Return a stored generation, by default the current one; raises `KEY_MISSING`."""
    stored = store.generations(slot)
    for one in stored:
        if one.is_current if number is None else one.number == number:
            return one
    what = "no current key pair" if number is None else f"no generation {number}"
    raise Failed(
        Code.KEY_MISSING,
        f"{slot.app} in {slot.org} has {what}",
        detail=f"Stored generations: {', '.join(str(one.number) for one in stored) or 'none'}.",
        remedy=(
            f"provision keys list {slot.options}",
            f"provision keys generate {slot.options}",
        ),
    )


def _exists(slot: Slot) -> Failed:
    return Failed(
        Code.KEY_EXISTS,
        f"{slot.app} in {slot.org} has a key pair already",
        detail="Nothing was generated: whoever uses the app signs with that one.",
        remedy=(f"Keep a second one ready: provision keys generate {slot.options} --staged",),
        context={"org": slot.org, "app": slot.app},
    )
