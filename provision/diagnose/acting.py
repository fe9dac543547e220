"""Whom a token would act as."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.model.desired import GrantType
from provision.org.records import Record


def acting(case: Case) -> Record | None:
    """Return the user of the grant as the org has them: of client credentials the run-as user of the app."""
    username: str | None = case.username
    if case.failure.grant is GrantType.CLIENT_CREDENTIALS:
        username = case.standing.run_as if case.standing else None
    return case.sight.user(username) if username else None
