"""What was asked of an org and what it answered, for whoever tests with it."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request; `refusal` is the code of an answer that refused, without any secret."""

    method: str
    path: str
    status: int
    refusal: str | None


class Exchanges:
    """The requests to one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def insert(self, exchanged: Exchanged, *, api_call: bool) -> None:
        """Remember a request, and count it where it uses up the daily allowance of API calls."""
        self._connection.execute(
            "INSERT INTO exchanges (org_id, method, path, status, refusal) VALUES (?, ?, ?, ?, ?)",
            (self._org_id, exchanged.method, exchanged.path, exchanged.status, exchanged.refusal),
        )
        if api_call:
            self._connection.execute("UPDATE orgs SET calls = calls + 1 WHERE id = ?", (self._org_id,))

    def all(self) -> list[Exchanged]:
        """Every request since the org was made, oldest first."""
        statement = "SELECT method, path, status, refusal FROM exchanges WHERE org_id = ? ORDER BY seq"
        return [Exchanged(*row) for row in self._connection.execute(statement, (self._org_id,))]

    def api_calls(self) -> int:
        """How many calls of the daily allowance were used."""
        row = self._connection.execute("SELECT calls FROM orgs WHERE id = ?", (self._org_id,)).fetchone()
        return int(row[0])
