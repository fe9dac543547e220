"""Credentials and intents as JSON documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from provision.model.desired import AppKind
from provision.model.secret import Secret
from provision.model.signing import KeyReference
from provision.store.numbered import corrupt
from provision.store.protocol import Credentials, Intent, LastProof, Thing

FORMAT = 1


def credentials_document(credentials: Credentials, *, retired: bool = False) -> bytes:
    """Return what is stored; once `retired`, without the secret."""
    secret = credentials.consumer_secret
    return _document(
        consumer_key=credentials.consumer_key,
        consumer_secret=secret.reveal() if secret is not None and not retired else None,
        org_id=credentials.org_id,
        kind=credentials.kind.value if credentials.kind else None,
        retired=retired,
    )


def read_credentials(path: Path, content: bytes) -> tuple[Credentials, bool]:
    """Return stored credentials and whether they are retired; raises `STORE_CORRUPT`, naming `path`."""
    fields = _fields(path, content)
    secret, kind = _text(path, fields, "consumer_secret"), _text(path, fields, "kind")
    consumer_key = _text(path, fields, "consumer_key")
    if consumer_key is None:
        raise corrupt(path, "it has no consumer_key")
    if kind is not None and kind not in set(AppKind):
        raise corrupt(path, "its kind is none that is known")
    credentials = Credentials(
        consumer_key,
        Secret(secret) if secret is not None else None,
        _text(path, fields, "org_id"),
        AppKind(kind) if kind is not None else None,
    )
    return credentials, fields.get("retired") is True


def reference_document(reference: KeyReference) -> bytes:
    """Return what is stored in place of a private key that stays with its signer."""
    return _document(signer=reference.signer, key=reference.key)


def read_reference(path: Path, content: bytes) -> KeyReference:
    """Return where a private key is; raises `STORE_CORRUPT`, naming `path`."""
    fields = _fields(path, content)
    signer, key = _text(path, fields, "signer"), _text(path, fields, "key")
    if signer is None or key is None:
        raise corrupt(path, "it names no signer and key")
    return KeyReference(signer, key)


def intent_document(intent: Intent) -> bytes:
    """Return what is stored of an intent."""
    return _document(name=intent.name, facts=dict(intent.facts))


def read_intent(path: Path, content: bytes) -> Intent:
    """Return a stored intent; raises `STORE_CORRUPT`, naming `path`."""
    fields = _fields(path, content)
    name, facts = _text(path, fields, "name"), fields.get("facts")
    if name is None or not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
        raise corrupt(path, "it is no intent")
    return Intent(name, facts)


def proof_document(proof: LastProof) -> bytes:
    """Return what is stored of a proof."""
    return _document(
        at=proof.at.isoformat(),
        proved=proof.proved,
        numbers=dict(proof.numbers),
        certificate=proof.certificate,
        org_id=proof.org_id,
    )


def read_proof(path: Path, content: bytes) -> LastProof:
    """Return a stored proof; raises `STORE_CORRUPT`, naming `path`."""
    fields = _fields(path, content)
    numbers = fields.get("numbers")
    try:
        at = datetime.fromisoformat(_text(path, fields, "at") or "")
    except ValueError:
        raise corrupt(path, "it does not say when") from None
    if not isinstance(numbers, dict) or not all(type(value) is int for value in numbers.values()):
        raise corrupt(path, "it is no proof")
    certificate, org_id = _text(path, fields, "certificate"), _text(path, fields, "org_id")
    return LastProof(at, fields.get("proved") is True, numbers, certificate, org_id)


def made_document(org_id: str, things: Iterable[Thing]) -> bytes:
    """Return what is stored of the things that were made in an org."""
    return _document(org_id=org_id, made=[list(thing) for thing in sorted(things)])


def read_made(path: Path, content: bytes) -> tuple[str, frozenset[Thing]]:
    """Return the org id and the things that were made there; raises `STORE_CORRUPT`, naming `path`."""
    fields = _fields(path, content)
    org_id, made = _text(path, fields, "org_id"), fields.get("made")
    if org_id is None or not isinstance(made, list) or not all(_is_thing(item) for item in made):
        raise corrupt(path, "it is no list of things made")
    return org_id, frozenset((str(type_name), str(name)) for type_name, name in made)


def _is_thing(item: object) -> bool:
    return isinstance(item, list) and [type(part) for part in item] == [str, str]


def _document(**fields: Any) -> bytes:
    return (json.dumps({"format": FORMAT, **fields}, indent=2) + "\n").encode()


def _fields(path: Path, content: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        raise corrupt(path, "it is not JSON") from None
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise corrupt(path, f"it is not of format {FORMAT}, the one this version reads")
    return fields


def _text(path: Path, fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    raise corrupt(path, f"its {name} is not text")
