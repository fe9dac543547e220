"""What an administrator can look up in the org to tell causes apart: each thing once, when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from provision.errors import ProvisionError
from provision.metadata.package import from_zip
from provision.metadata.parse import parse_any
from provision.model.metadata import Document
from provision.org.client import Org, Site
from provision.org.records import Record, literal
from provision.transport import Request

T = TypeVar("T")

RECENT_SECONDS = 900
LAST_LOGINS = 20


@dataclass
class Sight:
    """Lazy reads of one org; without an admin session only the clock can be read."""

    site: Site
    org: Org | None
    _seen: dict[str, Any] = field(default_factory=dict)

    def granted_parents(self, app_id: str) -> frozenset[str]:
        """Ids of the permission sets, profile-owned ones included, that carry the app."""
        return self._once(
            f"parents {app_id}",
            lambda: frozenset(
                row["ParentId"]
                for row in self._query(
                    f"SELECT ParentId FROM SetupEntityAccess WHERE SetupEntityId = {literal(app_id)}"
                )
            ),
        )

    def held_sets(self, user_id: str) -> Mapping[str, Record]:
        """The permission sets that the user holds, profile-owned ones included, by id."""
        query = (
            "SELECT PermissionSetId, PermissionSet.Name, PermissionSet.IsOwnedByProfile, "
            "PermissionSet.PermissionsApiEnabled FROM PermissionSetAssignment "
            f"WHERE AssigneeId = {literal(user_id)}"
        )
        return self._once(
            f"held {user_id}",
            lambda: {row["PermissionSetId"]: row["PermissionSet"] for row in self._query(query)},
        )

    def set_names(self, ids: frozenset[str]) -> Sequence[str]:
        """Names of permission sets by id; those that profiles own are left out."""
        listed = ", ".join(literal(one) for one in sorted(ids)) or literal("")
        query = f"SELECT Name FROM PermissionSet WHERE IsOwnedByProfile = false AND Id IN ({listed}) ORDER BY Name"
        return self._once(f"names {listed}", lambda: [row["Name"] for row in self._query(query)])

    def user(self, username: str) -> Record | None:
        """The user of that name: id, whether active, whether frozen, profile."""
        query = (
            "SELECT Id, Username, IsActive, Profile.Name, Profile.PermissionsApiEnabled FROM User "
            f"WHERE Username = {literal(username)}"
        )
        return self._once(f"user {username}", lambda: next(iter(self._query(query)), None))

    def frozen(self, user_id: str) -> bool:
        """Whether the user is frozen."""
        query = f"SELECT Id FROM UserLogin WHERE IsFrozen = true AND UserId = {literal(user_id)}"
        return self._once(f"frozen {user_id}", lambda: bool(self._query(query)))

    def namesakes(self, username: str) -> Sequence[str]:
        """Usernames of users who have that e-mail address, or the same name before the @."""
        local = username.partition("@")[0].replace("%", "").replace("_", "\\_")
        query = (
            f"SELECT Username FROM User WHERE Email = {literal(username)} "
            f"OR Username LIKE {literal(local + '@%')} ORDER BY Username LIMIT 3"
        )
        return self._once(f"like {username}", lambda: [row["Username"] for row in self._query(query)])

    def logins(self, user_id: str) -> Sequence[Record]:
        """The last rows of the user's login history, newest first, none older than a quarter of an hour."""
        query = (
            "SELECT LoginTime, Status, SourceIp, Application FROM LoginHistory "
            f"WHERE UserId = {literal(user_id)} ORDER BY LoginTime DESC LIMIT {LAST_LOGINS}"
        )
        rows = self._once(f"logins {user_id}", lambda: self._query(query))
        newest = moment(rows[0]["LoginTime"]) if rows else None
        return [row for row in rows if newest and (newest - moment(row["LoginTime"])).total_seconds() < RECENT_SECONDS]

    def app_age_seconds(self, sobject: str, app_id: str) -> float | None:
        """Seconds since the app was changed, by the org's clock where it tells the time."""
        query = f"SELECT LastModifiedDate FROM {sobject} WHERE Id = {literal(app_id)}"
        rows = self._once(f"age {app_id}", lambda: self._query(query))
        if not rows:
            return None
        now = self.clock_of_org() or self.site.transport.clock.now()
        return (now - moment(rows[0]["LastModifiedDate"])).total_seconds()

    def settings(self, name: str) -> Document | None:
        """Settings of the org by their metadata name, for instance `ConnectedApp`; `None` where they do not show."""
        return self._once(f"settings {name}", lambda: self._settings(name))

    def clock_of_org(self) -> datetime | None:
        """What time it is for the org, by the `Date` of an answer (RFC 9110 §6.6.1); `None` where it does not say."""
        return self._once("clock", self._clock)

    def _clock(self) -> datetime | None:
        url = f"https://{self.site.my_domain}/services/data/"
        try:
            said = self.site.transport.send(Request("GET", url, repeatable=True)).headers.get("date")
            return parsedate_to_datetime(said).astimezone(UTC) if said else None
        except (ProvisionError, ValueError):
            return None

    def _settings(self, name: str) -> Document | None:
        if self.org is None:
            return None
        package = from_zip(self.org.metadata.retrieve({"Settings": [name]}))
        found = (item for item in package.components if item.type == "Settings" and item.full_name == name)
        return next((parse_any(item.content) for item in found), None)

    def _query(self, soql: str) -> list[Record]:
        return self.org.records.query(soql) if self.org else []

    def _once(self, name: str, ask: Callable[[], T]) -> T:
        if name not in self._seen:
            self._seen[name] = ask()
        found: T = self._seen[name]
        return found


def moment(text: str) -> datetime:
    """Return a Salesforce date and time (`2026-11-26T10:00:00.000+0000`)."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
