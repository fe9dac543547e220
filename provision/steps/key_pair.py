"""Key pairs: generated for a new app only, never silently in place of one that consumers use.

Which certificate belongs on an app that has one already? Consumers sign with a key; the certificate only tells the org
how to verify that. So what must not change behind their back is the key:

1. An app whose key is not stored is left alone: `problems` refuses, since any other certificate would lock out whoever
   uses the app. So is an app of others that shows no certificate, until a key was generated or imported for it.
2. Otherwise the deployed certificate stays, also where the store knows another one for its key (somebody else renewed
   it, or one was issued when the key was imported), and where the current generation has another key (to put that on
   the app is a rotation, which does it in steps).
3. It is succeeded by the current generation only where that was made for it on purpose: the same key, valid now, and
   either the store holds the deployed certificate as an earlier generation (a renewed or authority-issued certificate
   was brought for a key in use), or, where the deployed one is unknown, the current one comes from an authority and
   began later. A self-signed one does not displace an unknown one: it may merely stand in for what was not at hand.

Both certificates verify what the key signs, so consumers notice nothing of such a change, and the plan shows it.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from provision.errors import Code, Failed, ProvisionError
from provision.keys.certificate import parse_certificate
from provision.keys.describe import Period, describe
from provision.keys.expiry import Threshold, due
from provision.keys.match import same_key
from provision.model.change import Action, Change, FieldChange
from provision.model.check import Finding
from provision.model.desired import App
from provision.model.held import Held
from provision.model.situation import Situation, needs_key_pair

TYPE = "KeyPair"
NEAR_EXPIRY = Threshold(days=30)


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return a key pair to generate for each app that has none, neither in the org nor in the store."""
    return tuple(
        Change(Action.CREATE, TYPE, app.key, app.key, _fields(app))
        for app in situation.desired.apps
        if needs_key_pair(app) and not _held(situation, app).certificates and _deployed(situation, app) is None
    )


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each app whose certificate in the org was issued for no stored key, or may have been."""
    signing = [app for app in situation.desired.apps if needs_key_pair(app)]
    known = tuple(
        _missing(situation.org, app, certificate)
        for app in signing
        if (certificate := _deployed(situation, app)) is not None and not stored(situation, app)
    )
    return (*known, *(_unknown(situation.org, app) for app in signing if _may_have_one(situation, app)))


def _may_have_one(situation: Situation, app: App) -> bool:
    """Whether a certificate may be hidden on an app that others made: no key pair and no consumer key of it is stored.

    Orgs differ in whether they show the certificates of External Client Apps.
    """
    existing, held = situation.app(app), _held(situation, app)
    if existing is None or existing.certificate is not None or held.certificates:
        return False
    return held.consumer_key is None or held.consumer_key != existing.consumer_key


def stored(situation: Situation, app: App) -> bool:
    """Whether a stored key signs for the certificate that `app` holds in the org."""
    certificate = _deployed(situation, app)
    return certificate is None or _has_key(_held(situation, app), certificate)


def findings(situation: Situation) -> tuple[Finding, ...]:
    """Return a warning for each app whose certificate is within 30 days of its end, or past it."""
    now = situation.observed.observed_at
    return tuple(
        Finding(
            "warning",
            Code.ROTATION_DUE,
            f"The certificate of {app.key} is near its end: {describe(found).validity(now)}",
            remedy=f"provision keys csr -o {situation.org} -a {app.key}",
            subject=app.key,
        )
        for app in situation.desired.apps
        if (found := certificate(situation, app)) is not None and due(found, NEAR_EXPIRY, now)
    )


def certificate(situation: Situation, app: App) -> x509.Certificate | None:
    """Return the certificate that belongs on `app`, by the rule of this module.

    `None` where the app needs none or its key pair is still to be generated.
    """
    if not needs_key_pair(app):
        return None
    held, deployed = _held(situation, app), _deployed(situation, app)
    current = held.certificates[0] if held.certificates else None
    if deployed is None or current is None:
        return current
    return current if _succeeds(current, deployed, held, situation.observed.observed_at) else deployed


def _has_key(held: Held, deployed: x509.Certificate) -> bool:
    return any(same_key(one, deployed) for one in held.certificates)


def _succeeds(current: x509.Certificate, deployed: x509.Certificate, held: Held, now: datetime) -> bool:
    """Whether `current` was made to take the place of `deployed`."""
    if not same_key(current, deployed) or current in held.staged:
        return False
    if describe(current).period(now) is not Period.WITHIN:
        return False
    if deployed in held.certificates:
        return deployed not in held.staged
    by_authority = current.issuer != current.subject
    return by_authority and current.not_valid_before_utc > deployed.not_valid_before_utc


def _held(situation: Situation, app: App) -> Held:
    return situation.held.get(app.key, Held())


def _deployed(situation: Situation, app: App) -> x509.Certificate | None:
    existing = situation.app(app)
    if existing is None or existing.certificate is None:
        return None
    return parse_certificate(existing.certificate)


def _fields(app: App) -> tuple[FieldChange, ...]:
    subject = app.key_spec.subject or f"CN={app.key}"
    return (
        FieldChange("bits", None, str(app.key_spec.bits)),
        FieldChange("days", None, str(app.key_spec.days)),
        FieldChange("subject", None, subject),
    )


def _unknown(org: str, app: App) -> ProvisionError:
    return Failed(
        Code.KEY_MISSING,
        f"{app.label} exists in the org and shows no certificate, and no key of it is stored",
        detail="Not every org shows certificates. If it has one, a new key would lock out whoever uses the old one.",
        remedy=(
            f"Bring its key: provision keys import -o {org} -a {app.key} --key FILE --certificate FILE",
            f"Or, if it has none: provision keys generate -o {org} -a {app.key}, then run the command again",
        ),
        context={"app": app.key},
    )


def _missing(org: str, app: App, deployed: x509.Certificate) -> ProvisionError:
    return Failed(
        Code.KEY_MISSING,
        f"{app.label} exists in the org, but no stored private key matches its certificate",
        detail=(
            f"The app holds a certificate for {deployed.subject.rfc4514_string()} (serial {deployed.serial_number:x}). "
            "A new key here would lock out whoever uses the app with the old one."
        ),
        remedy=(f"Bring the key: provision keys import -o {org} -a {app.key} --key FILE --certificate FILE",),
        context={"app": app.key},
    )
