"""The key with which an org signs access tokens, where an app asked for signed ones."""

import sqlite3
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the id under which its public half is published."""

    key_id: str
    pem: bytes = field(repr=False)


class SigningKeys:
    """The signing key of one org."""

    def __init__(self, connection: sqlite3.Connection, org_id: str) -> None:
        self._connection = connection
        self._org_id = org_id

    def put(self, key: SigningKey) -> None:
        """Give the org its key."""
        self._connection.execute("INSERT INTO signing_keys VALUES (?, ?, ?)", (self._org_id, key.key_id, key.pem))

    def get(self) -> SigningKey | None:
        """The key; None until one was needed."""
        statement = "SELECT key_id, pem FROM signing_keys WHERE org_id = ?"
        row = self._connection.execute(statement, (self._org_id,)).fetchone()
        return SigningKey(*row) if row else None
