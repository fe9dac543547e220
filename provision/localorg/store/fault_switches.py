"""What is to go wrong with requests to an org, until it has gone wrong often enough."""

import sqlite3
from dataclasses import asdict, dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from provision.localorg.store import jsontext

LONGEST_SECONDS: Final = 3600


class FaultKind(StrEnum):
    """How a request goes wrong."""

    DROP_BEFORE = "drop-before"
    """The connection breaks before the request has any effect."""
    DROP_AFTER = "drop-after"
    """The request has its effect, and the connection breaks before the answer."""
    SLOW = "slow"
    """The answer comes after so many seconds."""
    UNAVAILABLE = "unavailable"
    """Status 503 of the proxies before an org."""
    MAINTENANCE = "maintenance"
    """Status 503 with a page that names `SERVER_UNAVAILABLE`."""
    ROW_LOCK = "row-lock"
    """`UNABLE_TO_LOCK_ROW`."""
    REQUEST_LIMIT = "request-limit"
    """`REQUEST_LIMIT_EXCEEDED`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the requests that it meets."""

    kind: FaultKind
    method: str = "*"
    """HTTP method; `*` is any."""
    path: str = "*"
    """Pattern of the path in the manner of file names: `*/sobjects/User*`."""
    containing: str = ""
    """Text that the body of the request must contain, for instance the name of a SOAP operation."""
    seconds: float = 0.0
    """How long `slow` waits."""

    def __post_init__(self) -> None:
        texts = (self.method, self.path, self.containing)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.seconds, int | float):
            raise TypeError("method, path and containing are texts, seconds is a number")
        if not 0 <= self.seconds <= LONGEST_SECONDS:
            raise ValueError(f"seconds lie between 0 and {LONGEST_SECONDS}")

    def meets(self, method: str, path: str) -> bool:
        """Whether a request with that method and path is meant, should its body be."""
        return self.method in {"*", method} and fnmatchcase(path, self.path)


@dataclass(frozen=True, slots=True)
class FaultSwitch:
    """A fault that is switched on; `left` is how many requests it will still meet, None for all there will be."""

    number: int
    org_id: str
    left: int | None
    fault: Fault


class FaultSwitches:
    """All faults of the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, org_id: str, fault: Fault, times: int | None) -> int:
        """Switch a fault on for so many requests, or for all; returns its number."""
        statement = "INSERT INTO fault_switches (org_id, left, fault) VALUES (?, ?, ?)"
        return self._connection.execute(statement, (org_id, times, jsontext.dump(asdict(fault)))).lastrowid or 0

    def of(self, org_id: str | None) -> list[FaultSwitch]:
        """The faults of an org, of all orgs for None; oldest first."""
        statement = "SELECT seq, org_id, left, fault FROM fault_switches WHERE ? IS NULL OR org_id = ? ORDER BY seq"
        rows = self._connection.execute(statement, (org_id, org_id))
        return [FaultSwitch(seq, held, left, _fault(text)) for seq, held, left, text in rows]

    def spend(self, number: int) -> bool:
        """Let a fault meet one more request; False where others have used it up."""
        self._connection.execute("UPDATE fault_switches SET left = left - 1 WHERE seq = ?", (number,))
        row = self._connection.execute("SELECT left FROM fault_switches WHERE seq = ?", (number,)).fetchone()
        if row is not None and row[0] is not None and row[0] <= 0:
            self._connection.execute("DELETE FROM fault_switches WHERE seq = ?", (number,))
        return row is not None

    def clear(self, org_id: str) -> None:
        """Switch all faults of an org off."""
        self._connection.execute("DELETE FROM fault_switches WHERE org_id = ?", (org_id,))


def _fault(text: str) -> Fault:
    held = jsontext.load(text)
    return Fault(**{**held, "kind": FaultKind(held["kind"])})
