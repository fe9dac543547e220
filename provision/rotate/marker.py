"""The intent marker of a rotation, to and from the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from provision.errors import Code, Failed
from provision.keys.certificate import certificate_pem, parse_certificate
from provision.model.rotation import Strategy
from provision.rotate.position import Marker
from provision.store.protocol import Intent, Slot, Store

CERTIFICATE = "rotate-cert"


def read(store: Store, slot: Slot) -> Marker | None:
    """Return what the store remembers of a rotation under way; raises `STORE_CORRUPT` where that is not understood."""
    found = next((intent for intent in store.intents(slot) if intent.name == CERTIFICATE), None)
    return None if found is None else _marker(found.facts, slot)


def write(store: Store, slot: Slot, marker: Marker) -> None:
    """Remember `marker` durably."""
    store.mark(slot, Intent(CERTIFICATE, _facts(marker)))


def clear(store: Store, slot: Slot) -> None:
    """Forget the rotation: it has come to its end."""
    store.clear(slot, CERTIFICATE)


def _facts(marker: Marker) -> Mapping[str, str]:
    facts = {
        "strategy": marker.strategy.value,
        "generation": str(marker.generation),
        "previous": str(marker.previous),
        "previous_certificate": certificate_pem(marker.previous_certificate),
        "begun": marker.begun.isoformat(),
        "back": _BACK[marker.back, marker.asked_back],
    }
    return facts if marker.delivered is None else {**facts, "delivered": marker.delivered}


_BACK = {(False, False): "no", (True, False): "proof-failed", (True, True): "asked"}
"""Whether the rotation is being undone, and why."""


def _marker(facts: Mapping[str, str], slot: Slot) -> Marker:
    try:
        back, asked = next(key for key, word in _BACK.items() if word == facts["back"])
        return Marker(
            Strategy(facts["strategy"]),
            int(facts["generation"]),
            int(facts["previous"]),
            parse_certificate(facts["previous_certificate"]),
            datetime.fromisoformat(facts["begun"]),
            facts.get("delivered"),
            back,
            asked,
        )
    except (KeyError, ValueError, StopIteration, Failed):
        raise Failed(
            Code.STORE_CORRUPT,
            f"The marker of the rotation of {slot.app} in {slot.org} is damaged",
            remedy=("Restore the store from a backup", "Or see what the app holds: provision keys check --in-org"),
        ) from None
