"""Who calls the Metadata API: one user of one org within one transaction, and what that user may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from provision.localorg.metadata import faults
from provision.localorg.metadata.jobs import By
from provision.localorg.metadata.tenant import Tenant, tenant
from provision.localorg.store.database import Transaction
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jobs import Jobs
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record, Records

_ENOUGH: Final = ("PermissionsModifyMetadata", "PermissionsModifyAllData")


@dataclass(frozen=True, slots=True)
class Caller:
    """A user who may use the Metadata API; `version` is the major API version of the URL."""

    transaction: Transaction
    tenant: Tenant
    jobs: Jobs
    by: By
    version: int


def identify(transaction: Transaction, org: OrgRow, user_id: str, now: datetime, version: int) -> Caller:
    """The caller behind a session.

    Raises:
        Fault: the user has neither of the permissions that Salesforce asks for.

    """
    records = transaction.records(org.id)
    user = records.get(user_id)
    if user is None or not user.fields.get("IsActive"):
        raise faults.INVALID_SESSION.fault()
    if not any(held.fields.get(name) is True for held in _permission_sets(records, user) for name in _ENOUGH):
        raise faults.INSUFFICIENT_ACCESS.fault()
    by = By(user.id[:SHORT], str(user.fields.get("Name") or user.fields["Username"]))
    return Caller(transaction, tenant(transaction, org, now), transaction.jobs(org.id), by, version)


def _permission_sets(records: Records, user: Record) -> Iterable[Record]:
    """Every permission set of a user, that of the profile included whether or not it is assigned."""
    yield from records.find("PermissionSet", ProfileId=user.fields.get("ProfileId"), IsOwnedByProfile=True)
    for assignment in records.find("PermissionSetAssignment", AssigneeId=user.id):
        held = records.get(str(assignment.fields["PermissionSetId"]))
        if held is not None:
            yield held
