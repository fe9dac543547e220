"""What a rotation came to, as a result."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography import x509

from provision.keys.certificate import fingerprint_sha256
from provision.model.result import CertificateState
from provision.rotate.position import Marker
from provision.rotate.result import Held, Rotated
from provision.rotate.work import Work


def rotated(work: Work, marker: Marker) -> Rotated:
    """Return the result of a rotation that came to its end, forward or back."""
    stored = {one.number: one.certificate for one in work.store.generations(work.slot)}
    new = stored.get(marker.generation)
    old_one = Held(marker.previous, state(marker.previous_certificate))
    new_one = Held(marker.generation, state(new)) if new is not None else None
    return replace(
        work.came_to("rolled-back" if marker.back else "rotated"),
        strategy=marker.strategy,
        begun=marker.begun,
        ended=work.org.site.transport.clock.now(),
        before=new_one if marker.back else old_one,
        after=old_one if marker.back else new_one,
        steps=tuple(work.done),
        results=work.results,
        record=work.record,
        api_calls=work.org.site.api_calls,
    )


def state(certificate: x509.Certificate) -> CertificateState:
    """Return how a certificate is told apart."""
    return CertificateState(fingerprint_sha256(certificate), certificate.not_valid_after_utc)


def runbook_values(work: Work) -> dict[str, Any]:
    """Return what every runbook is filled in with."""
    organization = work.observed.organization
    return {
        "org": work.slot.org,
        "org_id": organization.org_id,
        "host": work.org.site.my_domain,
        "app": work.slot.app,
        "name": work.existing.name,
        "kind": work.existing.kind,
        "username": work.app.user.username,
        "consumer_key": work.existing.consumer_key or "unknown",
        "admin": work.org.source,
        "hooks": work.app.rotation,
        "is_production": organization.is_production,
        "now": work.org.site.transport.clock.now(),
    }
