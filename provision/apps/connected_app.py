"""A ConnectedApp in the words of its metadata type (Metadata API Developer Guide, ConnectedApp)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provision.metadata.merge import overlay
from provision.model.desired import App, AppKind, GrantType, RefreshTokenPolicy
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp
from provision.model.scopes import SCOPES

TYPE = "ConnectedApp"
KIND = AppKind.CONNECTED_APP

IP_RELAXATION: Mapping[str, str] = {
    "enforce": "ENFORCE",
    "bypass": "BYPASS",
    "bypass-2factor": "BYPASS_2FACTOR",
    "enforce-relax-refresh": "ENFORCE_RELAXREFRESH",
}


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
    if admin_approved(existing) if "permitted_users" in silent else app.policy.permitted_users == "admin-approved":
        elements["permissionSetName"] = (app.access.label,)
    spoken = _with_extra(elements, app.extra)
    return spoken if app.given is None else overlay(app.given, spoken).fields


def admin_approved(document: Document | None) -> bool:
    """Whether only admin-approved users may use the app."""
    config = document.fields.get("oauthConfig") if document else None
    return isinstance(config, Mapping) and config.get("isAdminApproved") == "true"


def scopes_of(document: Document) -> frozenset[str]:
    """Return the runtime names of the app's scopes; one that is not known keeps its metadata name."""
    config = document.fields.get("oauthConfig")
    written = config.get("scopes", ()) if isinstance(config, Mapping) else ()
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
    """Return the elements that are sent once, at creation; later deploys must not carry them."""
    return {"oauthConfig": {"consumerKey": consumer_key, "consumerSecret": consumer_secret}}


def without_credentials(document: Document) -> Document:
    """Return the document as it may be deployed again: a key that is sent for an existing app is refused."""
    config = document.fields.get("oauthConfig")
    if not isinstance(config, Mapping):
        return document
    kept = {tag: value for tag, value in config.items() if tag not in {"consumerKey", "consumerSecret"}}
    return Document(document.type, {**document.fields, "oauthConfig": kept})


def observed(document: Document, *, name: str, record_id: str) -> ObservedApp:
    """Return what a retrieved document says about the app."""
    config = document.fields.get("oauthConfig")
    oauth = config if isinstance(config, Mapping) else {}
    return ObservedApp(
        kind=KIND,
        id=record_id,
        name=name,
        label=_text(document.fields.get("label")) or name,
        consumer_key=_text(oauth.get("consumerKey")),
        certificate=_text(oauth.get("certificate")),
        documents={TYPE: document},
    )


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


def _with_extra(elements: dict[str, Value], extra: Mapping[str, Value]) -> Mapping[str, Value]:
    merged = dict(elements)
    for tag, value in extra.items():
        mine = merged.get(tag)
        merged[tag] = {**mine, **value} if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return merged


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value else None
