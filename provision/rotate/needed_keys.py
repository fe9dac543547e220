"""Keys that a rotation still needs: the way forward, the way back, or an app that is not retired yet."""

from __future__ import annotations

from provision.errors import Code, Failed, Usage
from provision.rotate import blue_green_marker, marker
from provision.store.protocol import Slot, Store


def refuse_needed(store: Store, slot: Slot, number: int) -> None:
    """Raise where the key of a generation must not be deleted by itself.

    `Usage` (ROTATION_UNDER_WAY) where a rotation under way leads to it or back to it, `Failed` (KEY_IN_USE) where it is
    that of the first app of a change, which works until it is retired.
    """
    certificate, change = marker.read(store, slot), blue_green_marker.read(store, slot)
    leads = (certificate.generation, certificate.previous) if certificate else ()
    changes = (change.generation, change.previous_generation) if change else ()
    if number in (*leads, *changes):
        raise _under_way(slot, number)
    old = blue_green_marker.old_app(store, slot)
    if old is not None and number == old.generation:
        raise _old_app_waits(slot, number, old.name)


def _under_way(slot: Slot, number: int) -> Usage:
    command = f"provision rotate cert {slot.options}"
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"The rotation of {slot.app} in {slot.org} that is under way needs the key of generation {number}",
        detail="Nothing was deleted.",
        remedy=(f"Finish it: {command}", f"Or undo it: {command} --rollback"),
        context={"org": slot.org, "app": slot.app, "generation": number},
    )


def _old_app_waits(slot: Slot, number: int, name: str) -> Failed:
    retire = f"provision rotate cert {slot.options} --retire --confirm {slot.app}"
    return Failed(
        Code.KEY_IN_USE,
        f"{name} in {slot.org}, the app before the present one, works with the key of generation {number}",
        detail="Whoever has not changed over signs with it, and it is the way back. Nothing was deleted.",
        remedy=(f"Delete both, when nobody uses them any more: {retire}",),
        context={"org": slot.org, "app": slot.app, "generation": number},
    )
