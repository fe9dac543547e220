"""Access tokens with what they are bound to, approvals by users, and assertions that were used."""

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from provision.localorg.clock import Clock
from provision.localorg.store.ids import SHORT

LIFETIME: Final = timedelta(hours=2)
"""Session timeout of an org as Salesforce makes it."""
_RANDOM_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Session:
    """What an access token stands for; the admin session of a fresh org belongs to no consumer."""

    token: str = field(repr=False)
    user_id: str
    consumer_key: str | None
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime


class Sessions:
    """The sessions of one org."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, org_id: str) -> None:
        self._connection = connection
        self._clock = clock
        self._org_id = org_id

    def issue(
        self,
        user_id: str,
        consumer_key: str | None,
        scopes: Iterable[str],
        lifetime: timedelta = LIFETIME,
        token: str | None = None,
    ) -> Session:
        """Remember an access token; an opaque one is made where none is given."""
        opaque = f"{self._org_id[:SHORT]}!AR8A{secrets.token_urlsafe(_RANDOM_BYTES).replace('-', '.')}"
        token = token or opaque
        now = self._clock.now()
        session = Session(token, user_id, consumer_key, frozenset(scopes), now, now + lifetime)
        self._connection.execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                token,
                self._org_id,
                user_id,
                consumer_key,
                " ".join(sorted(session.scopes)),
                now.isoformat(),
                session.expires_at.isoformat(),
            ),
        )
        return session

    def get(self, token: str) -> Session | None:
        """The session of a token that has neither expired nor been revoked."""
        statement = (
            "SELECT token, user_id, consumer_key, scopes, issued_at, expires_at FROM sessions"
            " WHERE token = ? AND org_id = ?"
        )
        row = self._connection.execute(statement, (token, self._org_id)).fetchone()
        if row is None:
            return None
        found, user_id, consumer_key, scopes, issued_at, expires_at = row
        moments = datetime.fromisoformat(issued_at), datetime.fromisoformat(expires_at)
        if moments[1] <= self._clock.now():
            return None
        return Session(found, user_id, consumer_key, frozenset(scopes.split()), *moments)

    def revoke(self, token: str) -> bool:
        """End a session; False where there is none."""
        statement = "DELETE FROM sessions WHERE token = ? AND org_id = ?"
        return bool(self._connection.execute(statement, (token, self._org_id)).rowcount)

    def revoke_all(self, consumer_key: str, user_id: str) -> None:
        """End every session that an app has as a user."""
        statement = "DELETE FROM sessions WHERE consumer_key = ? AND user_id = ? AND org_id = ?"
        self._connection.execute(statement, (consumer_key, user_id, self._org_id))

    def of_user(self, user_id: str) -> list[str]:
        """Tokens of one user without a consumer, newest last."""
        statement = (
            "SELECT token FROM sessions WHERE user_id = ? AND org_id = ? AND consumer_key IS NULL ORDER BY issued_at"
        )
        return [row[0] for row in self._connection.execute(statement, (user_id, self._org_id))]

    def approve(self, consumer_key: str, user_id: str) -> None:
        """Remember that a user allowed an app to act for them at any time."""
        self._connection.execute("INSERT OR IGNORE INTO approvals VALUES (?, ?)", (consumer_key, user_id))

    def approve_alike(self, consumer_key: str, new_key: str) -> None:
        """Let approvals of an app hold for another key of it too."""
        statement = "INSERT OR IGNORE INTO approvals SELECT ?, user_id FROM approvals WHERE consumer_key = ?"
        self._connection.execute(statement, (new_key, consumer_key))

    def approved(self, consumer_key: str, user_id: str) -> bool:
        """Whether a user allowed an app to act for them."""
        statement = "SELECT 1 FROM approvals WHERE consumer_key = ? AND user_id = ?"
        return self._connection.execute(statement, (consumer_key, user_id)).fetchone() is not None

    def first_use(self, consumer_key: str, jti: str) -> bool:
        """Remember the id of an assertion; False where it was used before."""
        statement = "INSERT OR IGNORE INTO assertions VALUES (?, ?)"
        return bool(self._connection.execute(statement, (consumer_key, jti)).rowcount)
