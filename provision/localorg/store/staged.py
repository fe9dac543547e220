"""The second pair of key and secret that a consumer may have for a while: before it becomes the first, or after."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["Active", "Rotated"]
"""Active: waits to become the first pair; Rotated: was the first pair before."""


@dataclass(frozen=True, slots=True)
class StagedPair:
    """A pair that works beside the first one until it expires."""

    id: str
    app_id: str
    key: str
    secret: str = field(repr=False)
    state: State
    created_by: str
    """Id of the user."""
    created_at: datetime
    expires_at: datetime


class StagedPairs:
    """The staged pairs of one org, at most one for each app."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def put(self, pair: StagedPair) -> None:
        """Add the staged pair of an app or replace it."""
        self.delete(pair.app_id)
        self._connection.execute(
            "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                pair.app_id,
                self._org_id,
                pair.id,
                pair.key,
                pair.secret,
                pair.state,
                pair.created_by,
                pair.created_at.isoformat(),
                pair.expires_at.isoformat(),
            ),
        )

    def for_app(self, app_id: str) -> StagedPair | None:
        """The staged pair of an app, expired or not."""
        return _one(self._connection, "app_id = ? AND org_id = ?", (app_id, self._org_id))

    def delete(self, app_id: str) -> None:
        """Forget the staged pair of an app, if it has one."""
        self._connection.execute("DELETE FROM staged WHERE app_id = ? AND org_id = ?", (app_id, self._org_id))


def by_key(connection: sqlite3.Connection, key: str) -> StagedPair | None:
    """The staged pair with that key, in whichever org it is."""
    return _one(connection, "key = ?", (key,))


def _one(connection: sqlite3.Connection, condition: str, values: tuple[str, ...]) -> StagedPair | None:
    columns = "id, app_id, key, secret, state, created_by, created_at, expires_at"
    row = connection.execute(f"SELECT {columns} FROM staged WHERE {condition}", values).fetchone()
    if row is None:
        return None
    staged_id, app_id, key, secret, state, created_by, created_at, expires_at = row
    moments = datetime.fromisoformat(created_at), datetime.fromisoformat(expires_at)
    return StagedPair(staged_id, app_id, key, secret, state, created_by, *moments)
