"""Passwords of users, kept as salted hashes."""

import hashlib
import hmac
import secrets
import sqlite3
from typing import Final

_SALT_BYTES: Final = 16
_COST: Final = {"n": 2**12, "r": 8, "p": 1}
"""Low, since what it protects is an imitation."""


class Passwords:
    """The passwords of one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def put(self, user_id: str, password: str) -> None:
        """Give a user a password."""
        salt = secrets.token_bytes(_SALT_BYTES)
        self._connection.execute(
            "INSERT OR REPLACE INTO passwords VALUES (?, ?, ?, ?)",
            (user_id, self._org_id, salt, _hash(password, salt)),
        )

    def matches(self, user_id: str, password: str) -> bool:
        """Whether it is the user's password; users who were given none have none that matches."""
        statement = "SELECT salt, hash FROM passwords WHERE user_id = ? AND org_id = ?"
        row = self._connection.execute(statement, (user_id, self._org_id)).fetchone()
        return row is not None and hmac.compare_digest(row[1], _hash(password, row[0]))


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST)
