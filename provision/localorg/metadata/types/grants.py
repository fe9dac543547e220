"""Which permission sets and profiles may use an app: rows of SetupEntityAccess, shown in metadata by name.

A connected app names permission sets by their *label*, an External Client App by their API name; both name profiles
as Setup does. A profile holds the grant through the permission set that it owns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.sobjects import groups
from provision.localorg.store.records import Record


@dataclass(frozen=True, slots=True)
class Granted:
    """Names of those who may use an app, oldest grant first."""

    permission_sets: tuple[str, ...]
    profiles: tuple[str, ...]


def permission_set_by_label(tenant: Tenant, label: str) -> str:
    """Id of the permission set with that label, or with that API name where the org is switched to take it.

    Raises:
        Refusal: there is none, or its permission set licence cannot hold apps.

    """
    found = groups.regular(tenant.records, Label=label)
    if found is None and tenant.switches.connected_app_permission_set == "label-or-name":
        found = groups.regular(tenant.records, Name=label)
    if found is None:
        raise refusals.NO_REFERENCE.refuse(field="permissionSetName", type="PermissionSet", name=label)
    return _holding_apps(tenant, found, label).id


def permission_set_named(tenant: Tenant, name: str) -> str | None:
    """Id of the permission set with that API name; None where there is none.

    Raises:
        Refusal: its permission set licence cannot hold apps.

    """
    found = groups.regular(tenant.records, Name=name)
    return _holding_apps(tenant, found, name).id if found else None


def owned_by_profile(tenant: Tenant, name: str) -> str | None:
    """Id of the permission set owned by the profile of that name; None where there is no such profile."""
    profile = tenant.only("Profile", Name=name)
    owned = tenant.only("PermissionSet", ProfileId=profile.id, IsOwnedByProfile=True) if profile else None
    return owned.id if owned else None


def permission_set_of_profile(tenant: Tenant, name: str) -> str:
    """Id of the permission set owned by the profile of that name.

    Raises:
        Refusal: there is no such profile.

    """
    owned = owned_by_profile(tenant, name)
    if owned is None:
        raise refusals.NO_REFERENCE.refuse(field="profileName", type="Profile", name=name)
    return owned


def replace(tenant: Tenant, app_id: str, entity_type: str, parents: Iterable[str]) -> bool:
    """Make exactly these permission sets hold the app; True where that changed anything."""
    wanted = dict.fromkeys(parents)
    rows = tenant.records.find("SetupEntityAccess", SetupEntityId=app_id)
    held = {str(row.fields["ParentId"]) for row in rows}
    for row in rows:
        if row.fields["ParentId"] not in wanted:
            tenant.records.delete(row.id)
    for parent in wanted:
        if parent not in held:
            fields = {"ParentId": parent, "SetupEntityId": app_id, "SetupEntityType": entity_type}
            tenant.insert("SetupEntityAccess", fields)
    return held != set(wanted)


def of(tenant: Tenant, app_id: str, called: Literal["Label", "Name"]) -> Granted:
    """Who may use the app now, whichever way the grant came about; permission sets by label or by API name."""
    permission_sets, profiles = [], []
    for row in tenant.records.find("SetupEntityAccess", SetupEntityId=app_id):
        parent = tenant.records.get(str(row.fields["ParentId"]))
        if parent is None:
            continue
        if parent.fields.get("IsOwnedByProfile"):
            profile = tenant.records.get(str(parent.fields["ProfileId"]))
            if profile is not None:
                profiles.append(str(profile.fields["Name"]))
        else:
            permission_sets.append(str(parent.fields[called]))
    return Granted(tuple(permission_sets), tuple(profiles))


def _holding_apps(tenant: Tenant, found: Record, name: str) -> Record:
    bound_to = tenant.records.get(str(found.fields.get("LicenseId") or ""))
    if bound_to and bound_to.fields.get("DeveloperName") in facts.load("licenses")["without_apps"]:
        raise refusals.APP_NOT_ALLOWED.refuse(name=name)
    return found
