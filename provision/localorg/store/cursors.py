"""The rest of query answers that are too long for one page."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from provision.localorg.store import ids, jsontext
from provision.localorg.store.records import next_id


class Cursors:
    """The query cursors of one org; each belongs to the user who asked."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def insert(self, user_id: str, rows: Sequence[Any]) -> str:
        """Keep all rows of an answer; returns the id that asks for them."""
        cursor_id = next_id(self._connection, ids.prefix_of("QueryCursor"))
        values = (cursor_id, self._org_id, user_id, jsontext.dump(list(rows)))
        self._connection.execute("INSERT INTO cursors VALUES (?, ?, ?, ?)", values)
        return cursor_id

    def get(self, cursor_id: str, user_id: str) -> list[Any] | None:
        """All rows of the answer; None where the user has no such cursor."""
        statement = "SELECT rows FROM cursors WHERE id = ? AND org_id = ? AND user_id = ?"
        row = self._connection.execute(statement, (ids.full(cursor_id), self._org_id, user_id)).fetchone()
        return list(jsontext.load(row[0])) if row else None
