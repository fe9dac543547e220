"""Apps: created with credentials of our choice, afterwards overlaid without them."""

from __future__ import annotations

from collections.abc import Mapping

from provision.apps import connected_app
from provision.errors import Code, Failed, ProvisionError, Usage
from provision.keys.certificate import certificate_pem
from provision.metadata.merge import differences, overlay
from provision.model.change import Action, Change, FieldChange, Unread
from provision.model.desired import App, AppKind, GrantType
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp
from provision.model.situation import Situation, needs_key_pair
from provision.steps import key_pair

CERTIFICATE = "oauthConfig.certificate"
AFTER_KEY = "(known after the key pair is made)"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return apps to create, and declared elements of existing ones that differ."""
    changes = (_change(situation, app) for app in situation.desired.apps)
    return tuple(change for change in changes if change is not None)


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each app that cannot be made the way it is declared."""
    found: list[ProvisionError] = []
    for app in situation.desired.apps:
        existing = situation.app(app)
        if situation.kind(app) is AppKind.EXTERNAL_CLIENT_APP:
            found.append(_not_supported(app))
        elif existing is not None and existing.kind is not situation.kind(app):
            found.append(_other_kind(app, existing))
        elif existing is None and {app.label, app.name} & situation.observed.unreadable_apps:
            found.append(_unreadable(app))
    return tuple(found)


def unread(situation: Situation) -> tuple[Unread, ...]:
    """Return what is declared of existing apps and never shown by the org."""
    return tuple(
        Unread(connected_app.TYPE, app.name, "oauthConfig.consumerSecret", "decided by proof", app.key)
        for app in situation.desired.apps
        if situation.app(app) is not None and GrantType.CLIENT_CREDENTIALS in app.grants
    )


def document(situation: Situation, app: App, credentials: tuple[str, str] | None) -> Document:
    """Return the whole app as it is to be deployed; `credentials` (key, secret) go with a new app only."""
    base = _base(situation, app)
    merged = overlay(connected_app.without_credentials(base), _declared(situation, app))
    if situation.app(app) is not None or credentials is None:
        return merged
    return overlay(merged, connected_app.credentials(*credentials))


def tightened(situation: Situation) -> tuple[App, ...]:
    """Return the apps that would be closed to users who are not admin-approved, and were open to them."""
    return tuple(
        app
        for app in situation.desired.apps
        if situation.app(app) is not None
        and not connected_app.admin_approved(_base(situation, app))
        and any(
            row.field.endswith("isAdminApproved")
            for change in diff(situation)
            for row in change.fields
            if change.app == app.key
        )
    )


def run_as_missing(situation: Situation, app: App) -> bool:
    """Whether `app` names a run-as user that does not exist: it cannot be deployed, not even check-only."""
    return GrantType.CLIENT_CREDENTIALS in app.grants and situation.user(app.user) is None


def _declared(situation: Situation, app: App) -> Mapping[str, Value]:
    certificate = key_pair.certificate(situation, app)
    existing = situation.app(app)
    document = existing.documents[connected_app.TYPE] if existing else None
    return connected_app.declared(app, certificate_pem(certificate) if certificate else None, document)


def _base(situation: Situation, app: App) -> Document:
    """Return the app as the org has it, without the name that its access permission set no longer has."""
    existing = situation.app(app)
    if existing is None:
        return Document(connected_app.TYPE, {})
    document = existing.documents[connected_app.TYPE]
    access = situation.observed.permission_sets.get(app.access.name)
    relabelled = access is not None and access.label != app.access.label
    return connected_app.without_grant(document, access.label) if access and relabelled else document


def _change(situation: Situation, app: App) -> Change | None:
    existing = situation.app(app)
    rows = differences(_base(situation, app), _declared(situation, app))
    if needs_key_pair(app) and key_pair.certificate(situation, app) is None:
        # The file that the settings name may hold a certificate; the one of the new key pair takes its place.
        others = (row for row in rows if row.field != CERTIFICATE)
        rows = (*others, FieldChange(CERTIFICATE, None, AFTER_KEY))
    if existing is None:
        secret = FieldChange("oauthConfig.consumerSecret", None, "(chosen by us)", sensitive=True)
        return Change(Action.CREATE, connected_app.TYPE, app.name, app.key, (*rows, secret))
    return Change(Action.UPDATE, connected_app.TYPE, app.name, app.key, rows) if rows else None


def _not_supported(app: App) -> ProvisionError:
    return Usage(
        Code.KIND_NOT_SUPPORTED,
        f"{app.key} is declared as an External Client App, which this version cannot set up yet",
        remedy=(f"Set apps.{app.key}.kind to connected-app for an org where Connected Apps can be created",),
    )


def _unreadable(app: App) -> ProvisionError:
    return Failed(
        Code.REQUEST_REFUSED,
        f"The org has a Connected App {app.label!r}, but none by the name {app.name} can be read",
        detail="It may have another DeveloperName, or belong to another org. Nothing was changed.",
        remedy=(f"Set apps.{app.key}.name to its DeveloperName", f"Or choose another apps.{app.key}.label and name"),
    )


def _other_kind(app: App, existing: ObservedApp) -> ProvisionError:
    return Failed(
        Code.REQUEST_REFUSED,
        f"{app.name} already exists in the org as {existing.kind}, but is declared as {app.kind}",
        remedy=(f"Set apps.{app.key}.kind to {existing.kind} or auto", f"Or choose another apps.{app.key}.name"),
    )
