"""Records of sObjects as JSON rows.

Nothing here knows what an sObject may hold: `localorg.sobjects` does. Ids, dates and the order of insertion are kept
here, and that usernames are unique over all orgs.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeGuard

from provision.localorg.clock import Clock, stamp
from provision.localorg.store import ids, jsontext
from provision.localorg.store.jsontext import Json


@dataclass(frozen=True, slots=True)
class Record:
    """One row; `fields` include Id, CreatedDate, LastModifiedDate and SystemModstamp as text."""

    id: str
    sobject: str
    fields: Mapping[str, Json]


class NoSuchRecord(Exception):
    """There is no record with that id in the org."""


class UsernameTaken(Exception):
    """Another user of any org has that username."""


_COLUMNS: Final = "id, sobject, fields"


class Records:
    """The records of one org."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, org_id: str) -> None:
        self._connection = connection
        self._clock = clock
        self._org_id = org_id

    def insert(self, sobject: str, fields: Mapping[str, Json]) -> Record:
        """Add a record with a new id; raises `UsernameTaken` for a user whose name exists."""
        record_id = next_id(self._connection, ids.prefix_of(sobject))
        return self.insert_as(record_id, sobject, fields)

    def insert_as(self, record_id: str, sobject: str, fields: Mapping[str, Json]) -> Record:
        """Add a record under an id that was chosen before."""
        now = stamp(self._clock.now())
        dates = {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now}
        record = Record(record_id, sobject, {"Id": record_id, **dates, **fields})
        self._connection.execute(
            "INSERT INTO records (id, org_id, sobject, fields) VALUES (?, ?, ?, ?)",
            (record_id, self._org_id, sobject, jsontext.dump(record.fields)),
        )
        self._index(record)
        return record

    def update(self, record_id: str, fields: Mapping[str, Json]) -> Record:
        """Change fields of a record; raises `NoSuchRecord`, and `UsernameTaken` as `insert` does."""
        held = self.get(record_id)
        if held is None:
            raise NoSuchRecord(record_id)
        now = stamp(self._clock.now())
        changed = {**held.fields, "LastModifiedDate": now, "SystemModstamp": now, **fields}
        record = Record(held.id, held.sobject, changed)
        self._connection.execute(
            "UPDATE records SET fields = ? WHERE id = ?", (jsontext.dump(record.fields), record.id)
        )
        if any(_is_indexed(held, name) or _is_indexed(record, name) for name in fields):
            self._forget(held)
            self._index(record)
        return record

    def delete(self, record_id: str) -> None:
        """Remove a record; raises `NoSuchRecord`."""
        held = self.get(record_id)
        if held is None:
            raise NoSuchRecord(record_id)
        self._connection.execute("DELETE FROM records WHERE id = ?", (held.id,))
        self._forget(held)

    def get(self, record_id: str) -> Record | None:
        """The record with that id of 15 or 18 characters."""
        full = ids.full(record_id)
        rows = self._rows("id = ?", full) if full else []
        return rows[0] if rows else None

    def find(self, sobject: str, **equals: object) -> list[Record]:
        """Records whose fields have these values, oldest first; the case of text does not matter."""
        wanted = {name: _folded(value) for name, value in equals.items()}
        mentioned = [value for value in equals.values() if _is_id(value)]
        return [
            record
            for record in self._rows("sobject = ?", sobject, mentioned)
            if all(_folded(record.fields.get(name)) == value for name, value in wanted.items())
        ]

    def all(self, sobject: str) -> list[Record]:
        """Every record of the sObject, oldest first."""
        return self._rows("sobject = ?", sobject)

    def user_named(self, username: str) -> Record | None:
        """The user of this org with that username."""
        row = self._connection.execute(
            "SELECT user_id FROM usernames WHERE username = ? AND org_id = ?", (username, self._org_id)
        ).fetchone()
        return self.get(row[0]) if row else None

    def check_username(self, username: str, user_id: str | None) -> None:
        """Raise `UsernameTaken` where a user of any org other than `user_id` has that name."""
        row = self._connection.execute("SELECT user_id FROM usernames WHERE username = ?", (username,)).fetchone()
        if row and row[0] != user_id:
            raise UsernameTaken(username)

    def _rows(self, condition: str, value: str, mentioned: Sequence[str] = ()) -> list[Record]:
        """Rows under a condition that mention all these ids, which spares the reading of the others."""
        condition += " AND id IN (SELECT record_id FROM mentions WHERE mentioned = ? AND prefix = ?)" * len(mentioned)
        statement = f"SELECT {_COLUMNS} FROM records WHERE org_id = ? AND {condition} ORDER BY seq"
        among = [part for each in mentioned for part in (each, ids.prefix_of(value))]
        rows = self._connection.execute(statement, (self._org_id, value, *among))
        return [Record(record_id, sobject, _fields(text)) for record_id, sobject, text in rows]

    def _forget(self, record: Record) -> None:
        """Undo `_index`."""
        self._connection.execute("DELETE FROM mentions WHERE record_id = ?", (record.id,))
        if record.sobject == "User":
            self._connection.execute("DELETE FROM usernames WHERE user_id = ?", (record.id,))

    def _index(self, record: Record) -> None:
        """Remember which ids a record mentions, and the name of a user."""
        prefix = ids.prefix_of(record.sobject)
        found = {value for name, value in record.fields.items() if name != "Id" and _is_id(value)}
        mentioned = [(value, prefix, record.id) for value in found]
        self._connection.executemany("INSERT INTO mentions VALUES (?, ?, ?)", mentioned)
        if record.sobject == "User":
            self._claim_username(record)

    def _claim_username(self, record: Record) -> None:
        username = str(record.fields["Username"])
        claim = "INSERT INTO usernames (username, user_id, org_id) VALUES (?, ?, ?)"
        try:
            self._connection.execute(claim, (username, record.id, self._org_id))
        except sqlite3.IntegrityError as error:
            raise UsernameTaken(username) from error


def next_id(connection: sqlite3.Connection, prefix: str) -> str:
    """A new id; numbers are counted over all orgs of the file."""
    (number,) = connection.execute(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last",
        (prefix,),
    ).fetchone()
    return ids.number(prefix, number)


@lru_cache(maxsize=1_024)
def _fields(text: str) -> Mapping[str, Json]:
    return MappingProxyType(jsontext.load(text))


def _is_indexed(record: Record, name: str) -> bool:
    return _is_id(record.fields.get(name)) or (record.sobject == "User" and name == "Username")


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) == ids.FULL and ids.full(value) == value
