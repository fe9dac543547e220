"""OAuth clients in the words of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from provision.model.desired import App, AppKind, GrantType
from provision.settings.app_parts import (
    CanvasSettings,
    IpRangeSettings,
    MobileSettings,
    SamlSettings,
    SessionSettings,
)
from provision.settings.base import Model
from provision.settings.metadata_elements import MetadataElements
from provision.settings.removals import AppRemovals
from provision.settings.rotation import RotationSettings
from provision.settings.values import (
    ApiName,
    Description,
    DeveloperName,
    DistinguishedName,
    Email,
    Label,
    Name,
    NotEmpty,
    Scope,
    Url,
    Username,
    Words,
    problem,
    whole,
)

LONGEST_VALIDITY_DAYS = 36_500


class KeySettings(Model):
    """How key pairs of an app are made."""

    bits: Annotated[Literal[2048, 3072, 4096], BeforeValidator(whole)] = 2048
    """Length of the RSA key."""
    days: Annotated[int, Field(ge=1, le=LONGEST_VALIDITY_DAYS), BeforeValidator(whole)] = 365
    """Validity of the certificate, in days."""
    subject: DistinguishedName | None = None
    """RFC 4514 name of the certificate, by default `CN=` and the app's key."""
    signer: Name | None = None
    """Key under `signers`: what makes the key, keeps it and signs with it; by default it is kept in the store."""


class RefreshTokenSettings(Model):
    """How long a refresh token lives."""

    kind: Literal["infinite", "zero", "specific-lifetime", "specific-inactivity"] = "infinite"
    """`infinite`: until revoked; `zero`: expires at once; the specific ones take `period` and `unit`."""
    period: Annotated[int, Field(ge=1, le=9999), BeforeValidator(whole)] | None = None
    """How many units."""
    unit: Literal["hours", "days", "months"] | None = None
    """What `period` counts."""

    @model_validator(mode="after")
    def _period_where_it_counts(self) -> Self:
        given = (self.period is not None, self.unit is not None)
        if self.kind.startswith("specific-") and not all(given):
            raise problem(f"{self.kind} needs period and unit, for instance period: 90 and unit: days")
        if not self.kind.startswith("specific-") and any(given):
            raise problem(f"{self.kind} takes no period and no unit; remove them or write kind: specific-lifetime")
        return self


class PolicySettings(Model):
    """Who may use an app and from where."""

    permitted_users: Literal["admin-approved", "all"] = "admin-approved"
    """`admin-approved`: only holders of the access permission set; `all`: everybody may authorise themselves."""
    ip_relaxation: Literal["enforce", "bypass", "bypass-2factor", "enforce-relax-refresh"] = "enforce"
    """Whether IP restrictions of the user hold for the app. JWT bearer always enforces them."""
    refresh_token: RefreshTokenSettings = RefreshTokenSettings()
    """How long refresh tokens live."""
    session: SessionSettings | None = None
    """How long sessions last and how well they must be secured."""


class AppSettings(Model):
    """An OAuth client: a Connected App or an External Client App."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["label", "contact_email"]}, {"required": ["file"]}]}
    )

    file: Words | None = None
    """ConnectedApp file that you have already, relative to this file. What is not written here is taken from there."""
    label: Label | None = None
    """Name shown in Setup, at most 80 characters. Required without `file`."""
    name: DeveloperName | None = None
    """DeveloperName in Salesforce; by default that of `file`, else made of the key (`billing-sync`: `Billing_Sync`)."""
    contact_email: Email | None = None
    """Whom Salesforce writes to about the app. Required without `file`."""
    description: Description | None = None
    """What the app is for, at most 255 characters."""
    kind: AppKind = AppKind.AUTO
    """`auto` keeps an existing app as it is; a new one is made as the org's `app_kind`."""
    user: Name
    """Key under `users`: `sub` of the JWT and run-as user of client credentials."""
    grants: Annotated[tuple[GrantType, ...], NotEmpty()] = tuple(GrantType)
    """Ways to get an access token; each is set up and proved."""
    scopes: Annotated[tuple[Scope, ...], NotEmpty()] = App.scopes
    """OAuth scopes by the names they have in a token."""
    access: DeveloperName | None = None
    """API name of the permission set that carries the app, by default its name and `_Access`; or an `existing` one."""
    callback_urls: Annotated[tuple[Url, ...], NotEmpty()] = App.callback_urls
    """Where a browser flow may return to; Salesforce wants one even where no browser is involved."""
    canary: Username | None = None
    """Username of somebody without access, who must be refused when the app is proved."""
    key: KeySettings = KeySettings()
    """How key pairs of the app are made."""
    rotation: RotationSettings = RotationSettings()
    """How its certificate and secret are replaced."""
    policy: PolicySettings = PolicySettings()
    """Who may use the app and from where."""
    contact_phone: Label | None = None
    """Whom Salesforce may call about the app."""
    info_url: Url | None = None
    """Page that tells more about the app."""
    logo_url: Url | None = None
    """Picture of the app."""
    icon_url: Url | None = None
    """Small picture of the app."""
    start_url: Url | None = None
    """Page that opens with the app."""
    mobile_start_url: Url | None = None
    """Page that opens with the app on mobile devices."""
    ip_ranges: tuple[IpRangeSettings, ...] = ()
    """IP addresses from which the app may be used."""
    attributes: Mapping[ApiName, Words] = Field(default_factory=dict)
    """Name → formula, for instance `CompanyName: $Organization.Name`; sent with the user's data."""
    saml: SamlSettings | None = None
    """The app as a SAML service provider."""
    canvas: CanvasSettings | None = None
    """The app as a canvas app."""
    mobile: MobileSettings | None = None
    """The app on mobile devices."""
    metadata: MetadataElements = Field(default_factory=dict, repr=False)
    """Metadata type → element → value in Salesforce's own words, for what has no key here: PKCE, token exchange."""
    remove: AppRemovals = AppRemovals()
    """What is taken away from the app where it exists."""
    ignore: tuple[Words, ...] = ()
    """Fields, as `plan` names them, kept as they are once the app exists, for instance `oauthPolicy.ipRelaxation`."""

    @model_validator(mode="after")
    def _file_is_of_one_kind(self) -> Self:
        if self.file is not None and self.kind is AppKind.EXTERNAL_CLIENT_APP:
            raise problem("file holds a Connected App; leave out kind, or file")
        return self
