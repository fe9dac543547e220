"""What a PermissionSet file must satisfy beyond its schema; nothing here writes.

Orgs report one problem per component and deploy, so the first one found is the refusal.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from provision.localorg import facts
from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import references
from provision.localorg.sobjects import describe

KEYS: Final[Mapping[str, str]] = {
    "agentAccesses": "agentName",
    "applicationVisibilities": "application",
    "classAccesses": "apexClass",
    "customMetadataTypeAccesses": "name",
    "customPermissions": "name",
    "customSettingAccesses": "name",
    "emailRoutingAddressAccesses": "name",
    "externalCredentialPrincipalAccesses": "externalCredentialPrincipal",
    "externalDataSourceAccesses": "externalDataSource",
    "fieldPermissions": "field",
    "flowAccesses": "flow",
    "genComputingSummaryDefAccesses": "configName",
    "objectPermissions": "object",
    "pageAccesses": "apexPage",
    "recordTypeVisibilities": "recordType",
    "servicePresenceStatusAccesses": "servicePresenceStatus",
    "tabSettings": "tab",
    "userPermissions": "name",
}
"""Repeated elements and the child that tells their entries apart."""

_REFERENCES: Final[Mapping[str, tuple[str, str]]] = {
    "applicationVisibilities": ("application", "CustomApplication"),
    "classAccesses": ("apexClass", "ApexClass"),
    "customMetadataTypeAccesses": ("customMetadataType", "CustomObject"),
    "customPermissions": ("customPermission", "CustomPermission"),
    "customSettingAccesses": ("customSetting", "CustomObject"),
    "externalDataSourceAccesses": ("externalDataSource", "ExternalDataSource"),
    "flowAccesses": ("flow", "FlowDefinition"),
    "pageAccesses": ("apexPage", "ApexPage"),
    "recordTypeVisibilities": ("recordType", "RecordType"),
    "tabSettings": ("tab", "CustomTab"),
}
"""Element: the field that a refusal names, and the type that must exist.

Recorded with the refusal; the names customSetting and externalDataSource in it are assumed.
"""

_OBJECT_LABELS: Final[Mapping[str, str]] = {
    "allowRead": "Read",
    "allowCreate": "Create",
    "allowEdit": "Edit",
    "allowDelete": "Delete",
    "viewAllRecords": "Read All",
    "modifyAllRecords": "Modify All",
}
_BIG_OBJECT: Final = "__b"
_OBJECT_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "allowCreate": ("allowRead",),
    "allowEdit": ("allowRead",),
    "allowDelete": ("allowEdit", "allowRead"),
    "viewAllRecords": ("allowRead",),
    "modifyAllRecords": ("allowDelete", "allowEdit", "allowRead", "viewAllRecords"),
}


def check(tenant: Tenant, content: Content) -> None:
    """Check a permission set against the org.

    Raises:
        Refusal: with the text of the component failure.

    """
    if not content["label"].strip():
        raise refusals.EMPTY.refuse(label="Label")
    check_entries(tenant, content)


def check_entries(tenant: Tenant, content: Content) -> None:
    """Check what a permission set or a profile grants.

    Raises:
        Refusal: with the text of the component failure.

    """
    for element, key in KEYS.items():
        _check_once(key, [entry[key] for entry in content.get(element, ())])
    _check_user_permissions(content)
    for element, (field, type_name) in _REFERENCES.items():
        for entry in content.get(element, ()):
            references.require(tenant, field, type_name, entry[KEYS[element]])
    _check_objects(tenant, content)
    _check_fields(tenant, content)


def _check_once(key: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise refusals.APPEARS_TWICE.refuse(field=key, value=name)
        seen.add(name)


def _check_user_permissions(content: Content) -> None:
    for entry in content.get("userPermissions", ()):
        if entry["name"] not in known_user_permissions():
            raise refusals.UNKNOWN_PERMISSION.refuse(name=entry["name"])


def _check_objects(tenant: Tenant, content: Content) -> None:
    for entry in content.get("objectPermissions", ()):
        references.require(tenant, "object", "CustomObject", entry["object"])
        for flag, needs in _OBJECT_NEEDS.items():
            missing = [need for need in needs if entry.get(need) != "true"]
            sobject = entry["object"]
            # Big objects take part in no such rule: published packages grant Delete on them without Edit.
            if entry.get(flag) == "true" and missing and not sobject.endswith(_BIG_OBJECT):
                raise refusals.DEPENDS.refuse(
                    permission=f"{_OBJECT_LABELS[flag]} {sobject}",
                    needed=", ".join(sorted(f"{_OBJECT_LABELS[need]} {sobject}" for need in missing)),
                )


def _check_fields(tenant: Tenant, content: Content) -> None:
    for entry in content.get("fieldPermissions", ()):
        references.require(tenant, "field", "CustomObject", entry["field"].partition(".")[0])
        references.require(tenant, "field", "CustomField", entry["field"])
        if _is_required(entry["field"]):
            raise refusals.REQUIRED_FIELD.refuse(field=entry["field"])
        if entry.get("editable") == "true" and entry.get("readable") != "true":
            raise refusals.NOT_READABLE.refuse()


def _is_required(name: str) -> bool:
    """Whether everybody who sees a record sees that field, so that permissions on it cannot be set."""
    sobject, _, field = name.partition(".")
    described = describe.find(sobject)
    found = described.field(field) if described else None
    return found is not None and found.required


@cache
def known_user_permissions() -> frozenset[str]:
    """Names of the user permissions that this org has."""
    return frozenset(facts.load("metadata_user_permissions")["names"])
