"""JSON as the store writes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What a JSON document may hold."""


def dump(value: object) -> str:
    """Compact JSON text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> Any:
    """Back from `dump`."""
    return json.loads(text)
