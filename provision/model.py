"""The nouns of the product, frozen; nothing here acts.

The words are Salesforce's and the RFCs'. What is desired comes from the settings, what is observed from one reading of
an org, and `Change` is the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class KeySpec:
    """How a key pair of an app is to be made."""

    bits: int = 2048
    days: int = 365
    subject: str | None = None
    """RFC 4514 name, for instance `CN=billing-sync,O=Acme`; by default `CN=<app>`."""


class Signer(Protocol):
    """What signs assertions; the private key may be unexportable (HSM, KMS)."""

    def public_key(self) -> RSAPublicKey:
        """Return the public half, to be compared with a certificate."""

    def sign_rs256(self, data: bytes) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature with SHA-256 of `data` (RFC 7518 §3.3)."""


@dataclass(frozen=True)
class KeyPair:
    """A signer together with the certificate that an app holds for it."""

    signer: Signer
    certificate: x509.Certificate
    generation: int = 1

    @property
    def not_after(self) -> datetime:
        """The last moment of validity (aware, UTC)."""
        return self.certificate.not_valid_after_utc


# ── metadata ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Value: TypeAlias = "str | Mapping[str, Value] | tuple[Value, ...]"
"""The content of a metadata element: text, child elements by tag, or a tuple for a repeated tag.

Text is always what stands in the file (`"true"`, `"15"`); a tag that may repeat is always a tuple, also with one item.
"""


@dataclass(frozen=True)
class Document:
    """One metadata file, parsed: its type (`ConnectedApp`) and its elements."""

    type: str
    fields: Mapping[str, Value]


@dataclass(frozen=True)
class Component:
    """One metadata component as the Metadata API deploys and retrieves it."""

    type: str
    full_name: str
    content: bytes


@dataclass(frozen=True)
class Package:
    """What one deploy carries; `delete_before` and `delete_after` become destructiveChangesPre/Post.xml."""

    components: tuple[Component, ...]
    api_version: str
    delete_before: tuple[tuple[str, str], ...] = ()
    """(type, full name) pairs removed before the components are deployed."""
    delete_after: tuple[tuple[str, str], ...] = ()


# ── desired ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class GrantType(StrEnum):
    """An OAuth grant to be proved (RFC 7523 §2.1, RFC 6749 §4.4)."""

    JWT_BEARER = "jwt-bearer"
    CLIENT_CREDENTIALS = "client-credentials"


class AppKind(StrEnum):
    """The two shapes of an OAuth client in Salesforce; `AUTO` leaves the choice to what the org allows."""

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
    first_name: str | None = None
    alias: str | None = None
    time_zone: str = "America/Los_Angeles"
    locale: str = "en_US"
    language: str = "en_US"
    email_encoding: str = "UTF-8"


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
    policy: AppPolicy = AppPolicy()
    extra: Mapping[str, Value] = field(default_factory=dict)
    """Further elements of the metadata type, already in its own words."""


@dataclass(frozen=True)
class Desired:
    """What the settings want of one org."""

    apps: tuple[App, ...]
    users: tuple[IntegrationUser, ...]
    permission_sets: tuple[PermissionSet, ...]
    """The declared data permission sets; access permission sets come with their apps."""


# ── observed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True)
class ObservedPermissionSet:
    """A permission set as the org has it; `document` where it was retrieved."""

    id: str
    name: str
    label: str
    document: Document | None


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


@dataclass(frozen=True)
class Observed:
    """One reading of one org."""

    organization: Organization
    admin_id: str
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


# ── difference ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Action(StrEnum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class FieldChange:
    """One field of a change; `sensitive` values are never printed or saved."""

    field: str
    old: str | None
    new: str | None
    sensitive: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that differs, and how."""

    action: Action
    type: str
    """Salesforce's name of the kind of thing, or `KeyPair` for one of our own."""
    name: str
    app: str | None = None
    fields: tuple[FieldChange, ...] = ()


class OutcomeStatus(StrEnum):
    """What came of a change."""

    APPLIED = "applied"
    FAILED = "failed"
    PLANNED = "planned"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """A change and what came of it."""

    change: Change
    status: OutcomeStatus
    detail: str | None = None


# ── deployment ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ComponentFailure:
    """One component that a deploy refused or warned about; `problem` is Salesforce's own text."""

    type: str
    full_name: str
    problem: str
    problem_type: str = "Error"
    file_name: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class DeployResult:
    """The complete answer of a finished or running deploy (`checkDeployStatus`)."""

    id: str
    status: str
    done: bool
    success: bool
    check_only: bool = False
    components_total: int = 0
    components_deployed: int = 0
    component_errors: int = 0
    failures: tuple[ComponentFailure, ...] = ()
    warnings: tuple[ComponentFailure, ...] = ()
    error_message: str | None = None
    error_status_code: str | None = None
    state_detail: str | None = None


# ── checks and findings ──────────────────────────────────────────────────────────────────────────────────────────────


class CheckStatus(StrEnum):
    """The answer to one question."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    PENDING = "pending"


@dataclass(frozen=True)
class CheckResult:
    """One question asked of the org, and its answer."""

    check: str
    """Stable name, for instance `jwt-bearer/token`."""
    subject: str
    """The app (key in the settings)."""
    grant: GrantType | None
    status: CheckStatus
    code: str | None = None
    detail: str | None = None
    remedy: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Finding:
    """Something worth telling: a warning, a line of `doctor`, a lint result."""

    severity: Literal["error", "warning", "note"]
    code: str
    summary: str
    detail: str | None = None
    remedy: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Salesforce's "no": its own code and text, verbatim."""

    code: str
    text: str
    status: int
    """HTTP status."""
    fields: tuple[str, ...] = ()


# ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Event:
    """Progress of a workflow; printing it never drives side effects."""

    kind: Literal["started", "progress", "finished", "warning"]
    step: str
    """Short name of the step, for instance `deploy`."""
    message: str
    org: str | None = None
    app: str | None = None


class Listener(Protocol):
    """Whoever wants to hear of progress."""

    def __call__(self, event: Event, /) -> None:
        """Take note of `event`."""


def silent(_event: Event) -> None:
    """Ignore progress."""
