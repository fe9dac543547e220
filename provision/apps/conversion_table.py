"""Where the elements of a ConnectedApp stand in the External Client App family, and which have no place there.

Sources: both sides of the Metadata WSDL (API 68.0) and the Metadata API Developer Guide; elements are paired by what
the guide says of them. Every element of ConnectedApp is in exactly one of these tables.
"""

from __future__ import annotations

from collections.abc import Mapping

from provision.apps.external_client_app_family import (
    APPLICATION,
    CANVAS_SETTINGS,
    GLOBAL_OAUTH_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    SAML_POLICIES,
)

Place = tuple[str, str]
"""Metadata type and path of the element in it."""


def _beside(prefix: str, type_name: str, names: Mapping[str, str]) -> dict[str, Place]:
    return {f"{prefix}{here}": (type_name, there) for here, there in names.items()}


def _same(prefix: str, type_name: str, *names: str) -> dict[str, Place]:
    return _beside(prefix, type_name, {name: name for name in names})


RENAMED: Mapping[str, Place] = {
    **_same(
        "",
        APPLICATION,
        *("contactEmail", "contactPhone", "description", "iconUrl", "infoUrl", "label", "logoUrl"),
    ),
    "plugin": (OAUTH_POLICIES, "apexHandler"),
    "pluginExecutionUser": (OAUTH_POLICIES, "executeHandlerAs"),
    **_same(
        "oauthConfig.",
        GLOBAL_OAUTH_SETTINGS,
        *("callbackUrl", "isConsumerSecretOptional", "isDPopEnabled", "isDeviceFlowEnabled"),
        *("isEnforceRefreshTokenTTL", "isIntrospectAllTokens", "isNamedUserJwtEnabled", "isPkceRequired"),
        *("isRefreshTokenRotationEnabled", "isSecretRequiredForRefreshToken", "isSecretRequiredForTokenExchange"),
        "isTokenExchangeEnabled",
    ),
    **_beside(
        "oauthConfig.",
        GLOBAL_OAUTH_SETTINGS,
        {"isCodeCredentialEnabled": "isCodeCredFlowEnabled", "isCodeCredentialPostOnly": "isCodeCredPostOnly"},
    ),
    "oauthConfig.oauthClientCredentialUser": (OAUTH_POLICIES, "clientCredentialsFlowUser"),
    "oauthConfig.singleLogoutUrl": (OAUTH_SETTINGS, "singleLogoutUrl"),
    **_beside(
        "oauthConfig.idTokenConfig.",
        GLOBAL_OAUTH_SETTINGS,
        {
            "idTokenAudience": "idTokenConfig.idTokenAudience",
            "idTokenIncludeAttributes": "idTokenConfig.idTokenIncludeAttributes",
            "idTokenIncludeCustomPerms": "idTokenConfig.idTokenIncludeCustomPermissions",
            "idTokenIncludeStandardClaims": "idTokenConfig.idTokenIncludeStandardClaims",
            "idTokenValidity": "idTokenConfig.idTokenValidityInMinutes",
        },
    ),
    **_beside(
        "oauthConfig.assetTokenConfig.",
        OAUTH_SETTINGS,
        {
            "assetAudiences": "assetTokenAudiences",
            "assetIncludeAttributes": "areAttributesIncludedInAssetToken",
            "assetIncludeCustomPerms": "areCustomPermsIncludedInAssetToken",
            "assetSigningCertId": "assetTokenSigningCertificate",
            "assetValidityPeriod": "assetTokenValidity",
        },
    ),
    **_same("oauthPolicy.", OAUTH_POLICIES, "isTokenExchangeFlowEnabled", "singleLogoutUrl"),
    **_beside(
        "sessionPolicy.",
        OAUTH_POLICIES,
        {
            "policyAction": "policyAction",
            "sessionLevel": "requiredSessionLevel",
            "sessionTimeout": "sessionTimeoutInMinutes",
        },
    ),
    **_same("samlConfig.", SAML_POLICIES, "acsUrl", "encryptionType", "entityUrl", "issuer"),
    **_beside(
        "samlConfig.",
        SAML_POLICIES,
        {
            "samlIdpSLOBindingEnum": "singleLogoutBindingType",
            "samlNameIdFormat": "nameIdFormat",
            "samlSigningAlgoType": "signingAlgorithmType",
            "samlSloUrl": "singleLogoutUrl",
            "samlSubjectCustomAttr": "subjectCustomAttribute",
            "samlSubjectType": "subjectType",
        },
    ),
    **_beside(
        "canvasConfig.",
        CANVAS_SETTINGS,
        {
            "accessMethod": "accessMethod",
            "canvasUrl": "canvasUrl",
            "lifecycleClass": "lifeCycleHandler",
            "locations": "canvasLocationOptions",
            "options": "canvasOptions",
            "samlInitiationMethod": "samlInitiationMethod",
        },
    ),
}
"""Elements that keep their value under another name or in another file."""

ENTRIES: Mapping[str, tuple[tuple[Place, Mapping[str, str]], ...]] = {
    "attributes": (
        ((OAUTH_SETTINGS, "customAttributes"), {"formula": "formula", "key": "key"}),
        ((SAML_POLICIES, "customAttributes"), {"formula": "formula", "key": "key"}),
    ),
    "ipRanges": (
        (
            (OAUTH_SETTINGS, "trustedIpRanges"),
            {"description": "description", "end": "endIpAddress", "start": "startIpAddress"},
        ),
    ),
}
"""Elements that stand several times: their places, each with the names of what an entry holds."""

TRANSLATED = frozenset(
    {
        "oauthConfig.certificate",
        "oauthConfig.isAdminApproved",
        "oauthConfig.isClientCredentialEnabled",
        "oauthConfig.scopes",
        "oauthPolicy.ipRelaxation",
        "oauthPolicy.refreshTokenPolicy",
        "permissionSetName",
        "profileName",
        "samlConfig.certificate",
        "samlConfig.encryptionCertificate",
        "startUrl",
    }
)
"""Elements whose value is written otherwise; `provision.apps.conversion_values` does it."""

NOT_CARRIED: Mapping[str, str] = {
    "fullName": "the new app has a name of its own",
    "oauthConfig.consumerKey": "the new app has a consumer key of its own: keys are unique over all orgs",
    "oauthConfig.consumerSecret": "the new app has a consumer secret of its own",
}
"""Elements that belong to the app itself and not to its definition."""

NO_EQUIVALENT: Mapping[str, str] = {
    "canvas": "the family has nothing like it; canvasConfig is what it takes over of a canvas app",
    "mobileAppConfig": "External Client Apps neither hold nor distribute a mobile app",
    "mobileStartUrl": "the start page is the same on all devices (startUrl)",
    "oauthConfig.isIpBindingEnabled": (
        "no element has that name; token IP ranges (ExtlClntAppOauthSecuritySettings) may be what you want"
    ),
    "oauthConfig.isPKImTLSEnabled": (
        "no element has that name; isMtlsEnabled of the global OAuth settings may be what you want"
    ),
}
"""Elements, with all that is in them, that nothing in the family stands for; and why."""
