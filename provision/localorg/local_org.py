"""Opening a local org from Python."""

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from provision.localorg.app import App
from provision.localorg.clock import Clock, SystemClock
from provision.localorg.routes.exchange import SANDBOX_LOGIN_HOST
from provision.localorg.store import seed
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Database, Transaction
from provision.localorg.store.exchanges import Exchanged
from provision.localorg.store.orgs import OrgRow, Switches
from provision.localorg.store.records import Record

_SCOPES: Final = ("api", "full", "web")


class LocalOrg:
    """One org of a file. Open it with `LocalOrg.open`."""

    def __init__(self, database: Database, org: OrgRow) -> None:
        self._database = database
        self._org = org
        self.app = App(database)
        """WSGI application that answers for all orgs of the file."""

    @classmethod
    def open(cls, path: Path, name: str, clock: Clock | None = None, **switches: Any) -> Self:
        """Open the org with that name, made afresh where the file has none.

        `switches` are fields of `Switches`; those that are given hold from now on, the others stay as they are.
        Raises `TypeError` for a switch that does not exist.
        """
        database = Database(path, clock or SystemClock())
        with database.reading() as transaction:
            held = transaction.orgs.named(name)
        if held is None or switches:
            with database.transaction() as transaction:
                held = _opened(transaction, name, switches)
        return cls(database, held)

    @property
    def org_id(self) -> str:
        """Id of 18 characters."""
        return self._org.id

    @property
    def my_domain(self) -> str:
        """Host of the org: `local--dev.sandbox.my.salesforce.com`."""
        return self._org.my_domain

    @property
    def login_host(self) -> str:
        """The login host of sandboxes."""
        return SANDBOX_LOGIN_HOST

    @property
    def admin_username(self) -> str:
        """Username of the administrator that a fresh org has."""
        return seed.admin_username(self._org)

    @property
    def admin_session(self) -> str:
        """A live access token of that administrator."""
        with self._database.transaction() as transaction:
            admin = self._user(transaction, self.admin_username)
            sessions = transaction.sessions(self.org_id)
            live = [token for token in sessions.of_user(admin.id) if sessions.get(token)]
            return live[-1] if live else sessions.issue(admin.id, None, _SCOPES).token

    def approve(self, consumer_key: str, username: str) -> None:
        """Let a user approve an app, as they would in a browser; raises `LookupError`."""
        with self._database.transaction() as transaction:
            user = self._user(transaction, username)
            transaction.sessions(self.org_id).approve(consumer_key, user.id)

    def add_consumer(self, consumer: Consumer) -> None:
        """Give an app its consumer, as a deploy does."""
        with self._database.transaction() as transaction:
            transaction.consumers(self.org_id).put(consumer)

    def requests(self) -> list[Exchanged]:
        """Every request to this org since it was made, oldest first."""
        with self._database.reading() as transaction:
            return transaction.exchanges(self.org_id).all()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Look at or change what the org holds; a context manager that yields a `Transaction`."""
        return self._database.transaction()

    def _user(self, transaction: Transaction, username: str) -> Record:
        found = transaction.records(self.org_id).user_named(username)
        if found is None:
            raise LookupError(username)
        return found


def _opened(transaction: Transaction, name: str, switches: dict[str, Any]) -> OrgRow:
    held = transaction.orgs.named(name)
    if held is None:
        return seed.make(transaction, name, Switches(**switches))
    changed = replace(held, switches=replace(held.switches, **switches))
    transaction.orgs.set_switches(held.id, changed.switches)
    return changed
