"""The client credentials flow is switched off in the app."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.diagnose.pairs import FLOW_OFF, NO_RUN_AS
from provision.model.diagnosis import Cause

NAME = "flow-off"
BEHIND = frozenset({FLOW_OFF, NO_RUN_AS})


def look(case: Case) -> Cause | None:
    """Look at every switch of the flow: one kind of app has two."""
    remedy = f"provision apply {case.options}; grants must contain client-credentials"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → OAuth: Enable Client Credentials Flow, in settings and policies")
    if case.standing is None or not case.standing.client_credentials_off:
        return None
    places = ", ".join(setting(place) for place in case.standing.client_credentials_off)
    return case.proved(NAME, f"{places}: not true", remedy)
