"""What component types may read and write: one org inside one transaction, at one moment, on behalf of one user."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from provision.localorg.sobjects import access
from provision.localorg.store.consumers import Consumers
from provision.localorg.store.database import Transaction
from provision.localorg.store.documents import Documents
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow, Switches
from provision.localorg.store.records import Record, Records


@dataclass(frozen=True, slots=True)
class Tenant:
    """One org of the transaction that carries a deploy or a retrieve."""

    records: Records
    consumers: Consumers
    documents: Documents
    org_id: str
    user_id: str
    now: datetime
    switches: Switches
    next_id: Callable[[str], str]
    """An id for something that has no record of its own, by the name of its key prefix."""

    @classmethod
    def of(cls, transaction: Transaction, org: OrgRow, user_id: str, now: datetime) -> "Tenant":
        """The org, as seen and changed by that user."""
        return cls(
            records=transaction.records(org.id),
            consumers=transaction.consumers(org.id),
            documents=transaction.documents(org.id),
            org_id=org.id,
            user_id=user_id,
            now=now,
            switches=org.switches,
            next_id=transaction.next_id,
        )

    @property
    def short_org_id(self) -> str:
        """Id of 15 characters, as metadata writes it."""
        return self.org_id[:SHORT]

    @property
    def effective_at(self) -> datetime:
        """When a change made now reaches the token endpoint."""
        return self.now + timedelta(seconds=self.switches.propagation_seconds)

    def without_hidden(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata that is read back, without what the org does not show."""
        hidden = {"certificate"} if self.switches.certificate_readback == "hidden" else set()
        return {name: value for name, value in content.items() if name not in hidden}

    def holds(self, permission: str) -> bool:
        """Whether the user has a user permission, by its name without the prefix `Permissions`."""
        held = access.permission_sets(self.records, self.user_id)
        return any(permission in access.granted(each) for each in held)

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
