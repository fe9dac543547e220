"""Metadata as deployed: one JSON document per component, with the record that stands for it, if there is one."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from provision.localorg.store import jsontext


class Documents:
    """The metadata documents of one org; full names are compared with their case, as Salesforce shows them."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def get(self, type: str, full_name: str) -> dict[str, Any] | None:  # noqa: A002  # the field's own word
        """The document of a component."""
        statement = "SELECT fields FROM documents WHERE org_id = ? AND type = ? AND full_name = ?"
        row = self._connection.execute(statement, (self._org_id, type, full_name)).fetchone()
        return dict(jsontext.load(row[0])) if row else None

    def record_id(self, type: str, full_name: str) -> str | None:  # noqa: A002  # the field's own word
        """Id of the record that stands for a component."""
        statement = "SELECT record_id FROM documents WHERE org_id = ? AND type = ? AND full_name = ?"
        row = self._connection.execute(statement, (self._org_id, type, full_name)).fetchone()
        return row[0] if row else None

    def put(self, type: str, full_name: str, fields: Mapping[str, Any], record_id: str | None) -> None:  # noqa: A002  # the field's own word
        """Add the document of a component or replace it."""
        self._connection.execute(
            "INSERT OR REPLACE INTO documents (org_id, type, full_name, record_id, fields) VALUES (?, ?, ?, ?, ?)",
            (self._org_id, type, full_name, record_id, jsontext.dump(fields)),
        )

    def delete(self, type: str, full_name: str) -> None:  # noqa: A002  # the field's own word
        """Forget a component, if it is there."""
        statement = "DELETE FROM documents WHERE org_id = ? AND type = ? AND full_name = ?"
        self._connection.execute(statement, (self._org_id, type, full_name))

    def where(self, type: str, field: str, value: str) -> list[str]:  # noqa: A002  # the field's own word
        """Full names of the components of one type whose document holds that value, in alphabetical order."""
        statement = (
            "SELECT full_name FROM documents WHERE org_id = ? AND type = ? AND json_extract(fields, ?) = ?"
            " ORDER BY full_name"
        )
        rows = self._connection.execute(statement, (self._org_id, type, f'$."{field}"', value))
        return [row[0] for row in rows]

    def list(self, type: str) -> list[str]:  # noqa: A002  # the field's own word
        """Full names of the components of one type, in alphabetical order."""
        statement = "SELECT full_name FROM documents WHERE org_id = ? AND type = ? ORDER BY full_name"
        return [row[0] for row in self._connection.execute(statement, (self._org_id, type))]
