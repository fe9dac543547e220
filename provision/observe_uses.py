"""A second reading of an org, in one batch of queries: who holds and uses what a set-up consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from provision.model.desired import Desired
from provision.model.observed import Observed
from provision.model.secret import Secret
from provision.model.uses import Assigned, TokenUse, Uses
from provision.org.client import Org
from provision.org.records import Record, literals
from provision.org.refusals import refused

_OF_TOKENS = "AppName, AppMenuItem.ApplicationId, User.Username, LastUsedDate, DeleteToken"
RECENT_DAYS = 7
"""How far back logins are looked at."""
MOST_LOGINS = 2000


def observe_uses(org: Org, desired: Desired, observed: Observed) -> Uses:
    """Read who holds the permission sets of `desired`, who uses its apps, and what its users use."""
    rows: dict[str, Sequence[Record]] = {}
    for name, answer in org.records.queries(_queries(desired, observed)).items():
        if isinstance(answer, tuple):
            raise refused(f"The org refused the query for {name}", answer)
        rows[name] = answer
    sets = [_assigned(row, "PermissionSet", "Name") for row in rows.get("assignments", ())]
    groups = [_assigned(row, "PermissionSetGroup", "DeveloperName") for row in rows.get("groups", ())]
    return Uses(
        tokens=tuple(_token(row) for row in rows.get("tokens", ())),
        last_logins=_last_logins(rows.get("logins", ())),
        assignments=(*sets, *groups),
        licenses=tuple(_assigned(row, "PermissionSetLicense", "DeveloperName") for row in rows.get("licenses", ())),
    )


def _queries(desired: Desired, observed: Observed) -> dict[str, str]:
    """Return the queries; what has nothing to ask for is left out, since an empty text would match an empty field."""
    users = [user.id for user in observed.users.values()]
    called = {app.label: None for app in observed.apps.values()}
    called |= {text: None for app in desired.apps for text in (app.label, app.name)}
    labels = list(called)
    sets = [item.name for item in (*desired.permission_sets, *(app.access for app in desired.apps))]
    groups = [group.name for group in desired.permission_set_groups]
    uses = [f"AppName IN {literals(labels)}"] if labels else []
    uses += [f"UserId IN {literals(users)}"] if users else []
    found = {
        "tokens": f"SELECT {_OF_TOKENS} FROM OauthToken WHERE {' OR '.join(uses)}",
        "logins": (
            f"SELECT Application, LoginTime FROM LoginHistory WHERE UserId IN {literals(users)} "
            f"AND LoginTime = LAST_N_DAYS:{RECENT_DAYS} ORDER BY LoginTime DESC LIMIT {MOST_LOGINS}"
        ),
        "assignments": (
            "SELECT Id, Assignee.Username, PermissionSet.Name FROM PermissionSetAssignment "
            f"WHERE PermissionSet.Name IN {literals(sets)}"
        ),
        "groups": (
            "SELECT Id, Assignee.Username, PermissionSetGroup.DeveloperName FROM PermissionSetAssignment "
            f"WHERE PermissionSetGroup.DeveloperName IN {literals(groups)}"
        ),
        "licenses": (
            "SELECT Id, Assignee.Username, PermissionSetLicense.DeveloperName FROM PermissionSetLicenseAssign "
            f"WHERE AssigneeId IN {literals(users)}"
        ),
    }
    asked = {"tokens": uses, "logins": users, "assignments": sets, "groups": groups, "licenses": users}
    return {name: query for name, query in found.items() if asked[name]}


def _token(row: Record) -> TokenUse:
    delete_token = row["DeleteToken"]
    return TokenUse(
        app_label=row["AppName"],
        username=row["User"]["Username"],
        last_used=_moment(row["LastUsedDate"]),
        app_id=(row["AppMenuItem"] or {}).get("ApplicationId"),
        delete_token=Secret(delete_token) if delete_token else None,
    )


def _last_logins(rows: Sequence[Record]) -> Mapping[str, datetime]:
    last: dict[str, datetime] = {}
    for row in rows:
        moment = _moment(row["LoginTime"])
        if row["Application"] and moment is not None:
            last[row["Application"]] = max(moment, last.get(row["Application"], moment))
    return last


def _assigned(row: Record, what: str, field: str) -> Assigned:
    return Assigned(row["Id"], row["Assignee"]["Username"], row[what][field])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
