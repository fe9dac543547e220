"""Keys of the settings and the metadata elements that they stand for; an element that has a key is said by it alone."""

from __future__ import annotations

from collections.abc import Mapping

from provision.apps.external_client_app_family import (
    APPLICATION,
    GLOBAL_OAUTH_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    PARENT,
    POLICIES,
)

APP: Mapping[str, str] = {
    "contact_phone": "contactPhone",
    "icon_url": "iconUrl",
    "info_url": "infoUrl",
    "logo_url": "logoUrl",
    "mobile_start_url": "mobileStartUrl",
    "start_url": "startUrl",
}
SAML: Mapping[str, str] = {
    "acs_url": "acsUrl",
    "certificate": "certificate",
    "encryption_certificate": "encryptionCertificate",
    "encryption": "encryptionType",
    "entity_url": "entityUrl",
    "issuer": "issuer",
    "slo_binding": "samlIdpSLOBindingEnum",
    "name_id_format": "samlNameIdFormat",
    "signing_algorithm": "samlSigningAlgoType",
    "slo_url": "samlSloUrl",
    "subject_attribute": "samlSubjectCustomAttr",
    "subject": "samlSubjectType",
}
CANVAS: Mapping[str, str] = {
    "access_method": "accessMethod",
    "url": "canvasUrl",
    "lifecycle_class": "lifecycleClass",
    "locations": "locations",
    "options": "options",
    "saml_initiation": "samlInitiationMethod",
}
MOBILE: Mapping[str, str] = {
    "bundle_identifier": "applicationBundleIdentifier",
    "install_url": "applicationInstallUrl",
    "platform": "devicePlatform",
    "device": "deviceType",
    "minimum_os_version": "minimumOsVersion",
    "private": "privateApp",
    "version": "version",
}
SESSION: Mapping[str, str] = {"action": "policyAction", "level": "sessionLevel", "timeout": "sessionTimeout"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "ConnectedApp": {
        "label": "label",
        "contactEmail": "contact_email",
        "description": "description",
        **{tag: word for word, tag in APP.items()},
        "attributes": "attributes",
        "ipRanges": "ip_ranges",
        "permissionSetName": "access",
        "oauthConfig.callbackUrl": "callback_urls",
        "oauthConfig.scopes": "scopes",
        "oauthConfig.isAdminApproved": "policy.permitted_users",
        "oauthConfig.isClientCredentialEnabled": "grants",
        "oauthConfig.oauthClientCredentialUser": "user",
        "oauthPolicy.ipRelaxation": "policy.ip_relaxation",
        "oauthPolicy.refreshTokenPolicy": "policy.refresh_token",
        **{f"canvasConfig.{tag}": f"canvas.{word}" for word, tag in CANVAS.items()},
        **{f"mobileAppConfig.{tag}": f"mobile.{word}" for word, tag in MOBILE.items()},
        **{f"samlConfig.{tag}": f"saml.{word}" for word, tag in SAML.items()},
        **{f"sessionPolicy.{tag}": f"policy.session.{word}" for word, tag in SESSION.items()},
    },
    APPLICATION: {
        "label": "label",
        "contactEmail": "contact_email",
        "contactPhone": "contact_phone",
        "description": "description",
        "iconUrl": "icon_url",
        "infoUrl": "info_url",
        "logoUrl": "logo_url",
    },
    OAUTH_SETTINGS: {
        "commaSeparatedOauthScopes": "scopes",
        "customAttributes": "attributes",
        "trustedIpRanges": "ip_ranges",
    },
    GLOBAL_OAUTH_SETTINGS: {"callbackUrl": "callback_urls", "isClientCredentialsFlowEnabled": "grants"},
    OAUTH_POLICIES: {
        "clientCredentialsFlowUser": "user",
        "commaSeparatedPermissionSet": "access",
        "ipRelaxationPolicyType": "policy.ip_relaxation",
        "isClientCredentialsFlowEnabled": "grants",
        "permittedUsersPolicyType": "policy.permitted_users",
        "policyAction": "policy.session.action",
        "refreshTokenPolicyType": "policy.refresh_token.kind",
        "refreshTokenValidityPeriod": "policy.refresh_token.period",
        "refreshTokenValidityUnit": "policy.refresh_token.unit",
        "requiredSessionLevel": "policy.session.level",
        "sessionTimeoutInMinutes": "policy.session.timeout",
    },
    POLICIES: {"startUrl": "start_url"},
}
_FROM_STORE = "never in the settings: it is made and kept in the store"
_BY_ROTATION = "an act, not a state: provision rotate secret"
_REASONS: Mapping[str, Mapping[str, str]] = {
    "ConnectedApp": {
        "oauthConfig.certificate": _FROM_STORE,
        "oauthConfig.consumerKey": _FROM_STORE,
        "oauthConfig.consumerSecret": _FROM_STORE,
    },
    APPLICATION: {
        "distributionState": "always Local: an app of the settings is the org's own",
        "orgScopedExternalApp": "the org fills it in",
    },
    OAUTH_SETTINGS: {"oauthLink": "the org fills it in"},
    GLOBAL_OAUTH_SETTINGS: {
        "certificate": _FROM_STORE,
        "consumerKey": _FROM_STORE,
        "consumerSecret": _FROM_STORE,
        "shouldRotateConsumerKey": _BY_ROTATION,
        "shouldRotateConsumerSecret": _BY_ROTATION,
    },
}
_ALWAYS: Mapping[str, str] = {
    "fullName": "the name of the app says it: name",
    PARENT: "it follows from the name of the app: name",
}


def instead(type_name: str, path: str) -> str | None:
    """Say why an element is not taken, or `None` where it is; `path` as in `oauthConfig.scopes`."""
    word = _WORDS.get(type_name, {}).get(path)
    if word is not None:
        return f"the settings have a word for it: {word}"
    return _REASONS.get(type_name, {}).get(path) or _ALWAYS.get(path)
