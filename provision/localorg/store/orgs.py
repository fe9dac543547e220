"""The orgs of the file and how each is to behave where the evidence about Salesforce is open."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal, get_args, get_type_hints

from provision.localorg.store import jsontext


@dataclass(frozen=True, slots=True)
class Switches:
    """Behaviour that differs between orgs, or on which the evidence disagrees."""

    connected_app_creation: Literal["enabled", "blocked"] = "blocked"
    """Blocked since Spring '26 unless Salesforce support enabled it."""
    jwt_expiry: Literal["observed", "documented"] = "observed"
    """Observed: no upper bound, texts and milliseconds accepted; documented: at most three minutes, in seconds."""
    propagation_seconds: int = 0
    """How long a new or changed app stays unknown to the token endpoint; minutes in real orgs."""
    deploys: Literal["run", "stay-pending"] = "run"
    """Stay pending: deploys wait in the queue, as they do in a busy org, until this is switched back or they are
    cancelled."""
    certificate_readback: Literal["shown", "hidden"] = "shown"
    """Whether metadata that is read back shows certificates; for External Client Apps the evidence disagrees."""
    expired_certificate: Literal["accepted", "refused"] = "accepted"
    client_credentials_preauthorization: Literal["enforced", "ignored"] = "enforced"
    """Whether an app for admin-approved users also asks a grant of its run-as user."""
    login_audience: Literal["accepted", "refused"] = "refused"
    """Whether a sandbox takes a JWT whose audience is login.salesforce.com, the login host of production orgs."""
    audience_refusal: Literal["recorded", "documented"] = "recorded"
    """In which words an audience is refused: live orgs and the help page differ."""
    external_client_app_test_audience: Literal["accepted", "refused"] = "refused"
    """Whether a JWT for an External Client App may name test.salesforce.com as audience."""
    external_client_apps: Literal["enabled", "disabled"] = "enabled"
    """Disabled: the org does not have External Client Apps."""
    external_client_app_consumer_key: Literal["accepted", "refused"] = "accepted"
    """Whether an External Client App may be deployed with a consumer key of one's own."""
    automatic_oauth_policy: Literal["where-none-came", "always"] = "where-none-came"
    """When the org makes the OAuth policy itself: after a package that brought none, or with the OAuth settings,
    so that a policy of another name in the same package is a duplicate already."""
    execution_user: Literal["any", "api-only"] = "any"
    """Who may run the client credentials flow of an External Client App; documented: API-only users."""
    consumer_on_update: Literal["unchanged-accepted", "refused"] = "unchanged-accepted"
    """Whether an existing Connected App may be deployed with the consumer key and secret that it has. Orgs were
    recorded to refuse a key for an existing app; clients that are not ours deploy the same file again."""
    connected_app_permission_set: Literal["label-or-name", "label"] = "label-or-name"
    """How a deployed Connected App names permission sets; retrieved ones name them by label, and whether a deploy
    also takes the API name was not found: clients that are not ours send it."""
    assigned_permission_set_deletion: Literal["refused", "allowed"] = "refused"
    """Whether a deploy may delete a permission set that users have, with their assignments. Setup and the removal of
    packages refuse it; what the Metadata API does was not found: a client that is not ours expects it to work."""
    password_flow: Literal["allowed", "blocked"] = "blocked"  # noqa: S105  # a choice, no secret
    """Whether the OAuth username-password flow is on; new orgs have it off."""
    soap_login: Literal["enabled", "disabled"] = "disabled"
    """Whether `login()` of the SOAP API works up to version 64.0; new orgs have it off."""
    session_timeout_minutes: int = 120
    """How long access tokens live where their app does not say."""
    logins_per_hour: int = 0
    """Logins of one user in an hour before more are refused; 3,600 in real orgs. 0: any number."""
    api_calls_per_day: int = 0
    """Calls of the REST API in a day (UTC) before more are refused; 0: 15,000 are shown, and more are answered."""
    rest_api: Literal["enabled", "disabled"] = "enabled"
    """Disabled: the REST API is not part of the org's edition."""
    api_access_control: Literal["off", "on"] = "off"
    """On: only apps for admin-approved users, but for users with the permission Use Any API Client."""
    session_level: Literal["standard", "high-assurance"] = "standard"
    """High assurance: tokens of flows without a user who approves are good for nothing at the REST API."""


