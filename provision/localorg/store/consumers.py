"""OAuth consumers: what a deploy writes and the token endpoint reads, whatever kind of app it was."""

import sqlite3
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

from provision.localorg.store import jsontext, staged

Kind = Literal["connected-app", "external-client-app"]


@dataclass(frozen=True, slots=True)
class Consumer:
    """One app as an OAuth client; scopes are the names that tokens carry (`api`, `refresh_token`, …)."""

    key: str
    secret: str = field(repr=False)
    app_id: str
    """Id of the ConnectedApplication (0H4…) or ExternalClientApplication (0xI…)."""
    kind: Kind
    name: str
    certificate_der: bytes | None
    scopes: frozenset[str]
    client_credentials: bool
    """Whether the client credentials flow is on."""
    run_as_user_id: str | None
    admin_approved: bool
    """True: only users with a grant; False: users approve the app themselves."""
    ip_relaxation: str
    consumer_secret_optional: bool
    effective_at: datetime
    """Before this moment the token endpoint does not know of the consumer (propagation)."""
    enabled: bool = True
    """False where an administrator switched the app or its OAuth part off."""
    jwt_access_tokens: bool = False
    """Whether its access tokens are JWTs rather than opaque."""
    staged_id: str = ""
    """Id under which its key and secret were staged before they became the first pair."""
    expires_at: datetime | None = None
    """When a staged pair of key and secret stops to work; None for the first pair."""
    introspect_all: bool = False
    """Whether it may introspect tokens of every app of the org."""
    high_assurance: bool = False
    """Whether its sessions must have the level High Assurance."""
    session_timeout_minutes: int | None = None
    """How long its access tokens live; None leaves it to the org."""


class KeyTaken(Exception):
    """An app of this or another org has that consumer key."""


_APART: Final = ("certificate_der", "scopes", "effective_at", "expires_at")


class Consumers:
    """The consumers of one org; keys are unique over all orgs."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def put(self, consumer: Consumer) -> None:
        """Add the consumer of an app or replace it; raises `KeyTaken`."""
        state = {name: value for name, value in asdict(consumer).items() if name not in _APART}
        state |= {"scopes": sorted(consumer.scopes), "effective_at": consumer.effective_at.isoformat()}
        self.delete(consumer.app_id)
        try:
            self._connection.execute(
                "INSERT INTO consumers (key, org_id, app_id, certificate, consumer) VALUES (?, ?, ?, ?, ?)",
                (consumer.key, self._org_id, consumer.app_id, consumer.certificate_der, jsontext.dump(state)),
            )
        except sqlite3.IntegrityError as error:
            raise KeyTaken(consumer.key) from error

    def by_key(self, key: str) -> Consumer | None:
        """The consumer with that key, in whichever org it is; with a staged key it has the staged pair."""
        found = self._one("key = ?", (key,))
        pair = staged.by_key(self._connection, key) if found is None else None
        if pair is None:
            return found
        first = self._one("app_id = ?", (pair.app_id,))
        return replace(first, key=pair.key, secret=pair.secret, expires_at=pair.expires_at) if first else None

    def org_of(self, key: str) -> str | None:
        """Id of the org that has the consumer with that key."""
        statement = "SELECT org_id FROM consumers WHERE key = ? UNION SELECT org_id FROM staged WHERE key = ?"
        row = self._connection.execute(statement, (key, key)).fetchone()
        return row[0] if row else None

    def for_app(self, app_id: str) -> Consumer | None:
        """The consumer of an app of this org."""
        return self._one("app_id = ? AND org_id = ?", (app_id, self._org_id))

    def keys_of(self, name: str) -> list[str]:
        """Consumer keys of the apps of this org by that name."""
        rows = self._connection.execute("SELECT key, consumer FROM consumers WHERE org_id = ?", (self._org_id,))
        return [key for key, consumer in rows if jsontext.load(consumer)["name"] == name]

    def delete(self, app_id: str) -> None:
        """Forget the consumer of an app, if it has one; a staged pair that it may have is of no use without it."""
        self._connection.execute("DELETE FROM consumers WHERE app_id = ? AND org_id = ?", (app_id, self._org_id))

    def _one(self, condition: str, values: tuple[str, ...]) -> Consumer | None:
        statement = f"SELECT certificate, consumer FROM consumers WHERE {condition}"
        row = self._connection.execute(statement, values).fetchone()
        return _consumer(*row) if row else None


@lru_cache(maxsize=256)
def _consumer(certificate: bytes | None, text: str) -> Consumer:
    state = jsontext.load(text)
    scopes, effective_at = frozenset(state.pop("scopes")), datetime.fromisoformat(state.pop("effective_at"))
    return Consumer(**state, certificate_der=certificate, scopes=scopes, effective_at=effective_at)
