"""The intent markers of a change to a second app, to and from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from provision.errors import Code, Failed
from provision.rotate.blue_green_position import Change
from provision.store.protocol import Intent, Slot, Store

NAME = "rotate-blue-green"
OLD_APP = "old-app"
_BACK = {(False, False): "no", (True, False): "proof-failed", (True, True): "asked"}


@dataclass(frozen=True)
class OldApp:
    """The first app, which works on until it is retired."""

    name: str
    generation: int
    """Of its key pair."""
    credentials: int
    """Generation of its credentials."""
    since: datetime
    """When the second app took its place."""
    proved_from: datetime
    proved_until: datetime
    """Between these moments we asked for tokens ourselves."""


def read(store: Store, slot: Slot) -> Change | None:
    """Return what the store remembers of a change under way; raises `STORE_CORRUPT` where that is not understood."""
    facts = _facts(store, slot, NAME)
    if facts is None:
        return None
    try:
        back, asked = next(key for key, word in _BACK.items() if word == facts["back"])
        return Change(
            facts["name"],
            facts["previous_name"],
            int(facts["previous_generation"]),
            int(facts["previous_credentials"]),
            datetime.fromisoformat(facts["begun"]),
            _number(facts.get("generation")),
            _number(facts.get("credentials")),
            facts.get("delivered"),
            back,
            asked,
        )
    except (KeyError, ValueError, StopIteration):
        raise _damaged(slot) from None


def write(store: Store, slot: Slot, change: Change) -> None:
    """Remember `change` durably."""
    facts = {
        "name": change.name,
        "previous_name": change.previous_name,
        "previous_generation": str(change.previous_generation),
        "previous_credentials": str(change.previous_credentials),
        "begun": change.begun.isoformat(),
        "generation": None if change.generation is None else str(change.generation),
        "credentials": None if change.credentials is None else str(change.credentials),
        "delivered": change.delivered,
        "back": _BACK[change.back, change.asked_back],
    }
    store.mark(slot, Intent(NAME, {name: fact for name, fact in facts.items() if fact is not None}))


def clear(store: Store, slot: Slot) -> None:
    """Forget the change: it has come to its end."""
    store.clear(slot, NAME)


def old_app(store: Store, slot: Slot) -> OldApp | None:
    """Return the app that is still to be retired."""
    facts = _facts(store, slot, OLD_APP)
    if facts is None:
        return None
    try:
        moments = [datetime.fromisoformat(facts[name]) for name in ("since", "proved_from", "proved_until")]
        return OldApp(facts["name"], int(facts["generation"]), int(facts["credentials"]), *moments)
    except (KeyError, ValueError):
        raise _damaged(slot) from None


def keep_old_app(store: Store, slot: Slot, old: OldApp) -> None:
    """Remember an app that is to be retired one day."""
    facts = {
        "name": old.name,
        "generation": str(old.generation),
        "credentials": str(old.credentials),
        "since": old.since.isoformat(),
        "proved_from": old.proved_from.isoformat(),
        "proved_until": old.proved_until.isoformat(),
    }
    store.mark(slot, Intent(OLD_APP, facts))


def _facts(store: Store, slot: Slot, name: str) -> Mapping[str, str] | None:
    return next((intent.facts for intent in store.intents(slot) if intent.name == name), None)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _damaged(slot: Slot) -> Failed:
    return Failed(
        Code.STORE_CORRUPT,
        f"The marker of the change to a second app of {slot.app} in {slot.org} is damaged",
        remedy=("Restore the store from a backup",),
    )
