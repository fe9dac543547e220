"""Assigns permission sets and groups of them to integration users, and takes away what they are not to hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from provision.errors import Code, Failed
from provision.model.desired import IntegrationUser
from provision.model.situation import Situation
from provision.org.client import Org
from provision.org.records import BATCH_LIMIT, Record, Write, literals
from provision.org.refusals import refused
from provision.steps import assignment

DUPLICATE = "DUPLICATE_VALUE"
GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"})
"""Codes of a record that is to be deleted and no longer there."""


@dataclass(frozen=True)
class Missing:
    """An assignment to be made: of whom, to what, and which field of the record names that."""

    user: IntegrationUser
    name: str
    field: str


@dataclass(frozen=True)
class Ids:
    """Record ids by lower-case username, and by name of permission set and of permission set group."""

    users: Mapping[str, str]
    assignable: Mapping[str, Mapping[str, str]]
    """By the field of PermissionSetAssignment that takes them."""

    def cover(self, situation: Situation) -> bool:
        """Whether everybody and everything that is to be assigned is in here."""
        usernames = {user.username.lower() for user in situation.desired.users}
        return usernames <= set(self.users) and all(
            item.name in self.assignable[item.field] for item in _missing(situation)
        )


def write_assignments(org: Org, situation: Situation) -> tuple[str, ...]:
    """Create the assignments that are missing; one that somebody else made meanwhile counts as done.

    Returns the names of permission sets and groups that do not exist yet and so were left out. Raises the error for
    whatever the org refused, with every message.
    """
    ids = _ids(org, situation)
    missing = tuple(_missing(situation))
    writes = [
        Write(
            f"assignment{number}",
            "POST",
            "sobjects/PermissionSetAssignment",
            {"AssigneeId": _known(ids.users, item.user), item.field: ids.assignable[item.field][item.name]},
        )
        for number, item in enumerate(missing)
        if item.name in ids.assignable[item.field]
    ]
    _write(org, writes, frozenset({DUPLICATE}), "The org refused a permission set assignment")
    return tuple(dict.fromkeys(item.name for item in missing if item.name not in ids.assignable[item.field]))


def end_assignments(org: Org, situation: Situation) -> None:
    """Take away what users are to hold no longer; an assignment that is gone counts as done.

    Raises the error for whatever the org refused, with every message.
    """
    ids = [
        record_id
        for user in situation.desired.users
        if (existing := situation.user(user)) is not None
        for record_id in (
            *(existing.assignments[name] for name in assignment.unwanted(situation, user)),
            *(existing.group_assignments[name] for name in assignment.unwanted_groups(situation, user)),
        )
    ]
    writes = [
        Write(f"unassign{number}", "DELETE", f"sobjects/{assignment.TYPE}/{record_id}")
        for number, record_id in enumerate(ids)
    ]
    _write(org, writes, GONE, "The org refused to take a permission set away")


def _write(org: Org, writes: Sequence[Write], done: Collection[str], summary: str) -> None:
    """Write in batches; a refusal with a code of `done` says that there is nothing left to do."""
    for start in range(0, len(writes), BATCH_LIMIT):
        written = org.records.write(writes[start : start + BATCH_LIMIT], all_or_none=False)
        refusals = [r for item in written for r in item.refusals if r.code not in done]
        if refusals:
            raise refused(summary, refusals)


def _missing(situation: Situation) -> Iterator[Missing]:
    for user in situation.desired.users:
        for name in assignment.missing(situation, user):
            yield Missing(user, name, "PermissionSetId")
        for name in assignment.missing_groups(situation, user):
            yield Missing(user, name, "PermissionSetGroupId")


def _ids(org: Org, situation: Situation) -> Ids:
    """Return the ids, asking only where something was made in this run."""
    observed = situation.observed
    known = Ids(
        {user.username.lower(): user.id for user in observed.users.values()},
        {
            "PermissionSetId": {name: item.id for name, item in observed.permission_sets.items()},
            "PermissionSetGroupId": {name: item.id for name, item in observed.permission_set_groups.items() if item.id},
        },
    )
    return known if known.cover(situation) else _asked(org, situation)


def _asked(org: Org, situation: Situation) -> Ids:
    users = situation.desired.users
    sets = [name for user in users for name in situation.permission_set_names(user)]
    groups = [name for user in users for name in user.permission_set_groups]
    queries = {
        "users": f"SELECT Id, Username FROM User WHERE Username IN {literals([user.username for user in users])}",
        "sets": f"SELECT Id, Name FROM PermissionSet WHERE Name IN {literals(sets)}",
    }
    if groups:
        queries["groups"] = (
            f"SELECT Id, DeveloperName FROM PermissionSetGroup WHERE DeveloperName IN {literals(groups)}"
        )
    rows: dict[str, list[Record]] = {"groups": []}
    for name, answer in org.records.queries(queries).items():
        if isinstance(answer, tuple):
            raise refused("The org refused to list ids", answer)
        rows[name] = answer
    return Ids(
        {row["Username"].lower(): row["Id"] for row in rows["users"]},
        {
            "PermissionSetId": {row["Name"]: row["Id"] for row in rows["sets"]},
            "PermissionSetGroupId": {row["DeveloperName"]: row["Id"] for row in rows["groups"]},
        },
    )


def _known(user_ids: Mapping[str, str], user: IntegrationUser) -> str:
    user_id = user_ids.get(user.username.lower())
    if user_id is None:
        raise Failed(
            Code.USER_MISSING,
            f"The user {user.username} does not exist in the org",
            remedy=("provision apply creates it", f"Check users.{user.key}.username"),
        )
    return user_id
