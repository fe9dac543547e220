"""What is to go wrong with requests to an org, until it has gone wrong often enough."""

import sqlite3
from dataclasses import asdict, dataclass, replace
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


_OF_APIS: Final = frozenset({FaultKind.ROW_LOCK, FaultKind.REQUEST_LIMIT})
_APIS: Final = ("/services/data/", "/services/Soap/")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the requests that it meets."""

    kind: FaultKind
    method: str = "*"
    """HTTP method; `*` is any."""
    path: str = "*"
    """Pattern of the path in the manner of file names: `*/sobjects/User*`."""
    containing: str = ""
    """Text that the body or the query of the request must contain, for instance the name of a SOAP operation."""
    seconds: float = 0.0
    """How long `slow` waits."""
    nth: int = 1
    """The first request met is the nth of those that fit; the ones before it are answered as ever."""

    def __post_init__(self) -> None:
        texts = (self.method, self.path, self.containing)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.seconds, int | float):
            raise TypeError("method, path and containing are texts, seconds is a number")
        if not 0 <= self.seconds <= LONGEST_SECONDS:
            raise ValueError(f"seconds lie between 0 and {LONGEST_SECONDS}")
        if not _counts(self.nth):
            raise ValueError("nth is a number from 1 on")

    def fits(self, method: str, path: str) -> bool:
        """Whether a request with that method and path is meant, should what it sends be.

        Locks and limits are those of the APIs; a login knows neither.
        """
        if self.kind in _OF_APIS and not path.startswith(_APIS):
            return False
        return self.method in {"*", method} and fnmatchcase(path, self.path)


@dataclass(frozen=True, slots=True)
class FaultSwitch:
    """A fault that is switched on."""

    number: int
    org_id: str
    times: int | None
    """How many requests it meets; None: all there will be."""
    fitted: int
    """How many requests fitted it so far."""
    fault: Fault

    @property
    def left(self) -> int | None:
        """How many requests it will still meet, None for all there will be."""
        met = max(0, self.fitted - self.fault.nth + 1)
        return None if self.times is None else self.times - met


class FaultSwitches:
    """All faults of the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, org_id: str, fault: Fault, times: int | None) -> int:
        """Switch a fault on for so many requests, or for all; returns its number. Raises `ValueError`."""
        if times is not None and not _counts(times):
            raise ValueError("times is a number from 1 on, or none for every request")
        statement = "INSERT INTO fault_switches (org_id, times, fitted, fault) VALUES (?, ?, 0, ?)"
        return self._connection.execute(statement, (org_id, times, jsontext.dump(asdict(fault)))).lastrowid or 0

    def of(self, org_id: str | None) -> list[FaultSwitch]:
        """The faults of an org, of all orgs for None; oldest first."""
        columns = "seq, org_id, times, fitted, fault"
        statement = f"SELECT {columns} FROM fault_switches WHERE ? IS NULL OR org_id = ? ORDER BY seq"
        rows = self._connection.execute(statement, (org_id, org_id))
        return [FaultSwitch(seq, held, times, fitted, _fault(text)) for seq, held, times, fitted, text in rows]

    def spend(self, switch: FaultSwitch) -> bool:
        """Count one more request that fits; False where it is not met: too early, or others used the fault up."""
        statement = "UPDATE fault_switches SET fitted = fitted + 1 WHERE seq = ? RETURNING fitted"
        row = self._connection.execute(statement, (switch.number,)).fetchone()
        if row is None:
            return False
        left = replace(switch, fitted=row[0]).left
        if left == 0:
            self._connection.execute("DELETE FROM fault_switches WHERE seq = ?", (switch.number,))
        return bool(row[0] >= switch.fault.nth)

    def clear(self, org_id: str) -> None:
        """Switch all faults of an org off."""
        self._connection.execute("DELETE FROM fault_switches WHERE org_id = ?", (org_id,))


def _counts(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 1


def _fault(text: str) -> Fault:
    held = jsontext.load(text)
    return Fault(**{**held, "kind": FaultKind(held["kind"])})
