"""A ConnectedApp in the words of its metadata type (Metadata API Developer Guide, ConnectedApp)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from provision.apps.elements import inner, joined, text
from provision.apps.kind import Member
from provision.metadata.merge import overlay
from provision.model.desired import App, AppKind, GrantType, RefreshTokenPolicy
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp
from provision.model.scopes import SCOPES

TYPE = "ConnectedApp"

KIND = AppKind.CONNECTED_APP
TITLE = "Connected App"
ONE = "a Connected App"
TYPES: tuple[str, ...] = (TYPE,)
FURTHER: tuple[str, ...] = ()
CONSUMER = TYPE
CERTIFICATE = "oauthConfig.certificate"
SECRET = "oauthConfig.consumerSecret"  # noqa: S105  # where it stands
SECRET_IS_READABLE = False
CREATION_MAY_BE_REFUSED = True
"""Orgs do since Spring '26."""
CERTIFICATE_MAY_BE_HIDDEN = False
MAY_BE_UNKNOWN = False
OLDEST = 56
"""`oauthClientCredentialUser` came with it."""
LISTS: Mapping[str, tuple[str, str]] = {
    "scopes": (TYPE, "oauthConfig.scopes"),
    "permission_sets": (TYPE, "permissionSetName"),
    "profiles": (TYPE, "profileName"),
}
PERMISSION_SETS_BY = "Label"
RECORDS = ("ConnectedApplication", "Name")
"""`ConnectedApplication.Name` holds the label; the full name is known from the metadata alone."""

IP_RELAXATION: Mapping[str, str] = {
    "enforce": "ENFORCE",
    "bypass": "BYPASS",
    "bypass-2factor": "BYPASS_2FACTOR",
    "enforce-relax-refresh": "ENFORCE_RELAXREFRESH",
}


def wanted(names: Sequence[str], _api_version: str, _further: Collection[str] = ()) -> Mapping[str, Sequence[str]]:
    """See `Kind.wanted`."""
    return {TYPE: names}


def members(app: App, certificate: str | None, existing: ObservedApp | None = None) -> tuple[Member, ...]:
    """See `Kind.members`."""
    document = existing.documents[TYPE] if existing else None
    return (Member(TYPE, app.name, declared(app, certificate, document)),)


def kept(existing: ObservedApp, _member: Member, former_access: str | None) -> Document:
    """See `Kind.kept`."""
    document = without_credentials(existing.documents[TYPE])
    return document if former_access is None else without_grant(document, former_access)


def declared(app: App, certificate: str | None, existing: Document | None = None) -> Mapping[str, Value]:
    """Return the elements that the settings and the file they name speak of; all else in the org stays as it is.

    `certificate` is PEM; it is needed where the app signs assertions. The access permission set is named by its label,
    as this type wants it. What the settings leave to defaults is said of a new app only, not of an `existing` one.
    """
    silent = app.defaulted if existing is not None else frozenset[str]()
    elements: dict[str, Value] = {
        "contactEmail": app.contact_email,
        "label": app.label,
        "oauthConfig": {tag: value for tag, value in _oauth_config(app, certificate) if tag not in _tags(silent)},
    }
    policy: dict[str, Value] = {
        "ipRelaxation": IP_RELAXATION[app.policy.ip_relaxation],
        "refreshTokenPolicy": refresh_token_policy(app.policy.refresh_token),
    }
    spoken_policy = {tag: value for tag, value in policy.items() if tag not in _tags(silent)}
    if spoken_policy:
        elements["oauthPolicy"] = spoken_policy
    if app.description is not None:
        elements["description"] = app.description
    if _is_admin_approved(existing) if "permitted_users" in silent else app.policy.permitted_users == "admin-approved":
        elements["permissionSetName"] = (app.access.label,)
    spoken = joined(joined(elements, app.extra), app.metadata.get(TYPE, {}))
    return spoken if app.given is None else overlay(app.given, spoken).fields


def admin_approved(documents: Mapping[str, Document]) -> bool:
    """See `Kind.admin_approved`."""
    return _is_admin_approved(documents.get(TYPE))


