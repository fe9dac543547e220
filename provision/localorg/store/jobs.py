"""Deploys and retrieves under way, as JSON that only the metadata engine understands."""

import sqlite3
from dataclasses import dataclass
from typing import Any, Final, Literal

from provision.localorg.store import ids, jsontext
from provision.localorg.store.records import next_id

Kind = Literal["deploy", "retrieve"]

_SOBJECT: Final[dict[Kind, str]] = {"deploy": "DeployJob", "retrieve": "RetrieveJob"}


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ids start with 0Af for deploys and 09S for retrieves."""

    id: str
    kind: Kind
    state: Any


class NoSuchJob(Exception):
    """There is no job with that id in the org."""


class Jobs:
    """The metadata jobs of one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def insert(self, kind: Kind, state: Any) -> Job:
        """Add a job with a new id; `state` is JSON-shaped."""
        job = Job(next_id(self._connection, ids.prefix_of(_SOBJECT[kind])), kind, state)
        self._connection.execute(
            "INSERT INTO jobs VALUES (?, ?, ?, ?)", (job.id, self._org_id, kind, jsontext.dump(state))
        )
        return job

    def get(self, job_id: str) -> Job | None:
        """The job with that id of 15 or 18 characters."""
        statement = "SELECT id, kind, state FROM jobs WHERE id = ? AND org_id = ?"
        row = self._connection.execute(statement, (ids.full(job_id), self._org_id)).fetchone()
        return Job(row[0], row[1], jsontext.load(row[2])) if row else None

    def update(self, job_id: str, state: Any) -> None:
        """Replace the state of a job; raises `NoSuchJob`."""
        statement = "UPDATE jobs SET state = ? WHERE id = ? AND org_id = ?"
        cursor = self._connection.execute(statement, (jsontext.dump(state), ids.full(job_id), self._org_id))
        if not cursor.rowcount:
            raise NoSuchJob(job_id)
