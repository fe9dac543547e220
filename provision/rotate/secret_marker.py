"""The intent marker of a secret's rotation, to and from the store; no secret is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from provision.errors import Code, Failed
from provision.rotate.secret_position import SecretMarker
from provision.store.protocol import Intent, Slot, Store

NAME = "rotate-secret"
_BACK = {(False, False): "no", (True, False): "proof-failed", (True, True): "asked"}


def read(store: Store, slot: Slot) -> SecretMarker | None:
    """Return what the store remembers of a rotation under way; raises `STORE_CORRUPT` where that is not understood."""
    found = next((intent for intent in store.intents(slot) if intent.name == NAME), None)
    if found is None:
        return None
    try:
        return _marker(found.facts)
    except (KeyError, ValueError, StopIteration):
        raise Failed(
            Code.STORE_CORRUPT,
            f"The marker of the rotation of the secret of {slot.app} in {slot.org} is damaged",
            remedy=("Restore the store from a backup",),
        ) from None


def write(store: Store, slot: Slot, marker: SecretMarker) -> None:
    """Remember `marker` durably."""
    facts = {
        "previous_key": marker.previous_key,
        "begun": marker.begun.isoformat(),
        "generation": None if marker.generation is None else str(marker.generation),
        "consumer_key": marker.consumer_key,
        "delivered": marker.delivered,
        "back": _BACK[marker.back, marker.asked_back],
    }
    store.mark(slot, Intent(NAME, {name: fact for name, fact in facts.items() if fact is not None}))


def clear(store: Store, slot: Slot) -> None:
    """Forget the rotation: it has come to its end."""
    store.clear(slot, NAME)


def _marker(facts: Mapping[str, str]) -> SecretMarker:
    back, asked = next(key for key, word in _BACK.items() if word == facts["back"])
    number = facts.get("generation")
    return SecretMarker(
        facts["previous_key"],
        datetime.fromisoformat(facts["begun"]),
        None if number is None else int(number),
        facts.get("consumer_key"),
        facts.get("delivered"),
        back,
        asked,
    )
