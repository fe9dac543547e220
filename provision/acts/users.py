"""Writes integration users and their permission set licences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from provision.errors import Code, Failed
from provision.model.desired import IntegrationUser
from provision.model.situation import Situation
from provision.org.client import Org
from provision.org.records import Write, Written
from provision.org.refusals import refused
from provision.steps import permission_set_license, user


def write_users(org: Org, situation: Situation, done: Callable[[str], None]) -> None:
    """Create and update the users of the plan, each with its licences or not at all.

    `done` is told each username that is in order. Raises the error for whatever the org refused, with every message.
    """
    for wanted in situation.desired.users:
        writes = _writes(situation, wanted)
        if writes:
            _raise_refusals(wanted, org.records.write(writes, all_or_none=True))
        done(wanted.username)


def _writes(situation: Situation, wanted: IntegrationUser) -> list[Write]:
    existing = situation.user(wanted)
    writes: list[Write] = []
    if existing is None:
        profile_id = situation.observed.profiles[wanted.profile]
        writes.append(Write("user", "POST", "sobjects/User", user.creation_fields(wanted, profile_id)))
    elif changed := user.changed_fields(wanted, existing):
        writes.append(Write("user", "PATCH", f"sobjects/User/{existing.id}", changed))
    assignee = existing.id if existing else "@{user.id}"
    for number, name in enumerate(permission_set_license.missing(situation, wanted)):
        license_id = situation.observed.permission_set_licenses[name].id
        body = {"AssigneeId": assignee, "PermissionSetLicenseId": license_id}
        writes.append(Write(f"license{number}", "POST", "sobjects/PermissionSetLicenseAssign", body))
    return writes


def _raise_refusals(wanted: IntegrationUser, written: Sequence[Written]) -> None:
    refusals = [refusal for item in written if not item.halted for refusal in item.refusals]
    if refusals:
        raise refused(f"The org refused the user {wanted.username}", refusals)
    if any(item.halted for item in written):
        raise Failed(Code.WRITE_FAILED, f"The user {wanted.username} was rolled back without a reason given")
