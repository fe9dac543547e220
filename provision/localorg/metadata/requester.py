"""Who asks: one user of one org within one transaction, allowed to use the Metadata API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from provision.localorg.metadata import faults
from provision.localorg.metadata.jobs import By
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.sobjects.access import Caller
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


def identify(transaction: Transaction, org: OrgRow, caller: Caller, now: datetime, version: int) -> Requester:
    """The caller as a user of the Metadata API.

    Raises:
        Fault: they have neither of the permissions that Salesforce asks for.

    """
    if not caller.permissions & _ENOUGH:
        raise faults.INSUFFICIENT_ACCESS.fault()
    user = transaction.records(org.id).get(caller.user_id)
    fields = user.fields if user else {}
    by = By(caller.user_id[:SHORT], str(fields.get("Name") or fields.get("Username")))
    tenant = Tenant.of(transaction, org, caller.user_id, now)
    return Requester(transaction, tenant, transaction.jobs(org.id), by, version)
