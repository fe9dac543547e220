"""The app holds the certificate of another key than the one that signs."""

from __future__ import annotations

from provision.apps.kinds import kind_of
from provision.diagnose.case import Case
from provision.diagnose.pairs import INVALID_ASSERTION
from provision.keys.certificate import fingerprint_sha256, parse_certificate
from provision.model.diagnosis import Cause

NAME = "certificate-differs"
BEHIND = frozenset({INVALID_ASSERTION})

SHOWN = 23


def look(case: Case) -> Cause | None:
    """Compare the public key of the deployed certificate with that of the stored key."""
    remedy = f"provision keys import {case.options} brings the key that belongs to the deployed certificate"
    if not case.admin:
        return case.unseen(NAME, "Setup → the app → OAuth: compare the certificate with provision keys show")
    pair = case.proof.material.key_pair
    if case.app is None or pair is None:
        return None
    if case.app.certificate is None:
        hidden = kind_of(case.app.kind).CERTIFICATE_MAY_BE_HIDDEN
        return case.possible(NAME, "the org does not show the certificate of the app", remedy) if hidden else None
    deployed = parse_certificate(case.app.certificate)
    if deployed.public_key() == pair.signer.public_key():
        return None
    theirs, ours = fingerprint_sha256(deployed)[:SHOWN], fingerprint_sha256(pair.certificate)[:SHOWN]
    return case.proved(NAME, f"the app holds {theirs}…, the stored key has {ours}… (SHA-256)", remedy)
