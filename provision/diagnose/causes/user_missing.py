"""The org has no user of that name."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import LOGIN_REFUSALS
from provision.model.desired import GrantType
from provision.model.diagnosis import Cause

NAME = "user-missing"
BEHIND = LOGIN_REFUSALS | {("WRONG_USER", "")}


def look(case: Case) -> Cause | None:
    """Look for the user, then for those with that e-mail address or a like name."""
    if not case.admin:
        return case.unseen(NAME, f"SELECT Id FROM User WHERE Username = '{case.username}'")
    of_run_as = case.failure.grant is GrantType.CLIENT_CREDENTIALS
    if case.user is not None or case.app is None or (of_run_as and case.failure.refusal is not None):
        return None
    near = [name for name in case.sight.namesakes(case.username) if name.lower() != case.username.lower()]
    site, user = case.proof.site.name, case.proof.app.user.key
    if near:
        evidence = f"nobody is called {case.username}; there is {' and '.join(near)}"
        return case.proved(
            NAME, evidence, f"Set orgs.{site}.users.{user}.username to the Username, not the e-mail address"
        )
    return case.proved(NAME, f"nobody is called {case.username}", f"provision assign -o {site} creates the user")
