"""Assigns permission sets to integration users."""

from __future__ import annotations

from collections.abc import Mapping

from provision.errors import Code, Failed
from provision.model.desired import IntegrationUser
from provision.model.situation import Situation
from provision.org.client import Org
from provision.org.records import BATCH_LIMIT, Write, literals
from provision.org.refusals import refused
from provision.steps import assignment

DUPLICATE = "DUPLICATE_VALUE"


def write_assignments(org: Org, situation: Situation) -> tuple[str, ...]:
    """Create the assignments that are missing; one that somebody else made meanwhile counts as done.

    Returns the names of permission sets that do not exist yet and so were left out. Raises the error for whatever the
    org refused, with every message.
    """
    user_ids, permission_set_ids = _ids(org, situation)
    missing = [(user, name) for user in situation.desired.users for name in assignment.missing(situation, user)]
    wanted = [(user, name) for user, name in missing if name in permission_set_ids]
    writes = [
        Write(
            f"assignment{number}",
            "POST",
            "sobjects/PermissionSetAssignment",
            {"AssigneeId": _known(user_ids, user), "PermissionSetId": permission_set_ids[name]},
        )
        for number, (user, name) in enumerate(wanted)
    ]
    for start in range(0, len(writes), BATCH_LIMIT):
        written = org.records.write(writes[start : start + BATCH_LIMIT], all_or_none=False)
        refusals = [r for item in written for r in item.refusals if r.code != DUPLICATE]
        if refusals:
            raise refused("The org refused a permission set assignment", refusals)
    return tuple(dict.fromkeys(name for _user, name in missing if name not in permission_set_ids))


def _ids(org: Org, situation: Situation) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return ids by username and by permission set name, asking only where something was made in this run."""
    users = {user.username: user.id for user in situation.observed.users.values()}
    sets = {name: item.id for name, item in situation.observed.permission_sets.items()}
    usernames = [user.username for user in situation.desired.users]
    names = [name for user in situation.desired.users for name in situation.permission_set_names(user)]
    if set(names) <= set(sets) and {name.lower() for name in usernames} <= {name.lower() for name in users}:
        return {name.lower(): user_id for name, user_id in users.items()}, sets
    answers = org.records.queries(
        {
            "users": f"SELECT Id, Username FROM User WHERE Username IN {literals(usernames)}",
            "sets": f"SELECT Id, Name FROM PermissionSet WHERE Name IN {literals(names)}",
        }
    )
    rows = {name: answer for name, answer in answers.items() if isinstance(answer, list)}
    if len(rows) < len(answers):
        raise refused("The org refused to list ids", [r for a in answers.values() if isinstance(a, tuple) for r in a])
    return (
        {row["Username"].lower(): row["Id"] for row in rows["users"]},
        {row["Name"]: row["Id"] for row in rows["sets"]},
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
