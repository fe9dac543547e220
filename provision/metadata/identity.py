"""What makes two entries of a repeated element the same entry."""

from __future__ import annotations

from collections.abc import Mapping

from provision.metadata.schema import Field
from provision.model.metadata import Value

_KEYS: Mapping[str, tuple[str, ...]] = {
    "PackageTypeMembers": ("name",),
    "ProfileObjectPermissions": ("object",),
    "ConnectedAppAttribute": ("key",),
    "ConnectedAppIpRange": ("start", "end"),
    "PermissionSetAgentAccess": ("agentName",),
    "PermissionSetApplicationVisibility": ("application",),
    "PermissionSetApexClassAccess": ("apexClass",),
    "PermissionSetApexPageAccess": ("apexPage",),
    "PermissionSetCustomMetadataTypeAccess": ("name",),
    "PermissionSetCustomPermissions": ("name",),
    "PermissionSetCustomSettingAccess": ("name",),
    "DataspaceScopeAccess": ("dataspaceScope",),
    "PermissionSetEmailRoutingAddressAccess": ("name",),
    "PermissionSetExternalCredentialPrincipalAccess": ("externalCredentialPrincipal",),
    "PermissionSetExternalDataSourceAccess": ("externalDataSource",),
    "PermissionSetFieldPermissions": ("field",),
    "PermissionSetFlowAccess": ("flow",),
    "PermissionSetGenComputingSummaryDefAccess": ("configName",),
    "PermissionSetObjectPermissions": ("object",),
    "PermissionSetRecordTypeVisibility": ("recordType",),
    "PermissionSetServicePresenceStatusAccess": ("servicePresenceStatus",),
    "PermissionSetTabSetting": ("tab",),
    "PermissionSetUserPermission": ("name",),
    "ExtlClntAppOauthSettingsAttribute": ("key",),
    "ExtlClntAppOauthIpRange": ("startIpAddress", "endIpAddress"),
    "ExtlClntAppOauthPoliciesAttribute": ("key",),
    "ExtlClntAppOauthSecurityTokenIpRange": ("startIpAddress", "endIpAddress"),
    "ExtlClntAppNotificationType": ("notificationType",),
    "ExtlClntAppSamlConfigurablePoliciesAttribute": ("key",),
}
"""For each type that repeats: the elements that identify an entry."""


def key_elements(type_name: str) -> tuple[str, ...]:
    """Return the elements that identify an entry of a complex type; empty where the whole entry does."""
    return _KEYS.get(type_name, ())


def identity(item: Value, field: Field | None) -> tuple[str, ...]:
    """Return what tells `item` from the other entries of its element."""
    if not isinstance(item, Mapping):
        return (str(item),)
    keys = key_elements(field.type) if field else ()
    if keys:
        return tuple(str(item.get(key, "")) for key in keys)
    return tuple(f"{name}={value}" for name, value in sorted(item.items()))
