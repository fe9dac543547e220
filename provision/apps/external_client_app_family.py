"""The family of an External Client App: which metadata types belong to it, and how its members are found and named."""

from __future__ import annotations

from collections.abc import Mapping

from provision.model.metadata import Document

PARENT = "externalClientApplication"
"""The element in which a member names its application."""

APPLICATION = "ExternalClientApplication"
OAUTH_SETTINGS = "ExtlClntAppOauthSettings"
GLOBAL_OAUTH_SETTINGS = "ExtlClntAppGlobalOauthSettings"
SECURITY_SETTINGS = "ExtlClntAppOauthSecuritySettings"
POLICIES = "ExtlClntAppConfigurablePolicies"
OAUTH_POLICIES = "ExtlClntAppOauthConfigurablePolicies"

SUFFIXES: Mapping[str, str] = {
    APPLICATION: "",
    OAUTH_SETTINGS: "_oauth",
    GLOBAL_OAUTH_SETTINGS: "_glbloauth",
    SECURITY_SETTINGS: "_oauthSecurity",
    POLICIES: "_defaultPolicy",
    OAUTH_POLICIES: "_defaultPolicy",
}
"""The metadata types in the order in which they need one another, and how their new members are named.

Settings are named as Setup does it, policies as an org names those that it makes itself: where it makes them together
with the settings, a policy of another name in the same package would be a second one (`DUPLICATE_VALUE`)."""

SAML_POLICIES = "ExtlClntAppSamlConfigurablePolicies"
CANVAS_SETTINGS = "ExtlClntAppCanvasSettings"
MOBILE_SETTINGS = "ExtlClntAppMobileSettings"

BESIDE_OAUTH: Mapping[str, str] = {
    SAML_POLICIES: "_saml",
    CANVAS_SETTINGS: "_canvas",
    MOBILE_SETTINGS: "_mobile",
    "ExtlClntAppMobileConfigurablePolicies": "_mobilePlcy",
    "ExtlClntAppNotificationSettings": "_notifications",
    "ExtlClntAppPushSettings": "_push",
    "ExtlClntAppPushConfigurablePolicies": "_pushPlcy",
}
"""Members for what an app is beside OAuth, and what is added to its name for theirs: there only where they are named.

Attestation is left out: its types exist only in orgs that have the feature."""

_ALL: Mapping[str, str] = {**SUFFIXES, **BESIDE_OAUTH}


def family_of(name: str, documents: Mapping[tuple[str, str], Document]) -> Mapping[str, tuple[str, Document]]:
    """Return the application of that name and the members that name it, whatever their own names: by type."""
    return {
        type_name: (full_name, document)
        for (type_name, full_name), document in documents.items()
        if type_name in _ALL
        and (full_name == name if type_name == APPLICATION else document.fields.get(PARENT) == name)
    }


def full_name_in(names: Mapping[str, str], type_name: str, app: str) -> str:
    """Return the full name of a member: the one in `names` that it has already, else the one it is to get."""
    if type_name in names:
        return names[type_name]
    stem = full_name_in(names, OAUTH_SETTINGS, app) if type_name == OAUTH_POLICIES else app
    return stem + _ALL[type_name]
