"""What is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provision.model.secret import Secret


@dataclass(frozen=True)
class Value:
    """One value; a text that anybody may see is marked so."""

    name: str
    """Lower case, for instance `consumer_secret`."""
    text: Secret = field(repr=False)
    is_public: bool = False


def variables(values: tuple[Value, ...], prefix: str) -> Mapping[str, str]:
    """Return the values by the names of environment variables, for instance `SF_CONSUMER_SECRET`."""
    return {f"{prefix}{value.name.upper()}": value.text.reveal() for value in values}
