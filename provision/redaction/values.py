"""Single values: shown, cut or masked."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

from provision.redaction.fields import CLEAR, LONG, MASKED, PERSONAL

LONGEST = 400
"""Letters of one value."""
SECRET, UNKNOWN = 6, 16
"""Letters from which on a masked value, or one of unknown meaning, is looked for elsewhere: shorter ones are words."""

_SECRET_LOOKING = re.compile(r"-----BEGIN|eyJ[\w-]{8}|00D\w{12,15}!")
"""PEM, the start of a JWT, a session id."""
_RUN = re.compile(r"[A-Za-z0-9+/=_.-]{40,}")
"""So many letters at a stretch that, with a digit among them, no person wrote them."""


@dataclass
class Mask:
    """Decides what of one request and its answer is shown: what was masked once is masked wherever it comes again."""

    hidden: set[str] = field(default_factory=set, repr=False)

    def hide(self, value: str, *, least: int = SECRET) -> str:
        """Return what stands in the place of a value that is not shown."""
        if len(value) >= least:
            self.hidden |= {value, quote(value, safe=""), base64.b64encode(value.encode(errors="replace")).decode()}
        return f"({len(value)} characters)"

    def show(self, value: str, *, may_be_long: bool = False) -> str:
        """Return a value that may be shown, on one line and cut; masked after all where a secret is in it."""
        if value.startswith("https://"):
            return self.address(value)
        if _looks_secret(value, may_be_long=may_be_long) or any(secret in value for secret in self.hidden):
            return self.hide(value)
        line = "".join(letter if letter.isprintable() else " " for letter in value)
        return line if len(line) <= LONGEST else f"{line[:LONGEST]}… {len(line) - LONGEST} more characters"

    def path(self, value: str) -> str:
        """Return a path, in which each part is looked at by itself."""
        return "/".join(self.show(part) for part in value.split("/"))

    def named(self, name: str, value: str) -> str:
        """Return the value of a field."""
        if name in CLEAR:
            return self.show(value, may_be_long=name in LONG)
        return f"({len(value)} characters)" if name in PERSONAL else self.hide(value, least=_least(name))

    def address(self, url: str) -> str:
        """Return a URL whose query shows what its fields may."""
        try:
            parts = urlsplit(url)
            query = parse_qsl(parts.query, keep_blank_values=True)
            host = parts.hostname or ""
        except ValueError:
            return self.hide(url)
        asked = f"?{self.pairs(query)}" if query else ""
        start = f"{self.show(parts.scheme)}://{self.show(host)}" if parts.scheme else ""
        return f"{start}{self.path(parts.path)}{asked}"

    def pairs(self, given: list[tuple[str, str]]) -> str:
        """Return the fields of a form or a query; those that nothing is known of are counted."""
        known = [(name, value) for name, value in given if name in CLEAR | MASKED | PERSONAL]
        for name, value in given:
            if name not in CLEAR:
                self.named(name, value)
        shown = [f"{name}={self.named(name, value)}" for name, value in known]
        return "  ".join([*shown, *more(len(given) - len(known))])


def _looks_secret(value: str, *, may_be_long: bool) -> bool:
    if _SECRET_LOOKING.search(value):
        return True
    runs = (run[0] for run in _RUN.finditer(value))
    return not may_be_long and any(any(letter.isdigit() for letter in run) for run in runs)


def _least(name: str) -> int:
    return SECRET if name in MASKED else UNKNOWN


def more(count: int, what: str = "field") -> list[str]:
    """Return how many things are not shown; nothing for none."""
    return [f"({count} more {what}{'' if count == 1 else 's'})"] if count > 0 else []


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by lower-case names."""
    return {name.lower(): value for name, value in headers.items()}
