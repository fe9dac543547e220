"""Who uses an app today, and would no longer."""

from __future__ import annotations

from provision.model.desired import App
from provision.model.observed import ObservedApp
from provision.org.client import Org
from provision.org.records import literal
from provision.org.refusals import refused


def losing_access(org: Org, app: App, existing: ObservedApp) -> tuple[str, ...]:
    """Return the usernames that hold a token for the app and are not assigned its access permission set.

    Tokens are named after the label that the app has now, which may not be the one that it is to get.
    """
    answers = org.records.queries(
        {
            "using": f"SELECT User.Username FROM OauthToken WHERE AppName = {literal(existing.label)}",
            "approved": (
                "SELECT Assignee.Username FROM PermissionSetAssignment "
                f"WHERE PermissionSet.Name = {literal(app.access.name)}"
            ),
        }
    )
    rows = {name: answer for name, answer in answers.items() if isinstance(answer, list)}
    if len(rows) < len(answers):
        refusals = [refusal for answer in answers.values() if isinstance(answer, tuple) for refusal in answer]
        raise refused(f"The org does not say who uses {existing.label}", refusals)
    approved = {row["Assignee"]["Username"].lower() for row in rows["approved"]} | {app.user.username.lower()}
    using = dict.fromkeys(row["User"]["Username"] for row in rows["using"])
    return tuple(username for username in using if username.lower() not in approved)
