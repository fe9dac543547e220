"""Opening a local org from Python."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from provision.localorg.app import App
from provision.localorg.clock import Clock, SystemClock
from provision.localorg.oauth.guards import BLOCKED
from provision.localorg.routes.exchange import SANDBOX_LOGIN_HOST
from provision.localorg.seeding.document import Seed
from provision.localorg.seeding.sowing import sow
from provision.localorg.store import seed
from provision.localorg.store.consumers import Consumer
from provision.localorg.store.database import Database, Transaction
from provision.localorg.store.exchanges import Exchanged
from provision.localorg.store.fault_switches import Fault, FaultKind
from provision.localorg.store.orgs import OrgRow, Switches, changed
from provision.localorg.store.records import Record

_HERE: Final = Path()
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

    def approve(self, consumer_key: str, username: str) -> str:
        """Let a user approve an app, as they would in a browser; returns the refresh token. Raises `LookupError`."""
        with self._database.transaction() as transaction:
            user = self._user(transaction, username)
            transaction.sessions(self.org_id).approve(consumer_key, user.id)
            return transaction.refresh_tokens(self.org_id).issue(consumer_key, user.id).token

    def block(self, consumer_key: str) -> None:
        """Block an app, as an administrator does on the page of OAuth usage; raises `LookupError`."""
        with self._database.transaction() as transaction:
            consumer = transaction.consumers(self.org_id).by_key(consumer_key)
            if consumer is None:
                raise LookupError(consumer_key)
            transaction.documents(self.org_id).put(BLOCKED, consumer.app_id, {}, None)

    def restrict_logins(self, profile: str, *ranges: tuple[str, str]) -> None:
        """Give a profile login IP ranges, first and last address each; none lift the restriction."""
        listed = [{"startAddress": first, "endAddress": last} for first, last in ranges]
        with self._database.transaction() as transaction:
            documents = transaction.documents(self.org_id)
            held = documents.get("Profile", profile) or {}
            documents.put("Profile", profile, held | {"loginIpRanges": listed}, None)

    def set_password(self, username: str, password: str) -> None:
        """Give a user a password; raises `LookupError`."""
        with self._database.transaction() as transaction:
            transaction.passwords(self.org_id).put(self._user(transaction, username).id, password)

    def add_consumer(self, consumer: Consumer) -> None:
        """Give an app its consumer, as a deploy does."""
        with self._database.transaction() as transaction:
            transaction.consumers(self.org_id).put(consumer)

    def fault(self, kind: str, *, times: int | None = 1, **which: Any) -> None:
        """Let something go wrong with so many requests (None: with all) from now on.

        `kind` is one of `FaultKind`; `which` are the other fields of `Fault` and say which requests are met. Raises
        `ValueError` and `TypeError` for what does not exist.
        """
        fault = Fault(FaultKind(kind), **which)
        with self._database.transaction() as transaction:
            transaction.fault_switches.insert(self.org_id, fault, times)

    def clear_faults(self) -> None:
        """Let everything go right again."""
        with self._database.transaction() as transaction:
            transaction.fault_switches.clear(self.org_id)

    def switch(self, **switches: Any) -> None:
        """Change how the org behaves: fields of `Switches`; raises `ValueError` for what does not exist."""
        with self._database.transaction() as transaction:
            held = transaction.orgs.get(self.org_id) or self._org
            self._org = transaction.orgs.set_switches(held, changed(held.switches, switches))

    def reset(self, switches: Mapping[str, Any] | None = None) -> None:
        """Throw everything in the org away; it is as fresh as on its first day, under a new id.

        Its switches stay; where `switches` are given, those hold, and all others are what they are in a new org.
        """
        with self._database.transaction() as transaction:
            held = transaction.orgs.get(self.org_id) or self._org
            if switches is not None:
                held = replace(held, switches=Switches(**switches))
            self._org = seed.remake(transaction, held)

    def seed(self, wanted: Seed, folder: Path = _HERE) -> None:
        """Put users, licences, apps and policies in; folders of metadata are relative to `folder`.

        Raises `BadSeed` with everything that the org refuses; nothing was done then.
        """
        with self._database.transaction() as transaction:
            self._org = sow(transaction, transaction.orgs.get(self.org_id) or self._org, wanted, folder)

    def requests(self) -> list[Exchanged]:
        """Every request to this org that is remembered, oldest first."""
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
    return transaction.orgs.set_switches(held, replace(held.switches, **switches))
