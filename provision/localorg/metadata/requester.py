"""Who asks: one user of one org within one transaction, allowed to use the Metadata API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from provision.localorg.metadata import faults
from provision.localorg.metadata.jobs import By
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.sobjects import access
from provision.localorg.store.database import Transaction
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jobs import Jobs
from provision.localorg.store.orgs import OrgRow

_ENOUGH: Final = frozenset({"ModifyMetadata", "ModifyAllData"})


@dataclass(frozen=True, slots=True)
class Requester:
    """A user and what the call may reach; `version` is the major API version of the URL."""

    transaction: Transaction
    tenant: Tenant
    jobs: Jobs
    by: By
    version: int


def identify(transaction: Transaction, org: OrgRow, user_id: str, now: datetime, version: int) -> Requester:
    """The user behind a session.

    Raises:
        Fault: the user is no longer active, or has neither of the permissions that Salesforce asks for.

    """
    records = transaction.records(org.id)
    user = access.live_user(records, user_id)
    if user is None:
        raise faults.INVALID_SESSION.fault()
    if not any(access.granted(held) & _ENOUGH for held in access.permission_sets(records, user.id)):
        raise faults.INSUFFICIENT_ACCESS.fault()
    by = By(user.id[:SHORT], str(user.fields.get("Name") or user.fields["Username"]))
    tenant = Tenant.of(transaction, org, user.id, now)
    return Requester(transaction, tenant, transaction.jobs(org.id), by, version)
