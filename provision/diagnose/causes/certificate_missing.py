"""The app has no certificate, so that it cannot check a signature."""

from __future__ import annotations

from provision.apps.kinds import kind_of
from provision.diagnose.case import Case
from provision.diagnose.pairs import INVALID_ASSERTION
from provision.model.diagnosis import Cause

NAME = "certificate-missing"
BEHIND = frozenset({INVALID_ASSERTION})


def look(case: Case) -> Cause | None:
    """Look for a certificate; some orgs do not return the one of an External Client App."""
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → OAuth: Use digital signatures, Enable JWT Bearer Flow")
    if case.app is None or case.app.certificate is not None:
        return None
    remedy = f"provision apply {case.options} deploys the certificate of the stored key"
    if kind_of(case.app.kind).CERTIFICATE_MAY_BE_HIDDEN:
        return case.possible(
            NAME, "the org shows no certificate; not every org shows the one of this kind of app", remedy
        )
    return case.proved(NAME, "the app holds no certificate", remedy)
