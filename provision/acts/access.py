"""Who uses an app today, and would no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from provision.apps.kinds import kind_of
from provision.model.desired import App
from provision.model.observed import ObservedApp
from provision.org.client import Org
from provision.org.records import literal, literals
from provision.org.refusals import refused


def losing_access(org: Org, app: App, existing: ObservedApp, let_in: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the usernames that hold a token for the app, and no permission set or profile that it is to let in.

    `let_in` names these by the keys of the settings, as the kind of app does. Tokens are named after the label that the
    app has now, which may not be the one that it is to get.
    """
    named_by = f"PermissionSet.{kind_of(existing.kind).PERMISSION_SETS_BY}"
    answers = org.records.queries(
        {
            "using": (
                f"SELECT User.Username, User.Profile.Name FROM OauthToken WHERE AppName = {literal(existing.label)}"
            ),
            "approved": (
                "SELECT Assignee.Username FROM PermissionSetAssignment "
                f"WHERE {named_by} IN {literals(let_in['permission_sets'])}"
            ),
        }
    )
    rows = {name: answer for name, answer in answers.items() if isinstance(answer, list)}
    if len(rows) < len(answers):
        refusals = [refusal for answer in answers.values() if isinstance(answer, tuple) for refusal in answer]
        raise refused(f"The org does not say who uses {existing.label}", refusals)
    approved = {row["Assignee"]["Username"].lower() for row in rows["approved"]} | {app.user.username.lower()}
    kept = set(let_in["profiles"])
    using = dict.fromkeys(
        row["User"]["Username"] for row in rows["using"] if row["User"]["Profile"]["Name"] not in kept
    )
    return tuple(username for username in using if username.lower() not in approved)
