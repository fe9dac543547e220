"""Who uses what of a set-up: what has to be known before anything of it is taken down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from provision.model.secret import Secret


@dataclass(frozen=True)
class TokenUse:
    """A row of OauthToken: a user who has tokens by way of an app."""

    app_label: str
    username: str
    last_used: datetime | None
    app_id: str | None
    """Id of the app's record; `None` where the org shows none: the app is not installed there."""
    delete_token: Secret | None
    """What the revocation endpoint takes to end them all."""


@dataclass(frozen=True)
class Assigned:
    """A permission set, a permission set group or a permission set licence that somebody holds."""

    record_id: str
    username: str
    name: str


@dataclass(frozen=True)
class Uses:
    """A second reading of an org: who holds and uses what the first one showed."""

    tokens: tuple[TokenUse, ...] = ()
    """Of the apps, by anybody, and of the users, by way of any app."""
    last_logins: Mapping[str, datetime] = field(default_factory=dict)
    """Last login of the users by way of an app, by its label."""
    assignments: tuple[Assigned, ...] = ()
    """Permission sets and groups, to anybody."""
    licenses: tuple[Assigned, ...] = ()
    """Permission set licences of the users."""
