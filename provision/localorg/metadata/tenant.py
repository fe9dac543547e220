"""What component types may read and write: one org inside one transaction, at one moment, on behalf of one user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from provision.localorg.store.consumers import Consumers
from provision.localorg.store.database import Transaction
from provision.localorg.store.documents import Documents
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record, Records


@dataclass(frozen=True, slots=True)
class Tenant:
    """One org of the transaction that carries a deploy or a retrieve."""

    records: Records
    consumers: Consumers
    documents: Documents
    user_id: str
    now: datetime
    may_create_connected_apps: bool
    propagation: timedelta

    @classmethod
    def of(cls, transaction: Transaction, org: OrgRow, user_id: str, now: datetime) -> "Tenant":
        """The org, as seen and changed by that user."""
        return cls(
            records=transaction.records(org.id),
            consumers=transaction.consumers(org.id),
            documents=transaction.documents(org.id),
            user_id=user_id,
            now=now,
            may_create_connected_apps=org.switches.connected_app_creation == "enabled",
            propagation=timedelta(seconds=org.switches.propagation_seconds),
        )

    def only(self, sobject: str, **equals: object) -> Record | None:
        """The oldest matching record; None where there is none."""
        found = self.records.find(sobject, **equals)
        return found[0] if found else None

    def insert(self, sobject: str, fields: Mapping[str, Json]) -> str:
        """Add a record and return its id."""
        by = {"CreatedById": self.user_id, "LastModifiedById": self.user_id}
        return self.records.insert(sobject, {**by, **fields}).id

    def update(self, record_id: str, fields: Mapping[str, Json]) -> None:
        """Change a record."""
        self.records.update(record_id, {"LastModifiedById": self.user_id, **fields})
