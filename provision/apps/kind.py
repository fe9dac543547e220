"""What a kind of OAuth client has to say about itself; `provision.apps.kinds` lists the kinds there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from provision.model.desired import App, AppKind
from provision.model.metadata import Document, Value
from provision.model.observed import ObservedApp


@dataclass(frozen=True)
class Member:
    """One metadata component of an app, as far as the settings and the file they name speak of it."""

    type: str
    full_name: str
    fields: Mapping[str, Value]


class Kind(Protocol):
    """A kind of app: how it is written in metadata, and read back. The modules of this package are its values."""

    KIND: AppKind
    TITLE: str
    """What Salesforce calls it."""
    ONE: str
    """The title with its article."""
    TYPES: tuple[str, ...]
    """The metadata types of which an app consists, in the order of deploying; the first one is named like the app."""
    FURTHER: tuple[str, ...]
    """Those that it has only where they are named: for what an app is beside OAuth."""
    CONSUMER: str
    """The metadata type that holds consumer key, consumer secret and certificate."""
    CERTIFICATE: str
    """Path of the certificate in it."""
    SECRET: str
    """Path of the consumer secret in it."""
    SECRET_IS_READABLE: bool
    """Whether the org gives the consumer secret to programs, and may insist on making it."""
    CREATION_MAY_BE_REFUSED: bool
    """Whether orgs may refuse to have new ones made, whatever is in them."""
    CERTIFICATE_MAY_BE_HIDDEN: bool
    """Whether an org may keep to itself which certificate an app has."""
    MAY_BE_UNKNOWN: bool
    """Whether there are orgs and API versions that know nothing of this kind."""
    OLDEST: int
    """The first API version with everything that a server-to-server app needs."""
    LISTS: Mapping[str, tuple[str, str]]
    """What others may add to: a key of the settings (`scopes`) → metadata type, and path of the element in it."""
    PERMISSION_SETS_BY: str
    """The field of PermissionSet by which the list of permission sets names them."""
    RECORDS: tuple[str, str]
    """sObject of the records that stand for apps, and its field that says which app it is."""

    def wanted(
        self, names: Sequence[str], api_version: str, further: Collection[str] = ()
    ) -> Mapping[str, Sequence[str]]:
        """Return what to retrieve so that `observed` finds the apps of these names: full names or `*`, by type.

        `further` are the types that the settings name, of whatever kind.
        """

    def observed(
        self, name: str, documents: Mapping[tuple[str, str], Document], ids: Mapping[str, str]
    ) -> ObservedApp | None:
        """Return the app of that name as retrieved; `ids` are the record ids by what `RECORDS` calls them."""

    def members(self, app: App, certificate: str | None, existing: ObservedApp | None = None) -> tuple[Member, ...]:
        """Return what the settings and the file they name speak of; all else in the org stays as it is.

        `certificate` is PEM; it is needed where the app signs assertions. What the settings leave to defaults is said
        of a new app only, not of an `existing` one.
        """

    def kept(self, existing: ObservedApp, member: Member, former_access: str | None) -> Document:
        """Return what the org has of a member, without what a deploy must not send again.

        `former_access` is the label that the access permission set has in the org, where it is to get another one.
        """

    def credentials(self, consumer_key: str, consumer_secret: str) -> Mapping[str, Value]:
        """Return the elements of the type `CONSUMER` that are sent once, at creation."""

    def scope_name(self, scope: str) -> str:
        """Return what the metadata calls a scope that has this name at run time."""

    def scopes(self, app: ObservedApp) -> frozenset[str]:
        """Return the runtime names of the app's scopes; one that is not known keeps its metadata name."""

    def admin_approved(self, documents: Mapping[str, Document]) -> bool:
        """Whether only admin-approved users may use an app of these documents, by metadata type."""

    def audiences(self, login_host: str, my_domain: str) -> tuple[str, ...]:
        """Return the values of `aud` that the org takes from the app, in the order of trying."""

    def lacking(self, app: App) -> tuple[str, ...]:
        """Return the settings of the app that this kind has no place for here."""

    def foreign(self, app: ObservedApp, org_id: str) -> str | None:
        """Say why the app is not this org's own to change, where that is so."""
