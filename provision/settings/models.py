"""The file as a whole, its orgs and its users."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, WithJsonSchema, model_validator

from provision.model.desired import IntegrationUser
from provision.model.signing import SignerSpec
from provision.settings.app import AppSettings
from provision.settings.base import Model
from provision.settings.deletions import DeletionSettings
from provision.settings.overlays import SECTIONS
from provision.settings.permission_set import PermissionSetGroupSettings, PermissionSetSettings
from provision.settings.problem import FileOrigin
from provision.settings.removals import UserRemovals
from provision.settings.signer import SignerSettings, signer_spec
from provision.settings.values import (
    Alias,
    ApiName,
    ApiVersion,
    DeveloperName,
    Email,
    FirstName,
    Label,
    MyDomain,
    Name,
    NotEmpty,
    OrgId,
    Username,
    Words,
    problem,
    whole,
)

LOCAL = "local"
FILE_NAME = "provision.yaml"


class LocalSettings(Model):
    """How a local org behaves."""

    connected_app_creation: Literal["enabled", "blocked"] = "blocked"
    """Orgs refuse new Connected Apps since Spring '26; `enabled` is an org where Salesforce support allowed them."""


class OrgUserSettings(Model):
    """What is different about a user in one org."""

    username: Username | None = None
    """Usernames are unique over all orgs of all customers, so that a sandbox needs one of its own."""
    email: Email | None = None
    """Where Salesforce sends what it has to tell the user."""
    license: Label | None = None
    """Name of the user licence."""
    profile: Label | None = None
    """Name of the profile; older orgs may have another one for integrations."""
    permission_set_licenses: tuple[DeveloperName, ...] | None = None
    """Permission set licences by API name."""


_Different = Annotated[Mapping[str, Any] | None, WithJsonSchema({"type": "object"})]


class OverridesSettings(Model):
    """What is different in one org, laid over the shared definitions."""

    apps: Mapping[Name, _Different] = Field(default_factory=dict)
    """Key under `apps` → what is different about it here; without a value, the app is not there."""
    users: Mapping[Name, _Different] = Field(default_factory=dict)
    """Key under `users`, likewise."""
    permission_sets: Mapping[DeveloperName, _Different] = Field(default_factory=dict)
    """API name under `permission_sets`, likewise."""
    permission_set_groups: Mapping[DeveloperName, _Different] = Field(default_factory=dict)
    """API name under `permission_set_groups`, likewise."""


class OrgSettings(Model):
    """A Salesforce org, or a local one."""

    local: LocalSettings | None = None
    """A local org; `{}` gives an org of today."""
    my_domain: MyDomain | None = None
    """My Domain host of a real org, for instance `acme--uat.sandbox.my.salesforce.com`."""
    org_id: OrgId | None = None
    """Pins the org: another one behind the same name stops before any write."""
    admin: Annotated[tuple[Literal["access-token", "sf-cli", "own-app"], ...], NotEmpty()] = (
        "access-token",
        "sf-cli",
        "own-app",
    )
    """Where an administrator's session comes from, in this order."""
    apps: tuple[Name, ...] | None = None
    """Keys under `apps` that this org gets, with their users and these users' permission sets; by default all."""
    app_kind: Literal["connected-app", "external-client-app"] = "external-client-app"
    """What an app with `kind: auto` is made as where it does not exist yet."""
    users: Mapping[Name, OrgUserSettings] = Field(default_factory=dict)
    """Key under `users` → what is different about it here."""
    overrides: OverridesSettings | None = None
    """What else is different here: laid over the shared definitions."""
    _written: bool = PrivateAttr(default=True)

    @property
    def is_written(self) -> bool:
        """Whether the org stands in the file; the local orgs exist without that."""
        return self._written

    @model_validator(mode="after")
    def _real_or_local(self) -> Self:
        if self.local is None and self.my_domain is None:
            raise problem("my_domain is needed (or local: {} for a local org)")
        real = [name for name in ("my_domain", "org_id", "admin") if name in self.model_fields_set]
        if self.local is not None and real:
            raise problem(f"a local org takes no {', '.join(real)}; remove that or local")
        return self


class UserSettings(Model):
    """The API-only user that an app acts as."""

    username: Username
    """In the form of an e-mail address; need not be one."""
    last_name: Label
    """Last name of the user, for instance what the integration does."""
    first_name: FirstName | None = None
    """First name of the user."""
    email: Email
    """Where Salesforce sends what it has to tell the user."""
    alias: Alias | None = None
    """At most 8 characters; by default the start of the username."""
    license: Label = IntegrationUser.license
    """Name of the user licence."""
    profile: Label = IntegrationUser.profile
    """Name of the profile."""
    permission_set_licenses: tuple[DeveloperName, ...] = IntegrationUser.permission_set_licenses
    """Permission set licences by API name."""
    permission_sets: tuple[DeveloperName, ...] = ()
    """Keys under `permission_sets`. The access permission sets of the user's apps need not be named."""
    permission_set_groups: tuple[DeveloperName, ...] = ()
    """Keys under `permission_set_groups`."""
    time_zone: Label = IntegrationUser.time_zone
    """Salesforce's `TimeZoneSidKey`."""
    locale: ApiName = IntegrationUser.locale
    """Salesforce's `LocaleSidKey`."""
    language: ApiName = IntegrationUser.language
    """Salesforce's `LanguageLocaleKey`."""
    remove: UserRemovals = UserRemovals()
    """What the user is to hold no longer."""
    ignore: tuple[Words, ...] = ()
    """Fields kept as they are once the user exists: `LastName`, `FirstName`, `Email`, `Alias`, `IsActive`."""


