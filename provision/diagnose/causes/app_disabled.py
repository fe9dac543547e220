"""The app, or its OAuth part, is switched off."""

from __future__ import annotations

from provision.diagnose.case import Case, setting
from provision.diagnose.pairs import APP_NOT_FOUND, UNKNOWN_CLIENT
from provision.model.diagnosis import Cause

NAME = "app-disabled"
BEHIND = frozenset({APP_NOT_FOUND, UNKNOWN_CLIENT})


def look(case: Case) -> Cause | None:
    """Look at the switches of the app."""
    setup = "Setup → External Client App Manager → the app → Policies: enable app and OAuth"
    if not case.admin:
        return case.unseen(NAME, setup)
    if case.standing is None or not case.standing.off:
        return None
    remedy = f"provision apply {case.options} switches it on, unless somebody stopped it on purpose; or {setup}"
    places = ", ".join(setting(place) for place in case.standing.off)
    return case.proved(NAME, f"{places}: off", remedy)