def scope_name(scope: str) -> str:
    """See `Kind.scope_name`."""
    return SCOPES[scope].connected_app


def scopes(app: ObservedApp) -> frozenset[str]:
    """See `Kind.scopes`."""
    written = inner(app.documents[TYPE].fields, "oauthConfig").get("scopes", ())
    names = {scope.connected_app: runtime for runtime, scope in SCOPES.items()}
    return frozenset(
        names.get(str(item), str(item)) for item in (written if isinstance(written, tuple) else (written,))
    )


def without_grant(document: Document, label: str) -> Document:
    """Return the document without a permission set by a label that it no longer has."""
    labels = document.fields.get("permissionSetName", ())
    kept = tuple(name for name in labels if name != label) if isinstance(labels, tuple) else labels
    return Document(document.type, {**document.fields, "permissionSetName": kept})


def credentials(consumer_key: str, consumer_secret: str) -> Mapping[str, Value]:
    """See `Kind.credentials`; later deploys must not carry them."""
    return {"oauthConfig": {"consumerKey": consumer_key, "consumerSecret": consumer_secret}}


def without_credentials(document: Document) -> Document:
    """Return the document as it may be deployed again: a key that is sent for an existing app is refused."""
    config = document.fields.get("oauthConfig")
    if not isinstance(config, Mapping):
        return document
    kept = {tag: value for tag, value in config.items() if tag not in {"consumerKey", "consumerSecret"}}
    return Document(document.type, {**document.fields, "oauthConfig": kept})


def observed(name: str, documents: Mapping[tuple[str, str], Document], ids: Mapping[str, str]) -> ObservedApp | None:
    """See `Kind.observed`."""
    document = documents.get((TYPE, name))
    if document is None:
        return None
    oauth = inner(document.fields, "oauthConfig")
    label = text(document.fields.get("label")) or name
    return ObservedApp(
        kind=KIND,
        id=ids.get(label) or ids.get(name) or "",
        name=name,
        label=label,
        consumer_key=text(oauth.get("consumerKey")),
        certificate=text(oauth.get("certificate")),
        documents={TYPE: document},
    )


def audiences(login_host: str, my_domain: str) -> tuple[str, ...]:
    """See `Kind.audiences`: documented are the login hosts, newer orgs take their My Domain as well."""
    return (f"https://{login_host}", f"https://{my_domain}")


def lacking(_app: App) -> tuple[str, ...]:
    """See `Kind.lacking`."""
    return ()


def foreign(_app: ObservedApp, _org_id: str) -> str | None:
    """See `Kind.foreign`: what belongs to another org is not retrieved in the first place."""
    return None


def refresh_token_policy(policy: RefreshTokenPolicy) -> str:
    """Return the policy in the grammar `kind[:number:UNIT]`."""
    kind = policy.kind.replace("-", "_")
    return kind if policy.period is None else f"{kind}:{policy.period}:{(policy.unit or 'days').upper()}"


def _tags(settings: frozenset[str]) -> frozenset[str]:
    return frozenset(_BY_SETTING[name] for name in settings)


_BY_SETTING: Mapping[str, str] = {
    "callback_urls": "callbackUrl",
    "permitted_users": "isAdminApproved",
    "ip_relaxation": "ipRelaxation",
    "refresh_token": "refreshTokenPolicy",
}


def _oauth_config(app: App, certificate: str | None) -> Iterable[tuple[str, Value]]:
    config: dict[str, Value] = {
        "callbackUrl": "\n".join(app.callback_urls),
        "isAdminApproved": "true" if app.policy.permitted_users == "admin-approved" else "false",
        "scopes": tuple(dict.fromkeys(SCOPES[scope].connected_app for scope in SCOPES if scope in app.scopes)),
    }
    if GrantType.JWT_BEARER in app.grants and certificate is not None:
        config["certificate"] = certificate
    if GrantType.CLIENT_CREDENTIALS in app.grants:
        config["isClientCredentialEnabled"] = "true"
        config["oauthClientCredentialUser"] = app.user.username
    return config.items()


def _is_admin_approved(document: Document | None) -> bool:
    return document is not None and inner(document.fields, "oauthConfig").get("isAdminApproved") == "true"
