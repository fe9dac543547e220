"""The org has no such app."""

from __future__ import annotations

from provision.diagnose.case import Case
from provision.diagnose.pairs import APP_NOT_FOUND, NOT_APPROVED, UNKNOWN_CLIENT
from provision.model.diagnosis import Cause

NAME = "app-missing"
BEHIND = frozenset({UNKNOWN_CLIENT, APP_NOT_FOUND, NOT_APPROVED})


def look(case: Case) -> Cause | None:
    """Look for the app by its name."""
    remedy = f"provision apply {case.options} makes it"
    if not case.admin:
        return case.unseen(NAME, "Setup → App Manager, External Client App Manager: is the app there?")
    if case.app is not None:
        return None
    name, host = case.proof.app.name, case.proof.site.my_domain
    if case.proof.observed is not None and {name, case.proof.app.label} & set(case.proof.observed.unreadable_apps):
        takes = f"{host} has {name}, but the admin session cannot retrieve it"
        return case.unseen(NAME, "Setup → App Manager, External Client App Manager: is the app there?", takes)
    return case.proved(NAME, f"{host} has no app {name}", remedy)
