"""A fresh sandbox: its licences, profiles and administrator."""

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any, Final

from provision.localorg import facts
from provision.localorg.store import ids
from provision.localorg.store.database import Transaction
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow, Switches
from provision.localorg.store.records import Record, Records

ADMINISTRATOR: Final = "System Administrator"
_SUFFIX: Final = ".sandbox.my.salesforce.com"
_LONGEST_LABEL: Final = 40
_READ: Final = ("Read", "Create", "Edit", "Delete")
_ALL: Final = (*_READ, "ViewAllRecords", "ModifyAllRecords")
_OBJECT_PERMISSIONS: Final[Mapping[str, tuple[str, ...]]] = {"all": _ALL, "read and write": _READ, "none": ()}


def make(transaction: Transaction, name: str, switches: Switches) -> OrgRow:
    """Add an org with that name to the file."""
    org = OrgRow(transaction.next_id("Organization"), name, _free_my_domain(transaction, name), switches)
    transaction.orgs.insert(org)
    records = transaction.records(org.id)
    seed = facts.load("seed")
    records.insert_as(org.id, "Organization", {"Name": name, **seed["organization"]})
    licenses = {each["Name"]: _license(records, each) for each in seed["user_licenses"]}
    for each in seed["permission_set_licenses"]:
        records.insert("PermissionSetLicense", {"Status": "Active", "ExpirationDate": None, **each})
    profiles = {each["name"]: _profile(records, each, licenses[each["license"]].id) for each in seed["profiles"]}
    _administrator(records, org, profiles[ADMINISTRATOR].id)
    return org


def remake(transaction: Transaction, org: OrgRow) -> OrgRow:
    """Throw an org away and make it anew under its name and with its switches."""
    transaction.orgs.delete(org.id)
    return make(transaction, org.name, org.switches)


def admin_username(org: OrgRow) -> str:
    """Username of the administrator that a fresh org has."""
    return f"admin@{org.my_domain.partition('.')[0]}.example"


def _free_my_domain(transaction: Transaction, name: str) -> str:
    slug = re.sub(f"[^{string.ascii_lowercase}{string.digits}]+", "-", name.lower())[:_LONGEST_LABEL].strip("-")
    label, count = f"local--{slug or 'org'}", 1
    while transaction.orgs.at(label + _SUFFIX) is not None:
        count += 1
        label = f"local--{slug or 'org'}-{count}"
    return label + _SUFFIX


def _license(records: Records, fields: Mapping[str, Any]) -> Record:
    return records.insert("UserLicense", {"Status": "Active", **fields})


def add_profile(records: Records, name: str, license_id: str, permissions: Iterable[str] = ()) -> tuple[Record, Record]:
    """A profile and the permission set that it owns, which is where its permissions live."""
    flags = {f"Permissions{each}": True for each in permissions}
    common = {"UserLicenseId": license_id, "UserType": "Standard", "Description": None}
    made = records.insert("Profile", {"Name": name, **common, **flags})
    label = f"X{made.id[: ids.SHORT]}"
    owner: dict[str, Json] = {"ProfileId": made.id, "IsOwnedByProfile": True, "Type": "Profile", "IsCustom": False}
    owned = records.insert("PermissionSet", {"Name": label, "Label": label, "LicenseId": license_id, **owner, **flags})
    return made, owned


def _profile(records: Records, profile: Mapping[str, Any], license_id: str) -> Record:
    made, owned = add_profile(records, profile["name"], license_id, profile["permissions"])
    granted = {f"Permissions{each}": True for each in _OBJECT_PERMISSIONS[profile["objects"]]}
    for sobject in facts.load("seed")["objects_with_permissions"] if granted else ():
        records.insert("ObjectPermissions", {"ParentId": owned.id, "SobjectType": sobject, **granted})
    return made


def _administrator(records: Records, org: OrgRow, profile_id: str) -> None:
    username = admin_username(org)
    given = facts.load("seed")["administrator"]
    name = f"{given['FirstName']} {given['LastName']}"
    admin = records.insert(
        "User", {**given, "Name": name, "Username": username, "Email": username, "ProfileId": profile_id}
    )
    records.insert("UserLogin", {"UserId": admin.id, "IsFrozen": False, "IsPasswordLocked": False})
    owned = records.find("PermissionSet", ProfileId=profile_id)[0]
    records.insert("PermissionSetAssignment", {"AssigneeId": admin.id, "PermissionSetId": owned.id})
