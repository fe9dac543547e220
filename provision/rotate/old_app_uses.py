"""Who uses the first app of a change, by what the org itself logs: anybody counts, our own proofs do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from provision.org.records import Record, literals
from provision.rotate.blue_green_marker import OldApp
from provision.rotate.work import Work
from provision.wanted import under_name

SLACK = timedelta(minutes=1)
"""By how much clocks of this machine and of the org may differ."""
RECENT_DAYS = 1.0
"""How far back the logins of everybody are read at least: an org may have very many of them."""


@dataclass(frozen=True)
class Use:
    """When somebody used the app."""

    at: datetime
    username: str
    """Or the id of the user, where only that is known."""
    source: str
    """Where the org tells of it."""

    def __str__(self) -> str:
        """Say when and by whom."""
        return f"at {self.at:%Y-%m-%d %H:%M} UTC by {self.username}"


def last_use(work: Work, old: OldApp) -> Use | None:
    """Return when somebody but us last used the first app since the second took its place.

    `OauthToken` tells of the last use by everybody who has tokens by way of the app, `LoginHistory` of each login: of
    the app's own user since the change, of others as far back as the app has to be without use.
    """
    names = sorted(_names(work, old))
    tokens = work.org.records.query(
        f"SELECT AppName, UserId, User.Username, LastUsedDate FROM OauthToken WHERE AppName IN {literals(names)}"
    )
    usernames = {row["UserId"]: row["User"]["Username"] for row in tokens}
    logins = [row for row in work.org.records.query(_logins(work, old)) if row["Application"] in names]
    uses = [
        *_uses(tokens, "LastUsedDate", "OauthToken", usernames),
        *_uses(logins, "LoginTime", "LoginHistory", usernames | _own(work)),
    ]
    return max((use for use in uses if _counts(work, old, use)), key=lambda use: use.at, default=None)


def _names(work: Work, old: OldApp) -> set[str]:
    """Return what the org may call the app where it tells of its use: its name, or its label."""
    first = work.observed.apps.get(old.name)
    return {old.name, under_name(work.app, old.name).label, *({first.label} if first else ())}


def _logins(work: Work, old: OldApp) -> str:
    """Return the query for logins; by which app they came cannot be asked for, only read."""
    since, days = old.since - SLACK, max(work.wish.quiet_days, RECENT_DAYS)
    recent = max(since, work.org.site.transport.clock.now() - timedelta(days=days))
    # Ids instead of a subquery, which SOQL does not take beside OR.
    own = literals(list(_own(work)))
    return (
        "SELECT UserId, LoginTime, Application FROM LoginHistory "
        f"WHERE LoginTime >= {recent:%Y-%m-%dT%H:%M:%SZ} "
        f"OR (LoginTime >= {since:%Y-%m-%dT%H:%M:%SZ} AND UserId IN {own})"
    )


def _own(work: Work) -> dict[str, str]:
    """Return the username of the app's own user by its id, where the org has that user."""
    user = work.observed.users.get(work.app.user.username.lower())
    return {user.id: user.username} if user else {}


def _uses(rows: list[Record], field: str, source: str, usernames: dict[str, str]) -> Iterator[Use]:
    for row in rows:
        if row[field]:
            yield Use(datetime.fromisoformat(row[field]), usernames.get(row["UserId"]) or row["UserId"], source)


def _counts(work: Work, old: OldApp, use: Use) -> bool:
    """Whether a use was after the change, and not our own proof of it."""
    own = use.username.lower() == work.app.user.username.lower()
    proved = old.proved_from - SLACK <= use.at <= old.proved_until + SLACK
    return use.at >= old.since - SLACK and not (own and proved)
