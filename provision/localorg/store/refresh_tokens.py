"""Refresh tokens: what a user's approval of an app left behind, and the access tokens that came from it."""

import secrets
import sqlite3
from dataclasses import dataclass, field
from typing import Final

_PREFIX: Final = "5Aep861"
_RANDOM_BYTES: Final = 60


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a refresh token stands for."""

    token: str = field(repr=False)
    user_id: str
    consumer_key: str


class RefreshTokens:
    """The refresh tokens of one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def issue(self, consumer_key: str, user_id: str) -> RefreshToken:
        """Make a refresh token for an app that acts for a user."""
        made = RefreshToken(_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES).replace("-", "."), user_id, consumer_key)
        self._connection.execute(
            "INSERT INTO refresh_tokens (token, org_id, user_id, consumer_key) VALUES (?, ?, ?, ?)",
            (made.token, self._org_id, user_id, consumer_key),
        )
        return made

    def get(self, token: str) -> RefreshToken | None:
        """The refresh token, unless it was revoked."""
        statement = "SELECT token, user_id, consumer_key FROM refresh_tokens WHERE token = ? AND org_id = ?"
        row = self._connection.execute(statement, (token, self._org_id)).fetchone()
        return RefreshToken(*row) if row else None

    def link(self, token: str, access_token: str) -> None:
        """Remember which access token came from which refresh token."""
        statement = "INSERT INTO refreshed (access_token, org_id, token) VALUES (?, ?, ?)"
        self._connection.execute(statement, (access_token, self._org_id, token))

    def revoke(self, token: str) -> bool:
        """End a refresh token, the access tokens that came from it, and the approval; False where there is none."""
        held = self.get(token)
        if held is None:
            return False
        came = "SELECT access_token FROM refreshed WHERE token = ?"
        self._connection.execute(f"DELETE FROM sessions WHERE token IN ({came})", (token,))
        self._connection.execute("DELETE FROM refreshed WHERE token = ?", (token,))
        self._connection.execute("DELETE FROM refresh_tokens WHERE token = ?", (token,))
        self._connection.execute(
            "DELETE FROM approvals WHERE consumer_key = ? AND user_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM refresh_tokens AS other WHERE other.consumer_key = approvals.consumer_key"
            " AND other.user_id = approvals.user_id)",
            (held.consumer_key, held.user_id),
        )
        return True

    def revoke_all(self, consumer_key: str, user_id: str) -> None:
        """End every refresh token that an app has for a user."""
        statement = "SELECT token FROM refresh_tokens WHERE consumer_key = ? AND user_id = ? AND org_id = ?"
        for (token,) in self._connection.execute(statement, (consumer_key, user_id, self._org_id)).fetchall():
            self.revoke(token)
