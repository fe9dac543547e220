"""Profile: permissions kept in the permission set that it owns, and login IP ranges, which the token endpoint reads.

A deploy adds to a profile: what its file does not mention stays as it was, entry by entry; login IP ranges are a list
that is replaced as a whole (assumed). Standard profiles have names of their own in metadata.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import permission_rows, references, shape
from provision.localorg.metadata.types import permission_set_rules as rules
from provision.localorg.metadata.types.kind import Component, Saved
from provision.localorg.sobjects import licenses
from provision.localorg.store import seed
from provision.localorg.store.records import Record

TYPE: Final = "Profile"
_STANDARD: Final[Mapping[str, str]] = {
    "Admin": "System Administrator",
    "Standard": "Standard User",
    "StandardAul": "Standard Platform User",
}
"""Names in metadata of profiles that Setup and records call otherwise."""
_FILE_NAMES: Final = {name: file for file, name in _STANDARD.items()}
_ELSEWHERE: Final = frozenset({"fullName", "custom", "description", "userLicense"}) | permission_rows.ELEMENTS
"""Elements that are kept in records or follow from them."""
_REFERENCES: Final = {"tabVisibilities": ("tab", "CustomTab"), "layoutAssignments": ("layout", "Layout")}
_ALWAYS: Final = "ApiUserOnly"
"""Permission that the profile of integration users keeps (documented)."""


class Profile:
    """Deploys, deletes and shows profiles."""

    type = TYPE

    def deploy(self, tenant: Tenant, component: Component) -> Saved:
        """See `Kind.deploy`."""
        before = self.read(tenant, component.full_name, component.version)
        license_name = _license_name(before, component.content)
        held_license = tenant.only("UserLicense", Name=license_name)
        if held_license is None:
            raise refusals.NO_REFERENCE.refuse(field="userLicense", type="UserLicense", name=license_name)
        _check(tenant, before or {}, component.content, license_name)
        if before is None:
            seed.add_profile(tenant.records, component.full_name, held_license.id)
        profile_id = self._save(tenant, component, permission_rows.merged(before or {}, component.content))
        after = self.read(tenant, component.full_name, component.version)
        return Saved(profile_id, created=before is None, changed=after != before)

    def delete(self, tenant: Tenant, full_name: str) -> str | None:
        """See `Kind.delete`; the permission set that it owns and the grants of that go along."""
        profile = _record(tenant, full_name)
        if profile is None:
            return None
        if not _is_custom(profile) or tenant.records.find("User", ProfileId=profile.id):
            raise refusals.PROFILE_STAYS.refuse(name=full_name)
        owned = _owned(tenant, profile)
        for sobject in ("ObjectPermissions", "FieldPermissions", "SetupEntityAccess"):
            for row in tenant.records.find(sobject, ParentId=owned.id):
                tenant.records.delete(row.id)
        tenant.records.delete(owned.id)
        tenant.documents.delete(TYPE, str(profile.fields["Name"]))
        tenant.records.delete(profile.id)
        return profile.id

    def names(self, tenant: Tenant) -> Iterable[tuple[str, str]]:
        """See `Kind.names`."""
        for profile in tenant.records.all(TYPE):
            name = str(profile.fields["Name"])
            yield _FILE_NAMES.get(name, name), profile.id

    def read(self, tenant: Tenant, full_name: str, version: int) -> Content | None:
        """See `Kind.read`; the whole profile, where a retrieve of an org shows what goes with the package's members."""
        profile = _record(tenant, full_name)
        if profile is None:
            return None
        license_held = tenant.records.get(str(profile.fields["UserLicenseId"]))
        content: Content = {
            **(tenant.documents.get(TYPE, str(profile.fields["Name"])) or {}),
            **permission_rows.shown(tenant, _owned(tenant, profile)),
            "custom": "true" if _is_custom(profile) else "false",
            "userLicense": str(license_held.fields["Name"]) if license_held else "",
        }
        if profile.fields.get("Description"):
            content["description"] = str(profile.fields["Description"])
        return shape.visible(TYPE, permission_rows.in_order(content), version)

    @staticmethod
    def _save(tenant: Tenant, component: Component, content: Content) -> str:
        profile = _record(tenant, component.full_name)
        if profile is None:
            raise AssertionError("a profile is made before it is saved")
        owned = _owned(tenant, profile)
        columns = permission_rows.flags(owned, content)
        tenant.update(profile.id, {**columns, "Description": content.get("description") or None})
        tenant.update(owned.id, columns)
        permission_rows.replace(tenant, owned.id, content)
        name = str(profile.fields["Name"])
        said = {element: value for element, value in component.content.items() if element not in _ELSEWHERE}
        tenant.documents.put(TYPE, name, {**(tenant.documents.get(TYPE, name) or {}), **said}, None)
        return profile.id


def _record(tenant: Tenant, full_name: str) -> Record | None:
    """The profile of that name; a standard one does not answer to the name that Setup shows."""
    if full_name in _FILE_NAMES:
        return None
    return tenant.only(TYPE, Name=_STANDARD.get(full_name, full_name))


def _owned(tenant: Tenant, profile: Record) -> Record:
    owned = tenant.only("PermissionSet", ProfileId=profile.id, IsOwnedByProfile=True)
    if owned is None:
        raise LookupError(profile.id)
    return owned


def _is_custom(profile: Record) -> bool:
    return all(profile.fields["Name"] != each["name"] for each in facts.load("seed")["profiles"])


def _license_name(before: Content | None, content: Content) -> str:
    """The user licence, which a new profile has to name and an old one keeps."""
    said = content.get("userLicense", "").strip()
    if before is None:
        if not said:
            raise refusals.MISSING.refuse(field="userLicense")
        return str(said)
    if said not in ("", before["userLicense"]):
        raise refusals.BAD_POLICY_VALUE.refuse(value=said, field="userLicense")
    return str(before["userLicense"])


def _check(tenant: Tenant, before: Content, content: Content, license_name: str) -> None:
    rules.check_entries(tenant, content)
    for element, (field, type_name) in _REFERENCES.items():
        for entry in content.get(element, ()):
            references.require(tenant, field, type_name, entry[field])
    held = {entry["name"] for entry in before.get("userPermissions", ())}
    for entry in content.get("userPermissions", ()):
        name, enabled = entry["name"], entry.get("enabled") == "true"
        if enabled and name not in held and not licenses.allows(license_name, name):
            raise refusals.LICENSE_FORBIDS.refuse(permission=name)
        if not enabled and name == _ALWAYS and name in held:
            raise refusals.PERMISSION_STAYS.refuse(permission=name)
    for span in content.get("loginIpRanges", ()):
        if not _is_range(span["startAddress"], span["endAddress"]):
            raise refusals.BAD_POLICY_VALUE.refuse(
                value=f"{span['startAddress']}-{span['endAddress']}", field="loginIpRanges"
            )


def _is_range(start: str, end: str) -> bool:
    try:
        first, last = ip_address(start.strip()), ip_address(end.strip())
    except ValueError:
        return False
    return first.version == last.version and int(first) <= int(last)
