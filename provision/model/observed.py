"""What one reading of one org showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from provision.model.desired import AppKind
from provision.model.metadata import Document


@dataclass(frozen=True)
class Organization:
    """Who the org is (`Organization` sObject)."""

    org_id: str
    name: str
    is_sandbox: bool
    type: str
    """Edition, for instance `Enterprise Edition` or `Developer Edition`."""
    is_scratch: bool = False

    @property
    def is_production(self) -> bool:
        """Whether writes need the org to be named and confirmed."""
        return not (self.is_sandbox or self.is_scratch or self.type == "Developer Edition")


@dataclass(frozen=True)
class Seats:
    """A user licence or permission set licence and how much of it is used."""

    id: str
    name: str
    total: int
    used: int
    status: str = "Active"

    @property
    def free(self) -> int:
        """Seats left; never negative."""
        return max(self.total - self.used, 0)


@dataclass(frozen=True)
class ObservedUser:
    """A user as the org has it."""

    id: str
    username: str
    fields: Mapping[str, str | bool | None]
    """Salesforce field names (`LastName`, `Email`, …)."""
    is_active: bool
    profile: str
    profile_api_only: bool
    permission_set_licenses: frozenset[str]
    permission_sets: frozenset[str]
    is_frozen: bool = False
    permission_set_groups: frozenset[str] = frozenset()
    assignments: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Name of a permission set that they hold → id of the record of it."""
    group_assignments: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Likewise for permission set groups, which may have the name of a permission set."""


@dataclass(frozen=True)
class ObservedPermissionSet:
    """A permission set as the org has it; `document` where it was retrieved."""

    id: str
    name: str
    label: str
    document: Document | None


@dataclass(frozen=True)
class ObservedPermissionSetGroup:
    """A permission set group as the org has it."""

    name: str
    id: str | None
    """Known where it is to be assigned."""
    document: Document | None
    """Where it was retrieved."""


@dataclass(frozen=True)
class ObservedApp:
    """An app as the org has it."""

    kind: AppKind
    id: str
    name: str
    label: str
    consumer_key: str | None
    certificate: str | None
    """As written in the metadata: PEM or base64 of the DER."""
    documents: Mapping[str, Document]
    """Retrieved documents by metadata type."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Full names of components that are not named like the app, by metadata type."""

    def full_name(self, type_name: str) -> str:
        """Full name of the app's component of a metadata type that it has."""
        return self.names.get(type_name, self.name)


@dataclass(frozen=True)
class Observed:
    """One reading of one org."""

    organization: Organization
    users: Mapping[str, ObservedUser]
    """By lower-case username."""
    permission_sets: Mapping[str, ObservedPermissionSet]
    apps: Mapping[str, ObservedApp]
    """By DeveloperName."""
    profiles: Mapping[str, str]
    """Profile name → id, for the profiles asked about."""
    user_licenses: Mapping[str, Seats]
    permission_set_licenses: Mapping[str, Seats]
    """By DeveloperName."""
    observed_at: datetime
    unreadable_apps: Mapping[str, AppKind] = field(default_factory=dict)
    """Labels or names under which there are apps whose metadata was not found, of those that are wanted."""
    permission_set_groups: Mapping[str, ObservedPermissionSetGroup] = field(default_factory=dict)
    present: frozenset[tuple[str, str]] = frozenset()
    """(metadata type, full name) of the components to be deleted that exist."""
