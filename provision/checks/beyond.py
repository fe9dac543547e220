"""May the user do more than is declared?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus
from provision.org.client import Org
from provision.org.records import Record, literal

NAME = "user/more-than-declared"

GRAVE = frozenset(
    {"ModifyAllData", "ViewAllData", "ManageUsers", "CustomizeApplication", "AuthorApex", "ModifyMetadata"}
)
"""User permissions that no integration has by accident."""
ACCESSES = ("Read", "Create", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")
WHOLE = frozenset({"ViewAllRecords", "ModifyAllRecords"})
SHOWN = 8


def check(proof: Proof) -> Iterator[CheckResult]:
    """List what permission sets give that the settings do not name; the profile is named by the settings."""
    if proof.org is None or proof.user is None:
        if proof.org is None:
            yield proof.result(NAME, CheckStatus.SKIPPED, "permission sets take admin access to read")
        return
    declared = {item.name for item in proof.declared}
    query = (
        "SELECT PermissionSetId, PermissionSet.Name, PermissionSet.PermissionSetGroupId "
        f"FROM PermissionSetAssignment WHERE AssigneeId = {literal(proof.user.id)} "
        "AND PermissionSet.IsOwnedByProfile = false"
    )
    rows = proof.org.records.query(query)
    extra = {row["PermissionSetId"]: row["PermissionSet"]["Name"] for row in rows}
    extra = {key: name for key, name in extra.items() if name not in declared and name not in proof.groups}
    if not extra:
        yield proof.result(NAME, CheckStatus.PASSED, "no permission set but the declared ones")
        return
    more = _given(proof.org, list(extra))
    names = ", ".join(sorted(extra.values()))
    shown = ", ".join(more[:SHOWN]) + (f" and {len(more) - SHOWN} more" if len(more) > SHOWN else "")
    detail = f"{names}: {shown or 'nothing on objects'}"
    if any(_is_grave(item) for item in more):
        remedy = f"Declare them under users.{proof.app.user.key}.permission_sets, or take them from the user"
        yield proof.result(NAME, CheckStatus.FAILED, detail, code="MORE_THAN_DECLARED", remedy=remedy)
        return
    yield proof.result(NAME, CheckStatus.PASSED, f"beyond the declared, but nothing grave: {detail}")


def _given(org: Org, ids: Sequence[str]) -> list[str]:
    """Return what permission sets allow, gravest first: `ModifyAllData`, `Account ModifyAllRecords`."""
    listed = ", ".join(literal(one) for one in ids)
    accesses = ", ".join(f"Permissions{access}" for access in ACCESSES)
    sets = org.records.query(f"SELECT FIELDS(ALL) FROM PermissionSet WHERE Id IN ({listed}) LIMIT 200")
    objects = org.records.query(f"SELECT SobjectType, {accesses} FROM ObjectPermissions WHERE ParentId IN ({listed})")
    found = [name for record in sets for name in _on(record)]
    found += [f"{record['SobjectType']} {name}" for record in objects for name in _on(record)]
    return sorted(dict.fromkeys(found), key=lambda item: not _is_grave(item))


def _on(record: Record) -> list[str]:
    return [
        name.removeprefix("Permissions")
        for name, value in record.items()
        if name.startswith("Permissions") and value is True
    ]


def _is_grave(item: str) -> bool:
    return item in GRAVE or item.rpartition(" ")[2] in WHOLE
