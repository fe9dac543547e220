"""The token is asked for at a login host, which takes neither client credentials nor External Client Apps."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import APP_NOT_FOUND, WRONG_DOMAIN
from provision.model.diagnosis import Cause

NAME = "login-host"
BEHIND = frozenset({WRONG_DOMAIN, APP_NOT_FOUND})

LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})


def look(case: Case) -> Cause | None:
    """Look at the host that the settings name."""
    host = case.proof.site.my_domain
    remedy = f"Set orgs.{case.proof.site.name}.my_domain to the My Domain of the org (Setup → My Domain)"
    if host in LOGIN_HOSTS:
        return case.proved(NAME, f"tokens are asked for at {host}, which is no My Domain", remedy)
    if case.failure.said != WRONG_DOMAIN:
        return None
    return case.possible(NAME, f"{host} answered as hosts do that are no My Domain", remedy)
