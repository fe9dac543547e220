"""The record that each rotation leaves: for people as Markdown, for programs as JSON. No secret is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from provision.rotate.result import Held, Rotated
from provision.store.protocol import Slot, Store


def leave(store: Store, slot: Slot, rotation: Rotated) -> str:
    """Keep the record of a rotation in the store and return where the Markdown is; the JSON is beside it."""
    begun = rotation.begun or rotation.ended
    name = f"{begun:%Y%m%dT%H%M%SZ}-{rotation.what}" if begun else rotation.what
    name += "" if rotation.status == "rotated" else f"-{rotation.status}"
    store.keep_record(slot, f"{name}.json", (json.dumps(document(rotation), indent=2) + "\n").encode())
    return store.keep_record(slot, f"{name}.md", "\n".join(markdown(rotation)).encode())


def document(rotation: Rotated) -> dict[str, Any]:
    """Return a rotation as JSON; additive changes only."""
    return {
        "org": rotation.org,
        "org_id": rotation.org_id,
        "operator": rotation.operator,
        "session": rotation.session,
        "app": rotation.app,
        "kind": rotation.kind.value if rotation.kind else None,
        "consumer_key": rotation.consumer_key,
        "previous_consumer_key": rotation.previous_consumer_key,
        "rotation": rotation.what,
        "strategy": rotation.strategy.value if rotation.strategy else None,
        "status": rotation.status,
        "begun": rotation.begun.isoformat() if rotation.begun else None,
        "ended": rotation.ended.isoformat() if rotation.ended else None,
        "before": _held(rotation.before),
        "after": _held(rotation.after),
        "steps": list(rotation.steps),
        "advice": list(rotation.advice),
        "checks": [check.document() for result in rotation.results for check in result.checks],
        "runbook": rotation.runbook,
        "record": rotation.record,
        "api_calls": rotation.api_calls,
    }


def markdown(rotation: Rotated) -> Iterator[str]:
    """Yield the lines of the record for people."""
    yield f"# Rotation of the {rotation.what} of {rotation.app} in {rotation.org}: {rotation.status}"
    yield ""
    back = rotation.status == "rolled-back"
    facts = {
        "Org": f"{rotation.org} ({rotation.org_id})",
        "App": f"{rotation.app} ({rotation.kind}), consumer key {rotation.consumer_key}",
        "Consumer key before": rotation.previous_consumer_key,
        "Operator": rotation.operator or (rotation.session and "unknown"),
        "Admin session": rotation.session,
        "Strategy": rotation.strategy,
        "Begun": rotation.begun.isoformat() if rotation.begun else None,
        "Ended": rotation.ended.isoformat() if rotation.ended else None,
        "Given up" if back else "Before": _told(rotation.before),
        "In use again" if back else "After": _told(rotation.after),
    }
    yield from (f"- {name}: {value}" for name, value in facts.items() if value is not None)
    yield from ("", "## Steps", "")
    yield from (f"{number}. {step}" for number, step in enumerate(rotation.steps, 1))
    yield from ("", "## Proof", "", "| Check | Result | Detail |", "|---|---|---|")
    for result in rotation.results:
        yield from (f"| {check.check} | {check.status} | {_cell(check.detail)} |" for check in result.checks)
    yield ""


def _held(held: Held | None) -> Mapping[str, Any] | None:
    if held is None:
        return None
    certificate = held.certificate
    return {
        "generation": held.generation,
        "fingerprint_sha256": certificate.fingerprint_sha256,
        "not_after": certificate.not_after.isoformat(),
    }


def _told(held: Held | None) -> str | None:
    if held is None:
        return None
    certificate = held.certificate
    number = f"generation {held.generation}, " if held.generation is not None else ""
    return f"{number}SHA-256 {certificate.fingerprint_sha256}, until {certificate.not_after:%Y-%m-%d}"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")
