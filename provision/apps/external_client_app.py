"""An External Client App in the words of its metadata types: one application, and members that name it.

Sources: Metadata API Developer Guide, ExternalClientApplication and the ExtlClntApp… pages; what live orgs return.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from provision.apps.elements import joined, text
from provision.apps.external_client_app_family import (
    APPLICATION,
    BESIDE_OAUTH,
    GLOBAL_OAUTH_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    PARENT,
    POLICIES,
    SUFFIXES,
    family_of,
    full_name_in,
)
from provision.apps.external_client_app_parts import more, without_place
from provision.apps.kind import Member
from provision.metadata.merge import entries
from provision.metadata.schema import type_of, version_number
from provision.model.desired import App, AppKind, GrantType, RefreshTokenPolicy
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp
from provision.model.scopes import SCOPES

KIND = AppKind.EXTERNAL_CLIENT_APP
TITLE = "External Client App"
ONE = "an External Client App"
TYPES: tuple[str, ...] = tuple(SUFFIXES)
FURTHER: tuple[str, ...] = tuple(BESIDE_OAUTH)
CONSUMER = GLOBAL_OAUTH_SETTINGS
CERTIFICATE = "certificate"
SECRET = "consumerSecret"  # noqa: S105  # where it stands
SECRET_IS_READABLE = True
CREATION_MAY_BE_REFUSED = False
CERTIFICATE_MAY_BE_HIDDEN = True
MAY_BE_UNKNOWN = True
OLDEST = 60
"""Certificate, client credentials and the policies that switch an app on came with it."""
LISTS: Mapping[str, tuple[str, str]] = {
    "scopes": (OAUTH_SETTINGS, "commaSeparatedOauthScopes"),
    "permission_sets": (OAUTH_POLICIES, "commaSeparatedPermissionSet"),
    "profiles": (OAUTH_POLICIES, "commaSeparatedProfile"),
}
PERMISSION_SETS_BY = "Name"
RECORDS = (APPLICATION, "DeveloperName")

ADMIN_APPROVED = "AdminApprovedPreAuthorized"
PERMITTED_USERS: Mapping[str, str] = {"admin-approved": ADMIN_APPROVED, "all": "AllSelfAuthorized"}
IP_RELAXATION: Mapping[str, str] = {
    "enforce": "Enforce",
    "bypass": "Bypass",
    "bypass-2factor": "Bypass_2factor",
    "enforce-relax-refresh": "Enforce_relaxrefresh",
}
"""Spelled as live orgs return them."""
REFRESH_TOKEN: Mapping[str, str] = {
    "infinite": "Infinite",
    "zero": "Zero",
    "specific-lifetime": "SpecificLifetime",
    "specific-inactivity": "SpecificInactivity",
}
_PERIOD = ("refreshTokenValidityPeriod", "refreshTokenValidityUnit")
_TRUE = frozenset({"true", "1"})


def wanted(names: Sequence[str], api_version: str, further: Collection[str] = ()) -> Mapping[str, Sequence[str]]:
    """See `Kind.wanted`: members may have any name, so that all of them are asked for, in the one retrieve."""
    version = version_number(api_version)
    asked = (*TYPES, *(type_name for type_name in FURTHER if type_name in further))
    known = (type_name for type_name in asked if _exists(type_name, version))
    return {type_name: ("*",) for type_name in known if names}


def observed(name: str, documents: Mapping[tuple[str, str], Document], ids: Mapping[str, str]) -> ObservedApp | None:
    """See `Kind.observed`; members are those that name the application."""
    found = family_of(name, documents)
    if APPLICATION not in found:
        return None
    members = {type_name: document for type_name, (_, document) in found.items()}
    shared = members.get(GLOBAL_OAUTH_SETTINGS, Document(GLOBAL_OAUTH_SETTINGS, {})).fields
    return ObservedApp(
        kind=KIND,
        id=ids.get(name, ""),
        name=name,
        label=text(members[APPLICATION].fields.get("label")) or name,
        consumer_key=text(shared.get("consumerKey")),
        certificate=text(shared.get("certificate")),
        documents=members,
        names={type_name: full_name for type_name, (full_name, _) in found.items()},
    )


def members(app: App, certificate: str | None, existing: ObservedApp | None = None) -> tuple[Member, ...]:
    """See `Kind.members`; a member that the org lacks is declared with what makes it one."""
    spoken: dict[str, dict[str, Value]] = {
        APPLICATION: _application(app),
        OAUTH_SETTINGS: _oauth_settings(app),
        GLOBAL_OAUTH_SETTINGS: _global_oauth_settings(app, certificate, existing),
        OAUTH_POLICIES: _oauth_policies(app, existing),
        POLICIES: dict(_ON),
    }
    for type_name, fields in more(app.extra).items():
        spoken[type_name] = {**spoken.get(type_name, {}), **fields}
    for type_name, own in app.metadata.items():
        spoken[type_name] = joined(spoken.get(type_name, {}), own)
    names = {} if existing is None else existing.names
    there = frozenset() if existing is None else frozenset(existing.documents)
    return tuple(
        _member(type_name, full_name_in(names, type_name, app.name), app, spoken[type_name], there)
        for type_name in (*TYPES, *FURTHER)
        if type_name in spoken and (spoken[type_name] or type_name == CONSUMER or type_name not in there)
    )


def kept(existing: ObservedApp, member: Member, _former_access: str | None) -> Document:
    """See `Kind.kept`: the period of a refresh token goes with the policy that has one."""
    document = existing.documents.get(member.type, Document(member.type, {}))
    policy = member.fields.get("refreshTokenPolicyType")
    if policy is None or str(policy).startswith("Specific"):
        return document
    fields = {tag: value for tag, value in document.fields.items() if tag not in _PERIOD}
    return Document(document.type, fields, document.form)


def credentials(consumer_key: str, consumer_secret: str) -> Mapping[str, Value]:
    """See `Kind.credentials`."""
    return {"consumerKey": consumer_key, "consumerSecret": consumer_secret}


def scope_name(scope: str) -> str:
    """See `Kind.scope_name`."""
    return SCOPES[scope].external_client_app


def scopes(app: ObservedApp) -> frozenset[str]:
    """See `Kind.scopes`."""
    settings = app.documents.get(OAUTH_SETTINGS)
    written = text(settings.fields.get("commaSeparatedOauthScopes")) if settings else None
    names = {scope.external_client_app: runtime for runtime, scope in SCOPES.items()}
    return frozenset(names.get(name, name) for name in entries(written or ""))


def admin_approved(documents: Mapping[str, Document]) -> bool:
    """See `Kind.admin_approved`."""
    policies = documents.get(OAUTH_POLICIES)
    return policies is not None and policies.fields.get("permittedUsersPolicyType") == ADMIN_APPROVED


def audiences(_login_host: str, my_domain: str) -> tuple[str, ...]:
    """See `Kind.audiences`: orgs refuse the login hosts for External Client Apps."""
    return (f"https://{my_domain}",)


def lacking(app: App) -> tuple[str, ...]:
    """See `Kind.lacking`."""
    return without_place(app.extra, app.metadata)


def foreign(app: ObservedApp, org_id: str) -> str | None:
    """See `Kind.foreign`: an app that came with a package belongs to whoever published that."""
    header = app.documents[APPLICATION].fields
    state = text(header.get("distributionState")) or "Local"
    home = (text(header.get("orgScopedExternalApp")) or "").partition(":")[0]
    if home and home[:15] != org_id[:15]:
        return f"it belongs to the org {home} (orgScopedExternalApp)"
    return None if state == "Local" else f"it is part of a package (distributionState {state})"


def _exists(type_name: str, version: int) -> bool:
    known = type_of(type_name)
    return known is not None and (known.since is None or version >= known.since)


def _member(type_name: str, full_name: str, app: App, fields: Mapping[str, Value], there: frozenset[str]) -> Member:
    if type_name in there:
        return Member(type_name, full_name, fields)
    return Member(type_name, full_name, {**_NEW.get(type_name, {}), **_identity(type_name, full_name, app), **fields})


_NEW: Mapping[str, Mapping[str, Value]] = {
    APPLICATION: {"distributionState": "Local", "isProtected": "false"},
}
"""What a new member says beyond the settings."""
_ON: Mapping[str, Value] = {"isEnabled": "true", "isOauthPluginEnabled": "true"}
"""A declared app is on, as a declared user is active: one that somebody switched off shows in a plan."""


def _identity(type_name: str, full_name: str, app: App) -> Mapping[str, Value]:
    return {} if type_name == APPLICATION else {PARENT: app.name, "label": full_name}


def _application(app: App) -> dict[str, Value]:
    elements: dict[str, Value] = {"contactEmail": app.contact_email, "label": app.label}
    if app.description is not None:
        elements["description"] = app.description
    return elements


def _oauth_settings(app: App) -> dict[str, Value]:
    names = (known.external_client_app for scope, known in SCOPES.items() if scope in app.scopes)
    return {"commaSeparatedOauthScopes": ", ".join(dict.fromkeys(names))}


def _global_oauth_settings(app: App, certificate: str | None, existing: ObservedApp | None) -> dict[str, Value]:
    """The certificate is what allows JWT bearer; client credentials have a switch here and one in the policies."""
    elements: dict[str, Value] = {}
    if existing is None or "callback_urls" not in app.defaulted:
        elements["callbackUrl"] = "\n".join(app.callback_urls)
    if GrantType.JWT_BEARER in app.grants and certificate is not None:
        elements["certificate"] = certificate
    if GrantType.CLIENT_CREDENTIALS in app.grants:
        elements["isClientCredentialsFlowEnabled"] = "true"
    return elements


def _oauth_policies(app: App, existing: ObservedApp | None) -> dict[str, Value]:
    """The access permission set is named by its API name, as this type wants it."""
    silent = app.defaulted if existing is not None and OAUTH_POLICIES in existing.documents else frozenset[str]()
    elements: dict[str, Value] = {}
    if "permitted_users" not in silent:
        elements["permittedUsersPolicyType"] = PERMITTED_USERS[app.policy.permitted_users]
    if "ip_relaxation" not in silent:
        elements["ipRelaxationPolicyType"] = IP_RELAXATION[app.policy.ip_relaxation]
    if "refresh_token" not in silent:
        elements |= _refresh_token(app.policy.refresh_token)
    if GrantType.CLIENT_CREDENTIALS in app.grants:
        elements["isClientCredentialsFlowEnabled"] = "true"
        elements["clientCredentialsFlowUser"] = app.user.username
    kept_closed = "permitted_users" in silent and existing is not None and admin_approved(existing.documents)
    if kept_closed or elements.get("permittedUsersPolicyType") == ADMIN_APPROVED:
        elements["commaSeparatedPermissionSet"] = app.access.name
    return elements


def _refresh_token(policy: RefreshTokenPolicy) -> dict[str, Value]:
    elements: dict[str, Value] = {"refreshTokenPolicyType": REFRESH_TOKEN[policy.kind]}
    if policy.period is not None:
        elements |= dict(zip(_PERIOD, (str(policy.period), (policy.unit or "days").capitalize()), strict=True))
    return elements
