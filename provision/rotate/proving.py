"""What decides about a rotation: tokens had with one key or the other."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from provision.checks.proof import OTHER_CERTIFICATE
from provision.errors import Code, Failed, ProvisionError
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import GrantType
from provision.model.held import Material
from provision.model.keys import KeyPair
from provision.model.result import AppResult
from provision.model.rotation import Strategy
from provision.rotate.position import Position
from provision.rotate.work import Work
from provision.verify import Witness, prove_all

_KEY_DOES_NOT_MATTER = frozenset({OTHER_CERTIFICATE, ("invalid_grant", "expired authorization code")})
"""Refusals that say something about the key or certificate: a rotation may be just what cures them."""


def prove(work: Work, pair: KeyPair) -> bool:
    """Return whether a token is had with `pair` by the propagation deadline; other checks are told, not judged."""
    results = _asked(work, pair, patience=work.wish.proof.patience_seconds)
    work.results = results
    return gives_tokens(results)


def gives_tokens(results: tuple[AppResult, ...]) -> bool:
    """Whether each grant that was asked for gave a token."""
    return all(check.status is CheckStatus.PASSED for check in _tokens(results))


def prove_old(work: Work, pair: KeyPair) -> None:
    """Ask for a token with the key in use, before anything is changed.

    Raises `Failed` (ROTATION_NOT_POSSIBLE) where it is refused for a reason that another key would not cure: the proof
    afterwards would fail, too.
    """
    for check in _tokens(_asked(work, pair, patience=0.0)):
        if check.status is CheckStatus.PASSED:
            work.say("begin", f"the key in use (generation {pair.generation}) gets a token")
        elif (check.code, _text(check)) in _KEY_DOES_NOT_MATTER:
            work.say("begin", f"the key in use gets no token ({check.detail}), so there is nothing to lose")
        else:
            raise Failed(
                Code.ROTATION_NOT_POSSIBLE,
                f"{work.slot.app} in {work.slot.org} gets no token before the rotation, and another key would not help",
                detail=f"{check.detail}. Nothing was changed.",
                remedy=(check.remedy or f"provision verify {work.slot.options}",),
                context={"check": check.check, "code": check.code},
            )


def _asked(work: Work, pair: KeyPair, patience: float) -> tuple[AppResult, ...]:
    options = replace(
        work.wish.proof,
        negative=False,
        patience_seconds=patience,
        grants=frozenset({GrantType.JWT_BEARER}),
        new_certificate=True,
    )
    material = Material(work.existing.consumer_key, None, pair)
    witness = Witness(work.org.site, work.org, work.observed)
    return prove_all(witness, work.desired, {work.app.key: material}, options, work.listen)


def _tokens(results: tuple[AppResult, ...]) -> tuple[CheckResult, ...]:
    return tuple(check for result in results for check in result.checks if check.check.endswith("/token"))


def _text(check: CheckResult) -> str:
    return (check.detail or "").partition(": ")[2]


def require_successor(work: Work, position: Position, certificate: x509.Certificate) -> None:
    """Raise `Failed` (ROTATION_NOT_POSSIBLE) where a self-signed certificate would replace an authority's unasked."""
    deployed = position.deployed
    if deployed.issuer == deployed.subject or certificate.issuer != certificate.subject or work.wish.self_signed:
        return
    where = work.slot.options
    new_key = "" if position.target and position.strategy is Strategy.RENEW else " --new-key"
    raise Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"The certificate of {work.slot.app} in {work.slot.org} was issued by {deployed.issuer.rfc4514_string()}",
        detail="The next one would be self-signed. Nothing was changed.",
        remedy=(
            f"Request one: provision keys csr {where}{new_key}",
            f"Bring it: provision keys import {where} --staged --certificate FILE, then run this again",
            f"Or let it be self-signed: provision rotate cert {where} --self-signed",
        ),
    )


def stuck(work: Work, position: Position) -> ProvisionError:
    """Return the error for a walk back whose end cannot be proved."""
    slot = work.slot
    return Failed(
        Code.ROTATION_UNPROVED,
        f"{slot.app} in {slot.org} holds its earlier certificate again, but its key gets no token yet",
        detail="\n".join(f"{check.check}: {check.detail}" for check in _tokens(work.results)) or None,
        remedy=(
            f"Run it again, it goes on from here: provision rotate cert {slot.options}",
            f"See what is refused: provision verify {slot.options}",
        ),
        context={"org": slot.org, "app": slot.app, "begun": position.now.isoformat()},
    )


def kept(work: Work, what: str) -> ProvisionError:
    """Return the error for a current key that gets no token, so that nothing earlier may go."""
    slot = work.slot
    return Failed(
        Code.ROTATION_UNPROVED,
        f"The current key of {slot.app} in {slot.org} gets no token, so {what}",
        remedy=(f"provision verify {slot.options}",),
    )


def rolled_back(work: Work) -> ProvisionError:
    """Return the error of a rotation that was undone because the new key got no token."""
    command = f"provision rotate cert {work.slot.options}"
    return Failed(
        Code.ROTATION_ROLLED_BACK,
        f"The new key of {work.slot.app} in {work.slot.org} got no token, so the earlier certificate is back",
        detail="The earlier key gets tokens again. The new key stays stored beside it for the next attempt.",
        remedy=(
            f"Where changes spread slowly, wait longer: {command} --propagation-timeout MINUTES",
            f"provision verify {work.slot.options}",
        ),
        context={"org": work.slot.org, "app": work.slot.app},
    )


def other_certificate(work: Work, position: Position) -> ProvisionError:
    """Return the error for an app that holds a certificate which the rotation is not about."""
    return Failed(
        Code.ROTATION_UNDER_WAY,
        f"{work.slot.app} in {work.slot.org} holds a certificate that the rotation under way is not about",
        detail=f"{position.deployed.subject.rfc4514_string()}, serial {position.deployed.serial_number:X}. Somebody "
        "else gave it to the app meanwhile. It was left as it is.",
        remedy=(
            f"Bring its key: provision keys import {work.slot.options} --key FILE",
            "Then run the rotation again: it begins anew from there",
        ),
    )


def way_is_gone(work: Work, position: Position) -> ProvisionError:
    """Return the error for a generation that a rotation under way needs and whose key is gone."""
    marker = position.marker
    number = None if marker is None else marker.previous if marker.back else marker.generation
    return Failed(
        Code.KEY_MISSING,
        f"The rotation of {work.slot.app} in {work.slot.org} needs the private key of generation {number}, "
        "which is gone",
        detail="The app was left as it is.",
        remedy=("Restore the store from a backup", "Or bring the key that the app knows: provision keys import"),
    )
