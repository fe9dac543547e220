"""Key pairs: generated for a new app only, never silently in place of one that consumers use."""

from __future__ import annotations

from cryptography import x509

from provision.errors import Code, Failed, ProvisionError
from provision.keys.certificate import parse_certificate
from provision.model.change import Action, Change, FieldChange
from provision.model.desired import App
from provision.model.held import Held
from provision.model.situation import Situation, needs_key_pair

TYPE = "KeyPair"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return a key pair to generate for each app that has none, neither in the org nor in the store."""
    return tuple(
        Change(Action.CREATE, TYPE, app.key, app.key, _fields(app))
        for app in situation.desired.apps
        if needs_key_pair(app) and not _held(situation, app).certificates and _deployed(situation, app) is None
    )


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each app whose certificate in the org matches no stored key."""
    return tuple(
        _missing(app, certificate)
        for app in situation.desired.apps
        if needs_key_pair(app)
        and (certificate := _deployed(situation, app)) is not None
        and certificate not in _held(situation, app).certificates
    )


def certificate(situation: Situation, app: App) -> x509.Certificate | None:
    """Return the certificate that belongs on `app`: the deployed one where it is held, else the current one.

    `None` where the app needs none or its key pair is still to be generated.
    """
    if not needs_key_pair(app):
        return None
    certificates = _held(situation, app).certificates
    deployed = _deployed(situation, app)
    if deployed is not None and deployed in certificates:
        return deployed
    return certificates[0] if certificates else None


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


def _missing(app: App, deployed: x509.Certificate) -> ProvisionError:
    return Failed(
        Code.KEY_MISSING,
        f"{app.label} exists in the org, but no stored private key matches its certificate",
        detail=(
            f"The app holds a certificate for {deployed.subject.rfc4514_string()} (serial {deployed.serial_number:x}). "
            "A new key here would lock out whoever uses the app with the old one."
        ),
        remedy=(f"Bring the key: provision keys import -a {app.key} --key FILE --certificate FILE",),
        context={"app": app.key},
    )
