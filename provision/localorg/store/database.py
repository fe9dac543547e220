"""One SQLite file with several orgs in it, shared by any number of processes and threads."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from provision.localorg.clock import Clock
from provision.localorg.store import ids
from provision.localorg.store.consumers import Consumers
from provision.localorg.store.cursors import Cursors
from provision.localorg.store.documents import Documents
from provision.localorg.store.exchanges import Exchanges
from provision.localorg.store.fault_switches import FaultSwitches
from provision.localorg.store.jobs import Jobs
from provision.localorg.store.orgs import Orgs
from provision.localorg.store.passwords import Passwords
from provision.localorg.store.records import Records, next_id
from provision.localorg.store.refresh_tokens import RefreshTokens
from provision.localorg.store.sessions import Sessions
from provision.localorg.store.signing_keys import SigningKeys
from provision.localorg.store.staged import StagedPairs
from provision.localorg.store.turns import Turns

VERSION: Final = 5
_BUSY_SECONDS: Final = 60.0
_PRIVATE: Final = 0o600


class WrongVersion(Exception):
    """The file was written by another version of the local org; it holds nothing that cannot be made again."""


class Savepoint:
    """Part of a transaction that can be undone on its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rollback(self) -> None:
        """Undo everything since the savepoint; the transaction goes on."""
        self._connection.execute("ROLLBACK TO part")


class Transaction:
    """Everything that can be read and written while the transaction lasts."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, *, writable: bool) -> None:
        self._connection = connection
        self._clock = clock
        self.writable = writable

    @property
    def orgs(self) -> Orgs:
        """The orgs of the file."""
        return Orgs(self._connection)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._clock.now()

    def next_id(self, sobject: str) -> str:
        """An id for a record that is still to be made."""
        return next_id(self._connection, ids.prefix_of(sobject))

    def records(self, org_id: str) -> Records:
        """Rows of sObjects."""
        return Records(self._connection, self._clock, org_id)

    def consumers(self, org_id: str) -> Consumers:
        """OAuth consumers."""
        return Consumers(self._connection, org_id)

    def staged_pairs(self, org_id: str) -> StagedPairs:
        """Second pairs of key and secret."""
        return StagedPairs(self._connection, org_id)

    def signing_keys(self, org_id: str) -> SigningKeys:
        """What access tokens are signed with."""
        return SigningKeys(self._connection, org_id)

    def jobs(self, org_id: str) -> Jobs:
        """Deploys and retrieves under way."""
        return Jobs(self._connection, org_id)

    def documents(self, org_id: str) -> Documents:
        """Metadata as deployed."""
        return Documents(self._connection, org_id)

    def sessions(self, org_id: str) -> Sessions:
        """Access tokens, approvals and assertions seen."""
        return Sessions(self._connection, self._clock, org_id)

    def refresh_tokens(self, org_id: str) -> RefreshTokens:
        """Refresh tokens of users who approved an app."""
        return RefreshTokens(self._connection, org_id)

    def passwords(self, org_id: str) -> Passwords:
        """Passwords of users."""
        return Passwords(self._connection, org_id)

    def cursors(self, org_id: str) -> Cursors:
        """Rest of long query answers."""
        return Cursors(self._connection, org_id)

    def exchanges(self, org_id: str) -> Exchanges:
        """What was asked and answered."""
        return Exchanges(self._connection, org_id)

    @property
    def fault_switches(self) -> FaultSwitches:
        """What is to go wrong."""
        return FaultSwitches(self._connection)

    @contextmanager
    def savepoint(self) -> Iterator[Savepoint]:
        """Open a part that can be rolled back; an exception undoes the part and goes on."""
        self._connection.execute("SAVEPOINT part")
        part = Savepoint(self._connection)
        try:
            yield part
        except BaseException:
            part.rollback()
            raise
        finally:
            self._connection.execute("RELEASE part")


class Database:
    """The file; each thread has a connection of its own, closed when the thread or the database goes away.

    Raises `WrongVersion` where the file was written by another version.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._path = path
        self._local = threading.local()
        path.touch(mode=_PRIVATE)
        self._turns = Turns(path)
        self._migrate()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write; commits at the end, undoes everything on an exception."""
        with self._turns.taken(), self._begun(writable=True) as transaction:
            yield transaction

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read one consistent state without keeping writers out."""
        with self._begun(writable=False) as transaction:
            yield transaction

    @contextmanager
    def _begun(self, *, writable: bool) -> Iterator[Transaction]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE" if writable else "BEGIN DEFERRED")
        try:
            yield Transaction(connection, self.clock, writable=writable)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a forked process opens its own, as SQLite demands."""
        holder: _Holder | None = getattr(self._local, "holder", None)
        if holder is None or holder.process != os.getpid():
            holder = self._local.holder = _Holder(self._path)
        return holder.connection

    def _migrate(self) -> None:
        connection = self._connection()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            return
        if version:
            raise WrongVersion(f"{self._path} has version {version}, not {VERSION}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in files(__package__).joinpath("schema.sql").read_text().split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")


class _Holder:
    """A connection that is closed with its holder."""

    def __init__(self, path: Path) -> None:
        self.process = os.getpid()
        self.connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self.connection.execute("PRAGMA synchronous = NORMAL")
        weakref.finalize(self, self.connection.close)
