"""A digest of each thing that a plan follows from: settings, stored keys, the reading of the org."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from provision.keys.certificate import fingerprint_sha256
from provision.model.held import Held
from provision.model.observed import Observed
from provision.model.situation import Situation
from provision.redaction.fields import SECRET_ELEMENTS

PASSING = frozenset({"observed_at", "user_licenses", "permission_set_licenses"})
"""What a reading holds besides the state of the set-up: its time, and seats that others take and leave."""


def states(situation: Situation) -> dict[str, str]:
    """Return a digest of each thing that a plan follows from, by a name that says what it is."""
    wanted, observed = situation.desired, situation.observed
    found = {"org.id": observed.organization.org_id}
    for part in fields(wanted):
        found |= _digests(f"settings.{part.name}", getattr(wanted, part.name))
    if wanted.templates is not None:
        found["settings.templates"] = _digest(_texts(wanted.templates))
    found |= observed_states(observed)
    return found | {f"keys.{key}": _digest(_held(held)) for key, held in situation.held.items()}


def observed_states(observed: Observed) -> dict[str, str]:
    """Return a digest of each thing that was read from the org."""
    found: dict[str, str] = {}
    for part in fields(observed):
        if part.name not in PASSING:
            found |= _digests(f"org.{part.name}", getattr(observed, part.name))
    return found


def _digests(name: str, value: object) -> dict[str, str]:
    """Return one digest for each entry of a mapping or of a tuple of named things, else one for the whole."""
    if isinstance(value, Mapping):
        return {f"{name}.{key}": _digest(item) for key, item in value.items()}
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return {f"{name}.{getattr(item, 'key', None) or item.name}": _digest(item) for item in value}
    return {name: _digest(value)} if value else {}


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Return `value` as JSON values in one order, without secrets that a metadata file may hold."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if key not in SECRET_ELEMENTS}
    if isinstance(value, frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value) if part.compare}
    message = f"a {type(value).__name__} has no digest"
    raise TypeError(message)


def _held(held: Held) -> dict[str, object]:
    return {
        "certificates": [fingerprint_sha256(one) for one in held.certificates],
        "staged": [fingerprint_sha256(one) for one in held.staged],
        "consumer_key": held.consumer_key,
        "has_secret": held.has_secret,
    }


def _texts(folder: Path) -> dict[str, str]:
    """Return the digest of each template of the user's."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
