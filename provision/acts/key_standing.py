"""How keys and certificates stand: there, valid, due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from provision.errors import Code, Failed, Pending, ProvisionError
from provision.keys.certificate import parse_certificate
from provision.keys.describe import CertificateDescription, Period, describe
from provision.keys.expiry import Threshold, due
from provision.model.desired import App, Desired
from provision.observe import observe
from provision.org.client import Org
from provision.store.protocol import Slot, Store


@dataclass(frozen=True)
class Standing:
    """How a certificate stands at one moment."""

    slot: Slot
    certificate: CertificateDescription | None
    words: str
    period: Period | None
    """`None` where there is no certificate."""
    due: bool

    @property
    def valid(self) -> bool:
        """Whether there is a certificate and it is in its period."""
        return self.period is Period.WITHIN


_WORDS = {None: "missing", Period.AFTER: "expired", Period.BEFORE: "not valid yet", Period.WITHIN: "valid"}


def stored_standing(store: Store, slot: Slot, threshold: Threshold | None, now: datetime) -> Standing:
    """Return how the current key pair stands, once its key has proved to sign for its certificate."""
    pair = store.key_pair(slot)
    return _standing(slot, pair.certificate if pair else None, "no key pair is stored", threshold, now)


def deployed_standings(org: Org, desired: Desired, threshold: Threshold | None, now: datetime) -> tuple[Standing, ...]:
    """Return how the certificates stand that the org itself holds."""
    found = observe(org, desired, now).apps
    deployed: Mapping[str, str | None] = {name: app.certificate for name, app in found.items()}
    return tuple(_deployed_standing(org, app, deployed.get(app.name), threshold, now) for app in desired.apps)


def problem_of(standings: Sequence[Standing]) -> ProvisionError | None:
    """Return what certificates that are not in order come to: `Failed`, or `Pending` where they are merely due."""
    bad = [one for one in standings if not one.valid and not one.due]
    overdue = [one for one in standings if one.due]
    if not bad:
        return _rotation_due(overdue, len(standings)) if overdue else None
    kinds = ", ".join(dict.fromkeys(_WORDS[one.period] for one in bad))
    return Failed(
        Code.CHECKS_FAILED,
        f"{len(bad)} of {len(standings)} key pairs not in order: {kinds}",
        detail=_each([*bad, *overdue]),
        remedy=tuple(dict.fromkeys(action for one in bad for action in _remedies(one))),
    )


def _rotation_due(overdue: Sequence[Standing], count: int) -> Pending:
    first = overdue[0].slot
    return Pending(
        Code.ROTATION_DUE,
        f"{len(overdue)} of {count} certificates are due to be replaced",
        detail=_each(overdue),
        remedy=tuple(_replacements(first)),
    )


def _remedies(standing: Standing) -> Iterator[str]:
    slot = standing.slot
    if standing.period is Period.AFTER:
        yield from _replacements(slot)
    elif standing.period is Period.BEFORE:
        yield "Check the clock of this machine: date -u"
        yield f"Until it is valid, use the earlier one: provision keys list {slot.options}"
    else:
        yield f"Bring what is missing: provision keys import {slot.options} --key FILE"


def _replacements(slot: Slot) -> Iterator[str]:
    yield f"Replace it: provision rotate cert {slot.options}"
    yield f"Or have an authority certify the same key again: provision keys csr {slot.options}"


def _each(standings: Sequence[Standing]) -> str:
    return "\n".join(f"{one.slot.app} in {one.slot.org}: {one.words}" for one in standings)


def _deployed_standing(
    org: Org, app: App, certificate: str | None, threshold: Threshold | None, now: datetime
) -> Standing:
    parsed = parse_certificate(certificate) if certificate else None
    return _standing(Slot(org.site.name, app.key), parsed, "the app in the org holds none", threshold, now)


def _standing(
    slot: Slot, certificate: x509.Certificate | None, otherwise: str, threshold: Threshold | None, now: datetime
) -> Standing:
    if certificate is None:
        return Standing(slot, None, otherwise, period=None, due=False)
    facts = describe(certificate)
    is_due = threshold is not None and due(certificate, threshold, now)
    return Standing(slot, facts, facts.validity(now), period=facts.period(now), due=is_due)
