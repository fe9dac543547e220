"""What the settings want of one org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from provision.model.metadata import Document, Value
from provision.model.rotation import RotationSpec


@dataclass(frozen=True)
class KeySpec:
    """How a key pair of an app is to be made."""

    bits: int = 2048
    days: int = 365
    subject: str | None = None
    """RFC 4514 name, for instance `CN=billing-sync,O=Acme`; by default `CN=<app>`."""
    signer: str | None = None
    """Name of the signer that makes and keeps the key; by default it is a file of the store."""


class GrantType(StrEnum):
    """An OAuth grant to be proved (RFC 7523 §2.1, RFC 6749 §4.4)."""

    JWT_BEARER = "jwt-bearer"
    CLIENT_CREDENTIALS = "client-credentials"


class AppKind(StrEnum):
    """The two shapes of an OAuth client in Salesforce; `AUTO` keeps the one that an app has in the org."""

    CONNECTED_APP = "connected-app"
    EXTERNAL_CLIENT_APP = "external-client-app"
    AUTO = "auto"


@dataclass(frozen=True)
class RefreshTokenPolicy:
    """How long a refresh token lives: `infinite`, `zero`, or a period in `HOURS`, `DAYS` or `MONTHS`."""

    kind: Literal["infinite", "zero", "specific-lifetime", "specific-inactivity"] = "infinite"
    period: int | None = None
    unit: Literal["hours", "days", "months"] | None = None


@dataclass(frozen=True)
class AppPolicy:
    """Who may use the app and from where."""

    permitted_users: Literal["admin-approved", "all"] = "admin-approved"
    ip_relaxation: Literal["enforce", "bypass", "bypass-2factor", "enforce-relax-refresh"] = "enforce"
    refresh_token: RefreshTokenPolicy = RefreshTokenPolicy()


@dataclass(frozen=True)
class IntegrationUser:
    """The API-only user that an app acts as."""

    key: str
    """The name under `users:` in the settings."""
    username: str
    last_name: str
    email: str
    license: str = "Salesforce Integration"
    profile: str = "Minimum Access - API Only Integrations"
    permission_set_licenses: tuple[str, ...] = ("SalesforceAPIIntegrationPsl",)
    permission_sets: tuple[str, ...] = ()
    """API names; the access permission sets of the user's apps are added by the plan."""
    permission_set_groups: tuple[str, ...] = ()
    """API names."""
    first_name: str | None = None
    alias: str | None = None
    time_zone: str = "America/Los_Angeles"
    locale: str = "en_US"
    language: str = "en_US"
    email_encoding: str = "UTF-8"
    ignore: frozenset[str] = frozenset()
    """Record fields that are kept as they are once the user exists."""
    removed_permission_sets: tuple[str, ...] = ()
    """API names of what they are to hold no longer."""
    removed_permission_set_groups: tuple[str, ...] = ()
    """API names of what they are to hold no longer."""


@dataclass(frozen=True)
class PermissionSet:
    """A permission set as declared."""

    name: str
    label: str
    description: str | None = None
    license: str | None = None
    """Label of a user licence or permission set licence; `None` keeps it licence-less."""
    objects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Object name → any of `read create edit delete view-all modify-all`."""
    fields: Mapping[str, Literal["read", "edit"]] = field(default_factory=dict)
    """`Object.Field` → access; `edit` includes `read`."""
    user_permissions: frozenset[str] = frozenset()
    extra: Mapping[str, Value] = field(default_factory=dict)
    """Further elements of the metadata type, already in its own words."""
    given: Document | None = None
    """The file that the settings name for it; everything above is laid over it."""
    existing: bool = False
    """Whether it is in the org already and only to be assigned."""
    ignore: frozenset[str] = frozenset()
    """Fields, by the names that a plan prints, that are kept as they are once it exists."""
    removed: Mapping[str, Value] = field(default_factory=dict)
    """Entries to be taken away where they grant something, as they are when they grant nothing."""


@dataclass(frozen=True)
class PermissionSetGroup:
    """A permission set group as declared."""

    name: str
    label: str
    description: str | None = None
    permission_sets: tuple[str, ...] = ()
    """API names, of declared permission sets and of others in the org."""
    existing: bool = False
    """Whether it is in the org already and only to be assigned."""


@dataclass(frozen=True)
class App:
    """An OAuth client as declared, before its kind is settled."""

    key: str
    """The name under `apps:` in the settings."""
    name: str
    """DeveloperName in Salesforce."""
    label: str
    contact_email: str
    user: IntegrationUser
    """`sub` of the JWT and run-as user of client credentials."""
    access: PermissionSet
    """The licence-less permission set that carries the app."""
    kind: AppKind = AppKind.AUTO
    grants: frozenset[GrantType] = frozenset(GrantType)
    scopes: tuple[str, ...] = ("api", "refresh_token")
    """Runtime scope names; each kind translates them."""
    callback_urls: tuple[str, ...] = ("https://login.salesforce.com/services/oauth2/success",)
    description: str | None = None
    key_spec: KeySpec = KeySpec()
    rotation: RotationSpec = field(default=RotationSpec())
    policy: AppPolicy = AppPolicy()
    canary: str | None = None
    """Username of somebody without access, who must be refused."""
    defaulted: frozenset[Literal["callback_urls", "permitted_users", "ip_relaxation", "refresh_token"]] = frozenset()
    """What the settings do not say: a new app gets the defaults above, an existing one keeps its own."""
    extra: Mapping[str, Value] = field(default_factory=dict)
    """Further elements in the words of a ConnectedApp; each kind translates them."""
    metadata: Mapping[str, Mapping[str, Value]] = field(default_factory=dict, repr=False)
    """Further elements by metadata type, in its own words; types of another kind are not used."""
    given: Document | None = None
    """The file that the settings name for it; everything above is laid over it."""
    ignore: frozenset[str] = frozenset()
    """Fields, by the names that a plan prints, that are kept as they are once it exists."""
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is taken away once it exists: runtime `scopes`, `permission_sets` by API name, `profiles`."""


@dataclass(frozen=True)
class Desired:
    """What the settings want of one org."""

    apps: tuple[App, ...]
    users: tuple[IntegrationUser, ...]
    permission_sets: tuple[PermissionSet, ...]
    """The declared data permission sets; access permission sets come with their apps."""
    permission_set_groups: tuple[PermissionSetGroup, ...] = ()
    delete_before: tuple[tuple[str, str], ...] = ()
    """(metadata type, full name) of what is to be gone before anything else is deployed."""
    delete_after: tuple[tuple[str, str], ...] = ()
    """(metadata type, full name) of what is to be gone afterwards."""
    beside: tuple[str, ...] = ()
    """Permission sets that users hold for the sake of apps which this run leaves alone."""
    templates: Path | None = None
    """Folder of the user's own templates."""
    app_kind: AppKind = AppKind.EXTERNAL_CLIENT_APP
    """What an app is made as that leaves its kind open and does not exist yet."""

    def kind(self, app: App) -> AppKind:
        """The kind that `app` is made as where it does not exist yet."""
        return self.app_kind if app.kind is AppKind.AUTO else app.kind
