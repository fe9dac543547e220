"""What was asked of an org and what it answered, for whoever tests with it."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from provision.localorg.clock import stamp

KEPT: Final = 50_000
"""So many requests are remembered, over all orgs of the file; older ones go."""
_SWEEP: Final = 1_000
_DAY: Final = len("2026-09-01")
LOGIN_HOSTS: Final = ""
"""Stands for the org of requests to login hosts, which belong to none."""

_TOKEN: Final = re.compile(r"00D\w{12,15}![\w.]+|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?", re.ASCII)
_HIDDEN: Final = "[token]"
_COLUMNS: Final = "method, path, status, refusal, reason, at, seq"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request; `refusal` is the code of an answer that refused and `reason` its text. Neither holds a secret."""

    method: str
    path: str
    status: int
    refusal: str | None
    reason: str | None = None
    at: str = ""
    """When it was answered: ISO 8601 in UTC."""
    number: int = 0
    """Counts the requests of the file."""


class Exchanges:
    """The requests to one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def insert(self, exchanged: Exchanged, at: str, *, api_call: bool) -> None:
        """Remember a request, and count it where it uses up the daily allowance of API calls; `at` is a stamp."""
        path, reason = _redacted(exchanged.path), _redacted(exchanged.reason)
        number = self._connection.execute(
            "INSERT INTO exchanges (org_id, method, path, status, refusal, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._org_id,
                exchanged.method,
                path,
                exchanged.status,
                exchanged.refusal,
                reason,
                at,
            ),
        ).lastrowid
        if number and number % _SWEEP == 0:
            self._connection.execute("DELETE FROM exchanges WHERE seq <= ?", (number - KEPT,))
        if api_call:
            self._count(at[:_DAY])

    def all(self) -> list[Exchanged]:
        """Every request that is remembered, oldest first."""
        return self.after(0)

    def after(self, number: int) -> list[Exchanged]:
        """Requests with a higher number, oldest first."""
        statement = f"SELECT {_COLUMNS} FROM exchanges WHERE org_id = ? AND seq > ? ORDER BY seq"
        return [Exchanged(*row) for row in self._connection.execute(statement, (self._org_id, number))]

    def count(self) -> int:
        """How many requests are remembered."""
        statement = "SELECT count(*) FROM exchanges WHERE org_id = ?"
        return int(self._connection.execute(statement, (self._org_id,)).fetchone()[0])

    def api_calls(self, now: datetime) -> int:
        """How many calls of the allowance of this day (UTC) were used."""
        statement = "SELECT calls FROM orgs WHERE id = ? AND calls_on = ?"
        row = self._connection.execute(statement, (self._org_id, stamp(now)[:_DAY])).fetchone()
        return int(row[0]) if row else 0

    def _count(self, day: str) -> None:
        statement = "UPDATE orgs SET calls = CASE calls_on WHEN ? THEN calls + 1 ELSE 1 END, calls_on = ? WHERE id = ?"
        self._connection.execute(statement, (day, day, self._org_id))


def _redacted(text: str | None) -> str | None:
    """Without what looks like a token, wherever a client may have put it."""
    return text and _TOKEN.sub(_HIDDEN, text)
