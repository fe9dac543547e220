"""The intent marker of a secret's rotation, to and from the store; no secret is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from provision.errors import Code, Failed
from provision.rotate.secret_position import SecretMarker
from provision.store.protocol import Intent, Slot, Store

NAME = "rotate-secret"
ENDED = "previous-pair"
"""What is left of a rotation as long as the earlier pair may work."""
_BACK = {(False, False): "no", (True, False): "proof-failed", (True, True): "asked"}


@dataclass(frozen=True)
class Ended:
    """The last rotation that came to its end."""

    consumer_key: str
    """Of the pair that is in use since."""
    at: datetime


def read(store: Store, slot: Slot) -> SecretMarker | None:
    """Return what the store remembers of a rotation under way; raises `STORE_CORRUPT` where that is not understood."""
    facts = _facts(store, slot, NAME)
    try:
        return None if facts is None else _marker(facts)
    except (KeyError, ValueError, StopIteration):
        raise _damaged(slot) from None


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


def ended(store: Store, slot: Slot) -> Ended | None:
    """Return the last rotation that came to its end, while its earlier pair was not retired."""
    facts = _facts(store, slot, ENDED)
    try:
        return None if facts is None else Ended(facts["consumer_key"], datetime.fromisoformat(facts["at"]))
    except (KeyError, ValueError):
        raise _damaged(slot) from None


def keep_ended(store: Store, slot: Slot, end: Ended) -> None:
    """Remember that a rotation came to its end: the same command, run again, is not to begin another one."""
    store.mark(slot, Intent(ENDED, {"consumer_key": end.consumer_key, "at": end.at.isoformat()}))


def clear_ended(store: Store, slot: Slot) -> None:
    """Forget it: the earlier pair is gone."""
    store.clear(slot, ENDED)


def _facts(store: Store, slot: Slot, name: str) -> Mapping[str, str] | None:
    return next((intent.facts for intent in store.intents(slot) if intent.name == name), None)


def _damaged(slot: Slot) -> Failed:
    return Failed(
        Code.STORE_CORRUPT,
        f"The marker of the rotation of the secret of {slot.app} in {slot.org} is damaged",
        remedy=("Restore the store from a backup",),
    )


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
