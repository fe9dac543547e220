"""Apps that nobody declared yet: which there are in an org, who may use them, and as whom they act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provision.apps import kinds
from provision.apps.found import Found, found_in
from provision.metadata.package import from_zip
from provision.metadata.parse import parse
from provision.model.metadata import Document
from provision.org.client import Org
from provision.org.records import Record, literal, literals
from provision.org.refusals import refused

_RECORDS = tuple((kind.TITLE, *kind.RECORDS) for kind in kinds.ALL)
_MAY_LACK = frozenset(kind.TITLE for kind in kinds.ALL if kind.MAY_BE_UNKNOWN)
"""Queries for what not every org and API version has."""


@dataclass(frozen=True)
class Grantee:
    """A permission set that lets its holders use an app."""

    name: str
    label: str
    holders: tuple[str, ...]
    """Usernames of active users."""


@dataclass(frozen=True)
class Person:
    """A user as the org has them, in full."""

    record: Record
    profile: str
    license: str
    api_only: bool
    permission_set_licenses: tuple[str, ...]
    permission_sets: tuple[str, ...]
    permission_set_groups: tuple[str, ...]


def all_apps(org: Org) -> tuple[str, tuple[Found, ...]]:
    """Return the id of the org and every app in it, of each kind, by label."""
    asked = {name: f"SELECT Id, {field} FROM {sobject}" for name, sobject, field in _RECORDS}
    rows = _asked(org, {"organization": "SELECT Id FROM Organization", **asked})
    org_id = str(rows["organization"][0]["Id"])
    version = org.site.api_version
    wanted = {type_name: names for kind in kinds.ALL for type_name, names in kind.wanted(("*",), version).items()}
    package = from_zip(org.metadata.retrieve(wanted))
    documents = {(c.type, c.full_name): parse(c.content, c.type) for c in package.components}
    apps: list[Found] = []
    for kind in kinds.ALL:
        ids = {str(row[kind.RECORDS[1]]): str(row["Id"]) for row in rows[kind.TITLE]}
        apps += found_in(kind, documents, ids, org_id)
    return org_id, tuple(sorted(apps, key=lambda app: (app.existing.label.lower(), app.existing.kind)))


def grantees(org: Org, app: Found) -> tuple[Grantee, ...]:
    """Return the permission sets that an app is assigned to, with who holds them; profiles are left out."""
    if not app.existing.id:
        return ()
    query = (
        "SELECT Parent.Name, Parent.Label FROM SetupEntityAccess "
        f"WHERE SetupEntityId = {literal(app.existing.id)} AND Parent.IsOwnedByProfile = false"
    )
    parents = {row["Parent"]["Name"]: row["Parent"]["Label"] for row in _asked(org, {"grants": query})["grants"]}
    if not parents:
        return ()
    query = (
        "SELECT Assignee.Username, PermissionSet.Name FROM PermissionSetAssignment "
        f"WHERE PermissionSet.Name IN {literals(list(parents))} AND Assignee.IsActive = true"
    )
    rows = _asked(org, {"holders": query})["holders"]
    return tuple(
        Grantee(
            name,
            label,
            tuple(row["Assignee"]["Username"] for row in rows if row["PermissionSet"]["Name"] == name),
        )
        for name, label in sorted(parents.items())
    )


def person(org: Org, username: str) -> Person | None:
    """Return a user with all that they are assigned; `None` where nobody has that username."""
    who = literal(username)
    rows = _asked(
        org,
        {
            "user": (
                "SELECT Id, Username, LastName, FirstName, Email, IsActive, TimeZoneSidKey, LocaleSidKey, "
                "LanguageLocaleKey, Profile.Name, Profile.UserLicense.Name, Profile.PermissionsApiUserOnly "
                f"FROM User WHERE Username = {who}"
            ),
            "licenses": (
                "SELECT PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign "
                f"WHERE Assignee.Username = {who}"
            ),
            "sets": (
                "SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE "
                f"Assignee.Username = {who} AND PermissionSet.IsOwnedByProfile = false AND PermissionSetGroupId = null"
            ),
            "groups": (
                "SELECT PermissionSetGroup.DeveloperName FROM PermissionSetAssignment WHERE "
                f"Assignee.Username = {who} AND PermissionSetGroupId != null"
            ),
        },
    )
    if not rows["user"]:
        return None
    record = rows["user"][0]
    return Person(
        record=record,
        profile=record["Profile"]["Name"],
        license=record["Profile"]["UserLicense"]["Name"],
        api_only=bool(record["Profile"]["PermissionsApiUserOnly"]),
        permission_set_licenses=tuple(row["PermissionSetLicense"]["DeveloperName"] for row in rows["licenses"]),
        permission_sets=tuple(row["PermissionSet"]["Name"] for row in rows["sets"]),
        permission_set_groups=tuple(row["PermissionSetGroup"]["DeveloperName"] for row in rows["groups"]),
    )


def doors(org: Org, names: Sequence[str]) -> frozenset[str]:
    """Return those of the permission sets that carry an app of any kind."""
    if not names:
        return frozenset()
    types = literals([sobject for _, sobject, _ in _RECORDS])
    query = (
        "SELECT Parent.Name FROM SetupEntityAccess "
        f"WHERE SetupEntityType IN {types} AND Parent.Name IN {literals(names)}"
    )
    return frozenset(row["Parent"]["Name"] for row in _asked(org, {"doors": query})["doors"])


def permission_set_documents(org: Org, names: Sequence[str]) -> Mapping[str, Document]:
    """Return permission sets in full, by name."""
    if not names:
        return {}
    package = from_zip(org.metadata.retrieve({"PermissionSet": list(names)}))
    return {c.full_name: parse(c.content, c.type) for c in package.components if c.type == "PermissionSet"}


def _asked(org: Org, queries: Mapping[str, str]) -> dict[str, Sequence[Record]]:
    rows: dict[str, Sequence[Record]] = {}
    for name, answer in org.records.queries(queries).items():
        if isinstance(answer, list):
            rows[name] = answer
        elif name in _MAY_LACK and all(refusal.code == "INVALID_TYPE" for refusal in answer):
            rows[name] = ()
        else:
            raise refused(f"The org refused the query for {name}", answer)
    return rows
