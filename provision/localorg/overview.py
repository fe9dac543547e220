"""What is in a file of local orgs, for whoever looks on; nothing is made or changed by looking."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from provision.localorg.clock import SystemClock
from provision.localorg.routes.exchange import SANDBOX_LOGIN_HOST
from provision.localorg.store import exchanges
from provision.localorg.store.database import Database, Transaction
from provision.localorg.store.orgs import OrgRow, Switches

LOGIN_HOST: Final = SANDBOX_LOGIN_HOST
"""Where users of sandboxes log in, and so those of local orgs."""
LOGIN_HOSTS: Final = "login hosts"
"""Stands for the org of requests to login hosts, which belong to none."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One org as it is."""

    name: str
    org_id: str
    my_domain: str
    users: int
    apps: int
    requests: int
    switched: dict[str, Any]
    """Switches that are not as in a fresh org."""
    faults: int


@dataclass(frozen=True, slots=True)
class Logged:
    """One request and its answer; status 0 is a connection that a fault broke. No secret is in it."""

    number: int
    at: str
    """ISO 8601 in UTC."""
    org: str
    method: str
    path: str
    status: int
    code: str | None
    """Code of the refusal, if it was one."""
    reason: str | None
    """Its text, and what the client was not told."""


def orgs(file: Path) -> list[Overview]:
    """Every org of the file, oldest first; none where there is no file."""
    if not file.exists():
        return []
    with Database(file, SystemClock()).reading() as transaction:
        return [_overview(transaction, org) for org in transaction.orgs.all()]


def log(file: Path, names: Collection[str] = (), after: int = 0) -> list[Logged]:
    """Requests with a higher number to orgs of these names, to all orgs for none; and to the login hosts."""
    if not file.exists():
        return []
    with Database(file, SystemClock()).reading() as transaction:
        by_id = {org.id: org.name for org in transaction.orgs.all() if not names or org.name in names}
        by_id[exchanges.LOGIN_HOSTS] = LOGIN_HOSTS
        found = [
            Logged(each.number, each.at, name, each.method, each.path, each.status, each.refusal, each.reason)
            for org_id, name in by_id.items()
            for each in transaction.exchanges(org_id).after(after)
        ]
    return sorted(found, key=lambda each: each.number)


def _overview(transaction: Transaction, org: OrgRow) -> Overview:
    records, fresh = transaction.records(org.id), asdict(Switches())
    apps = (*records.all("ConnectedApplication"), *records.all("ExternalClientApplication"))
    return Overview(
        name=org.name,
        org_id=org.id,
        my_domain=org.my_domain,
        users=len(records.all("User")),
        apps=len(apps),
        requests=transaction.exchanges(org.id).count(),
        switched={name: value for name, value in asdict(org.switches).items() if value != fresh[name]},
        faults=len(transaction.fault_switches.of(org.id)),
    )