@dataclass(frozen=True, slots=True)
class OrgRow:
    """One org."""

    id: str
    name: str
    my_domain: str
    switches: Switches = field(default_factory=Switches)


def changed(switches: Switches, changes: Mapping[str, object]) -> Switches:
    """The switches with some of them set; raises `ValueError` for one that does not exist or cannot be set so."""
    for name, value in changes.items():
        if name not in _KINDS:
            raise ValueError(f"there is no switch {name}; there are {', '.join(_KINDS)}")
        choices = get_args(_KINDS[name])
        if choices and value not in choices:
            raise ValueError(f"{name} is one of {', '.join(choices)}")
        if not choices and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise ValueError(f"{name} is a number from 0 on")
    return replace(switches, **changes)  # type: ignore[arg-type]  # judged above


_KINDS: Final = get_type_hints(Switches)
_TABLES: Final = (
    "records",
    "usernames",
    "passwords",
    "consumers",
    "staged",
    "signing_keys",
    "jobs",
    "documents",
    "sessions",
    "refresh_tokens",
    "refreshed",
    "cursors",
    "exchanges",
    "fault_switches",
)
_OF_CONSUMERS: Final = ("approvals", "assertions")


class Orgs:
    """All orgs of the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, org: OrgRow) -> None:
        """Add an org."""
        self._connection.execute(
            "INSERT INTO orgs (id, name, my_domain, switches) VALUES (?, ?, ?, ?)",
            (org.id, org.name, org.my_domain, jsontext.dump(asdict(org.switches))),
        )

    def set_switches(self, org: OrgRow, switches: Switches) -> OrgRow:
        """Change how an org behaves."""
        statement = "UPDATE orgs SET switches = ? WHERE id = ?"
        self._connection.execute(statement, (jsontext.dump(asdict(switches)), org.id))
        return replace(org, switches=switches)

    def delete(self, org_id: str) -> None:
        """Remove an org with everything in it."""
        for table in _OF_CONSUMERS:
            keys = "SELECT key FROM consumers WHERE org_id = ?"
            self._connection.execute(f"DELETE FROM {table} WHERE consumer_key IN ({keys})", (org_id,))
        for table in _TABLES:
            self._connection.execute(f"DELETE FROM {table} WHERE org_id = ?", (org_id,))
        self._connection.execute("DELETE FROM orgs WHERE id = ?", (org_id,))

    def all(self) -> list[OrgRow]:
        """Every org, oldest first."""
        rows = self._connection.execute("SELECT name FROM orgs ORDER BY id").fetchall()
        return [org for (name,) in rows if (org := self.named(name))]

    def named(self, name: str) -> OrgRow | None:
        """The org with that name."""
        return self._one("name = ?", name)

    def get(self, org_id: str) -> OrgRow | None:
        """The org with that id."""
        return self._one("id = ?", org_id)

    def at(self, my_domain: str) -> OrgRow | None:
        """The org with that My Domain host."""
        return self._one("my_domain = ?", my_domain)

    def of_username(self, username: str) -> OrgRow | None:
        """The org of the user with that name."""
        return self._one("id = (SELECT org_id FROM usernames WHERE username = ?)", username)

    def of_session(self, token: str) -> OrgRow | None:
        """The org that issued an access token."""
        return self._one("id = (SELECT org_id FROM sessions WHERE token = ?)", token)

    def of_refresh_token(self, token: str) -> OrgRow | None:
        """The org that issued a refresh token."""
        return self._one("id = (SELECT org_id FROM refresh_tokens WHERE token = ?)", token)

    def of_consumer(self, key: str) -> OrgRow | None:
        """The org that has the app with that consumer key."""
        return self._one("id = (SELECT org_id FROM consumers WHERE key = ?)", key)

    def _one(self, condition: str, value: str) -> OrgRow | None:
        statement = f"SELECT id, name, my_domain, switches FROM orgs WHERE {condition}"
        row = self._connection.execute(statement, (value,)).fetchone()
        return _org(*row) if row else None


@lru_cache(maxsize=256)
def _org(org_id: str, name: str, my_domain: str, switches: str) -> OrgRow:
    return OrgRow(org_id, name, my_domain, Switches(**jsontext.load(switches)))
