"""What component types may read and write: one org inside one transaction, at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from provision.localorg.store.consumers import Consumers
from provision.localorg.store.database import Transaction
from provision.localorg.store.documents import Documents
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record, Records


@dataclass(frozen=True, slots=True)
class Tenant:
    """One org of the transaction that carries a deploy or a retrieve."""

    records: Records
    consumers: Consumers
    documents: Documents
    now: datetime
    may_create_connected_apps: bool
    propagation: timedelta

    def only(self, sobject: str, **equals: object) -> Record | None:
        """The oldest matching record; None where there is none."""
        found = self.records.find(sobject, **equals)
        return found[0] if found else None


def tenant(transaction: Transaction, org: OrgRow, now: datetime) -> Tenant:
    """The org of a transaction."""
    return Tenant(
        records=transaction.records(org.id),
        consumers=transaction.consumers(org.id),
        documents=transaction.documents(org.id),
        now=now,
        may_create_connected_apps=org.switches.connected_app_creation == "enabled",
        propagation=timedelta(seconds=org.switches.propagation_seconds),
    )