class StoreSettings(Model):
    """Where key generations, consumer keys and secrets and intent markers are kept."""

    type: Literal["file"] = "file"
    """`file`: a folder that nobody else can read."""
    path: Words = ".provision"
    """The folder, relative to this file. It holds secrets: keep it out of version control."""


class Defaults(Model):
    """What holds for every org."""

    api_version: ApiVersion = "67.0"
    """Version of the Salesforce APIs, in quotes."""


def _with_local_orgs(orgs: Mapping[str, OrgSettings]) -> Mapping[str, OrgSettings]:
    if LOCAL in orgs and orgs[LOCAL].local is None:
        raise problem(f"{LOCAL} is always a local org; give the real org another name")
    implied = {name: _implied(org) for name, org in LOCAL_ORGS.items() if name not in orgs}
    return {**orgs, **implied}


def _implied(org: OrgSettings) -> OrgSettings:
    copy = org.model_copy()
    copy._written = False  # noqa: SLF001  # this module's own class
    return copy


LOCAL_ORGS: Mapping[str, OrgSettings] = {
    LOCAL: OrgSettings(local=LocalSettings()),
    "local-legacy": OrgSettings(local=LocalSettings(connected_app_creation="enabled"), app_kind="connected-app"),
}
"""Local orgs that exist without being written: one of today, and one that still takes new Connected Apps."""


class Settings(Model):
    """What integrations need, and in which orgs."""

    version: Annotated[Literal[1], BeforeValidator(whole)]
    """Version of this file's format."""
    default_org: Name | None = None
    """The org that is meant where none is named; never a production org."""
    defaults: Defaults = Defaults()
    """What holds for every org."""
    store: StoreSettings = StoreSettings()
    """Where secrets and key pairs are kept."""
    orgs: Annotated[Mapping[Name, OrgSettings], AfterValidator(_with_local_orgs)] = Field(
        default_factory=dict, validate_default=True
    )
    """Org by name, the name of your choice that `--target-org` takes. `local` and `local-legacy` always exist."""
    signers: Mapping[Name, SignerSettings] = Field(default_factory=dict)
    """What keeps private keys in place of the store, by name."""
    users: Mapping[Name, UserSettings] = Field(default_factory=dict)
    """Integration user by key."""
    permission_sets: Mapping[DeveloperName, PermissionSetSettings] = Field(default_factory=dict)
    """Permission set by API name."""
    permission_set_groups: Mapping[DeveloperName, PermissionSetGroupSettings] = Field(default_factory=dict)
    """Permission set group by API name."""
    apps: Mapping[Name, AppSettings] = Field(default_factory=dict)
    """App by key, the name of your choice that `--app` takes."""
    delete: DeletionSettings = DeletionSettings()
    """What is deleted in every org where it exists."""
    templates: Words | None = None
    """Folder of your own templates, relative to this file; they stand in for the product's of the same name."""
    _origin: FileOrigin = PrivateAttr(default_factory=FileOrigin)
    _in_orgs: Mapping[str, Settings] = PrivateAttr(default_factory=dict)

    @property
    def file(self) -> FilePath:
        """The file that was read."""
        return self._origin.file

    @property
    def store_path(self) -> FilePath:
        """The folder of the store."""
        return self.file.parent / self.store.path

    def signer_specs(self) -> Mapping[str, SignerSpec]:
        """Return what keeps private keys, by name."""
        return {name: signer_spec(found, self.file.resolve().parent) for name, found in self.signers.items()}

    @property
    def templates_path(self) -> FilePath | None:
        """The folder of the user's own templates."""
        return None if self.templates is None else self.file.parent / self.templates

    @property
    def written_orgs(self) -> tuple[str, ...]:
        """Names of the orgs that stand in the file, in its order."""
        return tuple(name for name, org in self.orgs.items() if org.is_written)

    @property
    def origin(self) -> FileOrigin:
        """Where in the file each value stands."""
        return self._origin

    def in_org(self, name: str) -> Settings:
        """Return the settings as they are for one org: what is different there laid over what is shared."""
        return self._in_orgs.get(name, self)

    def read_from(self, origin: FileOrigin, in_orgs: Mapping[str, tuple[Settings, FileOrigin]] | None = None) -> Self:
        """Return the same settings, knowing where they were read; `in_orgs` has what came of the overlays of orgs."""
        settings = self.model_copy()
        settings._origin = origin  # noqa: SLF001  # our own copy
        settings._in_orgs = {  # noqa: SLF001  # our own copy
            name: self.model_copy(update={section: getattr(there, section) for section in SECTIONS}).read_from(places)
            for name, (there, places) in (in_orgs or {}).items()
        }
        return settings
