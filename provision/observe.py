"""One reading of one org: one batch of queries and one retrieve, whatever the number of permission sets.

`plan`, `apply` and `verify` all look through this, so that they cannot disagree about what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from provision.apps import kinds
from provision.apps.kind import Kind
from provision.metadata.package import from_zip
from provision.metadata.parse import parse
from provision.model.desired import AppKind, Desired
from provision.model.metadata import Document
from provision.model.observed import (
    Observed,
    ObservedApp,
    ObservedPermissionSet,
    ObservedPermissionSetGroup,
    ObservedUser,
    Organization,
    Seats,
)
from provision.org.client import Org
from provision.org.records import Record, literals
from provision.org.refusals import refused

T = TypeVar("T")
Answers = Mapping[str, Sequence[Record]]

_MAY_LACK = frozenset(kind.TITLE for kind in kinds.ALL)
"""Queries for what not every org and API version has."""

USER_FIELDS = ("Username", "LastName", "FirstName", "Email", "Alias", "IsActive")


def observe(org: Org, desired: Desired, now: datetime) -> Observed:
    """Read everything that `desired` speaks of from the org, and nothing else."""
    answers = _answers(org, desired)
    documents = _documents(org, desired)
    return Observed(
        organization=_organization(answers["organization"][0]),
        users=_by(answers["users"], lambda record: _user(record, answers), "Username", str.lower),
        permission_sets=_by(answers["permission_sets"], lambda record: _permission_set(record, documents), "Name"),
        permission_set_groups=_permission_set_groups(desired, answers, documents),
        apps=_apps(desired, answers, documents),
        present=frozenset(documents) & {*desired.delete_before, *desired.delete_after},
        profiles={record["Name"]: record["Id"] for record in answers["profiles"]},
        user_licenses=_by(answers["user_licenses"], lambda record: _seats(record, "Name"), "Name"),
        permission_set_licenses=_by(
            answers["permission_set_licenses"], lambda record: _seats(record, "DeveloperName"), "DeveloperName"
        ),
        observed_at=now,
        unreadable_apps=_unreadable(answers, documents),
    )


def _queries(desired: Desired) -> dict[str, str]:
    usernames = literals([user.username for user in desired.users])
    sets = [item.name for item in (*desired.permission_sets, *(app.access for app in desired.apps))]
    sets += [name for app in desired.apps for name in app.removed.get("permission_sets", ())]
    names = literals([*sets, *(name for group in desired.permission_set_groups for name in group.permission_sets)])
    return {
        "organization": "SELECT Id, Name, IsSandbox, OrganizationType FROM Organization",
        "users": (
            f"SELECT Id, {', '.join(USER_FIELDS)}, Profile.Name, Profile.PermissionsApiUserOnly "
            f"FROM User WHERE Username IN {usernames}"
        ),
        "frozen": (
            "SELECT UserId FROM UserLogin WHERE IsFrozen = true "
            f"AND UserId IN (SELECT Id FROM User WHERE Username IN {usernames})"
        ),
        "licensed": (
            "SELECT AssigneeId, PermissionSetLicense.DeveloperName "
            f"FROM PermissionSetLicenseAssign WHERE Assignee.Username IN {usernames}"
        ),
        "assigned": (
            "SELECT Id, AssigneeId, PermissionSet.Name, PermissionSetGroup.DeveloperName FROM PermissionSetAssignment "
            f"WHERE Assignee.Username IN {usernames} AND PermissionSet.IsOwnedByProfile = false"
        ),
        "permission_sets": f"SELECT Id, Name, Label FROM PermissionSet WHERE Name IN {names}",
        "profiles": f"SELECT Id, Name FROM Profile WHERE Name IN {literals([u.profile for u in desired.users])}",
        "user_licenses": (
            "SELECT Id, Name, TotalLicenses, UsedLicenses, Status FROM UserLicense "
            f"WHERE Name IN {literals([user.license for user in desired.users])}"
        ),
        "permission_set_licenses": (
            "SELECT Id, DeveloperName, TotalLicenses, UsedLicenses, Status FROM PermissionSetLicense "
            f"WHERE DeveloperName IN {literals(_licenses(desired))}"
        ),
        **_app_queries(desired),
        **_group_queries(desired),
    }


def _app_queries(desired: Desired) -> dict[str, str]:
    """Ask for the records of apps of every kind, by names and labels: they have ids, and show what no retrieve does."""
    names = literals(sorted({text for app in desired.apps for text in (app.name, app.label)}))
    return {
        kind.TITLE: f"SELECT Id, {field} FROM {sobject} WHERE {field} IN {names}"
        for kind in kinds.ALL
        for sobject, field in (kind.RECORDS,)
    }


def _group_queries(desired: Desired) -> dict[str, str]:
    """Ask for groups only where somebody is to hold one: what is deployed alone is seen by the retrieve."""
    names = sorted({name for user in desired.users for name in user.permission_set_groups})
    if not names:
        return {}
    return {
        "permission_set_groups": (
            f"SELECT Id, DeveloperName FROM PermissionSetGroup WHERE DeveloperName IN {literals(names)}"
        ),
    }


def _licenses(desired: Desired) -> list[str]:
    return sorted({name for user in desired.users for name in user.permission_set_licenses})


def _answers(org: Org, desired: Desired) -> Answers:
    """Run the queries; the first refused one is the error."""
    read: dict[str, Sequence[Record]] = {}
    for name, answer in org.records.queries(_queries(desired)).items():
        if isinstance(answer, list):
            read[name] = answer
        elif name in _MAY_LACK and all(refusal.code == "INVALID_TYPE" for refusal in answer):
            read[name] = []
        else:
            raise refused(f"The org refused the query for {name.replace('_', ' ')}", answer)
    return read


def _documents(org: Org, desired: Desired) -> Mapping[tuple[str, str], Document]:
    """Retrieve the components that are declared or to be deleted and exist, by type and full name."""
    sets = (item for item in desired.permission_sets if not item.existing)
    names = [app.name for app in desired.apps]
    further = {type_name for app in desired.apps for type_name in app.metadata}
    of_apps = (kind.wanted(names, org.site.api_version, further) for kind in kinds.ALL)
    members = {
        **{type_name: list(some) for wanted in of_apps for type_name, some in wanted.items()},
        "PermissionSet": [
            item.name for item in (*sets, *(app.access for app in desired.apps if not app.access.existing))
        ],
        "PermissionSetGroup": [item.name for item in desired.permission_set_groups if not item.existing],
    }
    for type_name, name in dict.fromkeys((*desired.delete_before, *desired.delete_after)):
        members.setdefault(type_name, []).append(name)
    if not any(members.values()):
        return {}
    package = from_zip(org.metadata.retrieve(members))
    return {(c.type, c.full_name): parse(c.content, c.type) for c in package.components}


def _organization(record: Record) -> Organization:
    return Organization(record["Id"], record["Name"], record["IsSandbox"], record["OrganizationType"])


def _user(record: Record, answers: Answers) -> ObservedUser:
    user_id = record["Id"]
    profile: Mapping[str, Any] = record["Profile"]
    groups: dict[str, str] = {}
    sets: dict[str, str] = {}
    for row in answers["assigned"]:
        if row["AssigneeId"] == user_id and row["PermissionSetGroup"]:
            groups[row["PermissionSetGroup"]["DeveloperName"]] = row["Id"]
        elif row["AssigneeId"] == user_id:
            sets[row["PermissionSet"]["Name"]] = row["Id"]
    return ObservedUser(
        id=user_id,
        username=record["Username"],
        fields={name: record[name] for name in USER_FIELDS},
        is_active=record["IsActive"],
        is_frozen=any(row["UserId"] == user_id for row in answers["frozen"]),
        profile=profile["Name"],
        profile_api_only=bool(profile["PermissionsApiUserOnly"]),
        permission_set_licenses=frozenset(
            row["PermissionSetLicense"]["DeveloperName"] for row in answers["licensed"] if row["AssigneeId"] == user_id
        ),
        permission_sets=frozenset(sets),
        permission_set_groups=frozenset(groups),
        assignments=sets,
        group_assignments=groups,
    )


def _permission_set(record: Record, documents: Mapping[tuple[str, str], Document]) -> ObservedPermissionSet:
    document = documents.get(("PermissionSet", record["Name"]))
    return ObservedPermissionSet(record["Id"], record["Name"], record["Label"], document)


def _permission_set_groups(
    desired: Desired, answers: Answers, documents: Mapping[tuple[str, str], Document]
) -> dict[str, ObservedPermissionSetGroup]:
    """Return the groups that the retrieve or the query brought."""
    ids = {record["DeveloperName"]: record["Id"] for record in answers.get("permission_set_groups", ())}
    found = {group.name: documents.get(("PermissionSetGroup", group.name)) for group in desired.permission_set_groups}
    return {
        name: ObservedPermissionSetGroup(name, ids.get(name), document)
        for name, document in found.items()
        if document is not None or name in ids
    }


def _apps(desired: Desired, answers: Answers, documents: Mapping[tuple[str, str], Document]) -> dict[str, ObservedApp]:
    """Return the declared apps that the retrieve brought; of two by one name, the one of the declared kind."""
    found: dict[str, ObservedApp] = {}
    for kind in kinds.ALL:
        ids = _ids(kind, answers)
        for app in desired.apps:
            seen = kind.observed(app.name, documents, ids)
            if seen is not None and (app.name not in found or app.kind is seen.kind):
                found[app.name] = seen
    return found


def _ids(kind: Kind, answers: Answers) -> dict[str, str]:
    """Return the record ids of apps of a kind, by what their records call them."""
    return {record[kind.RECORDS[1]]: record["Id"] for record in answers[kind.TITLE]}


def _unreadable(answers: Answers, documents: Mapping[tuple[str, str], Document]) -> dict[str, AppKind]:
    """Return what records call apps that the retrieve did not bring."""
    brought = {
        text
        for (type_name, name), document in documents.items()
        if type_name in kinds.TYPES
        for text in (name, str(document.fields.get("label", name)))
    }
    return {name: kind.KIND for kind in kinds.ALL for name in _ids(kind, answers) if name not in brought}


def _seats(record: Record, name_field: str) -> Seats:
    return Seats(
        id=record["Id"],
        name=record[name_field],
        total=record["TotalLicenses"],
        used=record["UsedLicenses"],
        status=record["Status"],
    )


def _by(
    records: Sequence[Record], make: Callable[[Record], T], field: str, key: Callable[[str], str] = str
) -> dict[str, T]:
    return {key(record[field]): make(record) for record in records}
