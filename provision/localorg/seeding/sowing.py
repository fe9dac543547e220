"""Putting into an org what a document says, by the rules that hold for everybody who does it over the API."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Final

from provision.localorg.metadata import deploy
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.seeding.document import BadSeed, Path, Problem, Seed, User
from provision.localorg.sobjects import access, describe
from provision.localorg.sobjects.refusals import Refusal
from provision.localorg.sobjects.writes import Writes
from provision.localorg.store import seed as fresh
from provision.localorg.store.database import Transaction
from provision.localorg.store.orgs import OrgRow, changed
from provision.localorg.store.records import Records

MANIFEST: Final = "package.xml"
_DEPLOYED: Final = Options(single_package=True, rollback_on_error=True)
_ALIAS: Final = 8
_REGION: Final = {
    "TimeZoneSidKey": "America/Los_Angeles",
    "LocaleSidKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "LanguageLocaleKey": "en_US",
}


@dataclass(frozen=True, slots=True)
class _Assigned:
    """Something that users are assigned: its name in the document, its sObject, and that of the assignment."""

    key: str
    sobject: str
    field: str
    assignment: str
    reference: str


_ASSIGNED: Final = (
    _Assigned(
        "permission_set_licenses",
        "PermissionSetLicense",
        "DeveloperName",
        "PermissionSetLicenseAssign",
        "PermissionSetLicenseId",
    ),
    _Assigned("permission_sets", "PermissionSet", "Name", "PermissionSetAssignment", "PermissionSetId"),
)


def sow(transaction: Transaction, org: OrgRow, seed: Seed, folder: FilePath) -> OrgRow:
    """Put everything in, or raise `BadSeed` with all that the org refuses; the caller's transaction is then undone.

    Folders of metadata are relative to `folder`. What is there already is changed.
    """
    org = transaction.orgs.set_switches(org, changed(org.switches, seed.switches))
    sowing = _Sowing(transaction, org)
    problems = [
        *sowing.seats("UserLicense", "Name", (*seed.path, "user_licenses"), seed.user_licenses),
        *sowing.seats(
            "PermissionSetLicense",
            "DeveloperName",
            (*seed.path, "permission_set_licenses"),
            seed.permission_set_licenses,
        ),
    ]
    for user in seed.users:
        problems += sowing.user(user)
    for number, name in enumerate(seed.metadata):
        problems += sowing.metadata((*seed.path, "metadata", number), folder / name)
    for user in seed.users:
        problems += sowing.assignments(user)
    if problems:
        raise BadSeed(problems)
    return org


class _Sowing:
    """The work on one org, as its administrator."""

    def __init__(self, transaction: Transaction, org: OrgRow) -> None:
        self._transaction = transaction
        self._org = org
        self._records: Records = transaction.records(org.id)
        admin = self._records.user_named(fresh.admin_username(org))
        if admin is None:
            raise BadSeed([Problem((), "the org has lost its administrator; reset it first")])
        self._admin = admin.id

    def seats(self, sobject: str, field: str, path: Path, given: Mapping[str, int]) -> Iterator[Problem]:
        for name, seats in given.items():
            found = self._records.find(sobject, **{field: name})
            if found:
                self._records.update(found[0].id, {"TotalLicenses": seats})
            else:
                known = ", ".join(str(each.fields[field]) for each in self._records.all(sobject))
                yield Problem((*path, name), f"the org has no such licence; it has {known}")

    def user(self, user: User) -> Iterator[Problem]:
        profile = self._records.find("Profile", Name=user.profile)
        if not profile:
            known = ", ".join(str(each.fields["Name"]) for each in self._records.all("Profile"))
            yield Problem((*user.path, "profile"), f"the org has no such profile; it has {known}")
            return
        fields = {
            "LastName": user.last_name,
            "FirstName": user.first_name,
            "Email": user.email,
            "Alias": user.alias or user.username[:_ALIAS],
            "ProfileId": profile[0].id,
            "IsActive": user.active,
            **_REGION,
        }
        held = self._records.user_named(user.username)
        try:
            if held is None:
                made = self._writes().create(describe.known("User"), {"Username": user.username, **fields})
            else:
                made = held.id
                self._writes().update(describe.known("User"), made, fields)
        except Refusal as refusal:
            yield Problem(user.path, f"{refusal.code}: {refusal.message}")
            return
        for login in self._records.find("UserLogin", UserId=made):
            self._records.update(login.id, {"IsFrozen": user.frozen})
        if user.password is not None:
            self._transaction.passwords(self._org.id).put(made, user.password)

    def assignments(self, user: User) -> Iterator[Problem]:
        held = self._records.user_named(user.username)
        if held is None:
            return
        for kind in _ASSIGNED:
            for number, name in enumerate(getattr(user, kind.key)):
                yield from self._assignment((*user.path, kind.key, number), held.id, kind, name)

    def _assignment(self, path: Path, user_id: str, kind: _Assigned, name: str) -> Iterator[Problem]:
        found = self._records.find(kind.sobject, **{kind.field: name})
        if not found:
            yield Problem(path, f"the org has no {kind.sobject} {name}")
            return
        given = {"AssigneeId": user_id, kind.reference: found[0].id}
        if self._records.find(kind.assignment, **given):
            return
        try:
            self._writes().create(describe.known(kind.assignment), given)
        except Refusal as refusal:
            yield Problem(path, f"{refusal.code}: {refusal.message}")

    def metadata(self, path: Path, folder: FilePath) -> Iterator[Problem]:
        """Deploy a folder; what the org held before is not bound by what may be created today."""
        if not (folder / MANIFEST).is_file():
            yield Problem(path, f"{folder} holds no {MANIFEST}")
            return
        lenient = replace(self._org, switches=replace(self._org.switches, connected_app_creation="enabled"))
        tenant = Tenant.of(self._transaction, lenient, self._admin, self._transaction.now())
        done = deploy.run(self._transaction, tenant, _zipped(folder), _DEPLOYED)
        if done.error_text:
            yield Problem(path, done.error_text)
        for failure in done.failures():
            yield Problem(path, f"{failure.file_name}: {failure.problem}")

    def _writes(self) -> Writes:
        return Writes(self._records, access.caller(self._records, self._admin))


def _zipped(folder: FilePath) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return buffer.getvalue()
