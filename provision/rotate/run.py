"""Rotations of certificates in all apps and orgs of a call, one after the other."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from provision.errors import Code, Failed, Usage
from provision.fleet import Call
from provision.keys.certificate import parse_certificate
from provision.keys.describe import describe
from provision.keys.expiry import due
from provision.keys.match import same_key
from provision.model.event import Listener
from provision.model.rotation import Strategy
from provision.model.situation import needs_key_pair
from provision.rotate import blue_green_run as blue_green
from provision.rotate import marker as markers
from provision.rotate import proving, runbook
from provision.rotate.certificate import walk
from provision.rotate.every import Asked, refuse_own_app, rotate_all
from provision.rotate.old_app import retire_old_app
from provision.rotate.outcome import rotated, runbook_values, state
from provision.rotate.plan import planned
from provision.rotate.position import Marker, Position, signing, way_back
from provision.rotate.result import Held, Rotated
from provision.rotate.retirement import retired
from provision.rotate.strategy import Grounds, advice, choose
from provision.rotate.work import Wish, Work
from provision.store.protocol import State, Store

OTHER_SESSION = "Or renew the certificate and keep the key: --strategy renew"


def rotate_certificates(call: Call, store: Store, wish: Wish, listen: Listener) -> tuple[Rotated, ...]:
    """Rotate the certificates of what `call` chose; a failure of one does not stop the others."""
    return rotate_all(call, store, Asked(wish, listen, "certificate", _rotate, needs_key_pair))


def _rotate(work: Work) -> Rotated:
    """Go on with whatever is under way, else begin, by the strategy that was chosen."""
    if work.existing_or_none is None and blue_green.outlives_first(work) and not work.wish.runbook:
        return _second_app(work, Grounds())
    _require_app(work)
    position, grounds = position_of(work)
    second = blue_green.under_way(work) or (blue_green.leaves_old_app(work) and (work.wish.back or work.wish.retire))
    if second and not work.wish.runbook:
        return _second_app(work, grounds)
    if not work.wish.back and position.marker is None and not _is_due(work, position):
        return _not_due(work, position)
    if position.marker is None and position.origin is None:
        raise _key_missing(work, position.deployed)
    if work.wish.runbook:
        return _runbook(work, position)
    if work.wish.retire:
        return retired(work, position)
    return _replaced(work, position, grounds)


def _second_app(work: Work, grounds: Grounds) -> Rotated:
    if work.wish.retire:
        return retire_old_app(work)
    return blue_green.change_over(work, tuple(advice(Strategy.BLUE_GREEN, grounds)))


def _replaced(work: Work, position: Position, grounds: Grounds) -> Rotated:
    """Replace the certificate, or put the earlier one back."""
    if position.strategy is not Strategy.RENEW:
        refuse_own_app(work, work.existing, OTHER_SESSION)
    if position.strategy is Strategy.BLUE_GREEN and not work.wish.back:
        return _second_app(work, grounds)
    if work.wish.back:
        position = _turned(work, position)
    if work.wish.dry_run:
        return planned(work, position, tuple(advice(position.strategy, grounds)))
    walk(work, position)
    if work.ended is None:
        message = "a walk ends by finishing or by raising"
        raise AssertionError(message)
    result = replace(rotated(work, work.ended), advice=tuple(advice(position.strategy, grounds)))
    if work.ended.back and not work.ended.asked_back:
        return replace(result, error=proving.rolled_back(work))
    return result


def position_of(work: Work) -> tuple[Position, Grounds]:
    """Return where the rotation of an app stands, and what the choice of its strategy was made from.

    Raises `Usage` (ROTATION_UNDER_WAY) where another strategy is asked for than that of the rotation under way.
    """
    store, slot, now = work.store, work.slot, work.org.site.transport.clock.now()
    generations, marker = store.generations(slot), markers.read(store, slot)
    deployed = _deployed(work, marker)
    spec, wish = work.app.rotation, work.wish
    waiting = any(one.state is State.STAGED and not same_key(one.certificate, deployed) for one in generations)
    grounds = Grounds(wish.strategy, spec.strategy, waiting, spec.deploy is not None)
    strategy = marker.strategy if marker else choose(grounds)
    if marker is not None and wish.strategy not in {None, marker.strategy}:
        raise _other_strategy(work, marker)
    position = Position(strategy, generations, deployed, now, marker)
    if position.stray and signing(generations, deployed) is not None and not work.wish.dry_run:
        # Somebody else put a certificate onto the app whose key is stored, too: what was under way is void.
        markers.clear(store, slot)
        work.say("begin", "the app holds another stored certificate meanwhile; the rotation begins anew")
        return replace(position, marker=None), grounds
    if position.stray:
        raise proving.other_certificate(work, position)
    return position, grounds


def _deployed(work: Work, marker: Marker | None) -> x509.Certificate:
    """Return what the app holds; where the org does not show it, what the store took for that."""
    held = work.existing.certificate
    if held is not None:
        return parse_certificate(held)
    if marker is not None:
        return _not_there_yet(work, marker)
    pair = work.store.key_pair(work.slot)
    if pair is None:
        raise _no_certificate(work)
    return pair.certificate


def _not_there_yet(work: Work, marker: Marker) -> x509.Certificate:
    """Return the other one than where the rotation leads: it is put on the app once more, which does no harm."""
    numbered = {one.number: one.certificate for one in work.store.generations(work.slot)}
    new = numbered.get(marker.generation, marker.previous_certificate)
    return new if marker.back else marker.previous_certificate


def _turned(work: Work, position: Position) -> Position:
    """Return the position with its walk turned back, on request."""
    marker = position.marker
    if marker is None:
        earlier, current = way_back(position.generations, position.now), position.origin
        if earlier is None or current is None:
            raise _no_way_back(work)
        strategy = Strategy.RENEW if same_key(earlier.certificate, current.certificate) else Strategy.IN_PLACE
        if strategy is not Strategy.RENEW:
            refuse_own_app(work, work.existing, OTHER_SESSION)
        marker = Marker(strategy, current.number, earlier.number, earlier.certificate, position.now)
    marker = replace(marker, back=True, asked_back=True)
    if not work.wish.dry_run:
        markers.write(work.store, work.slot, marker)
    return replace(position, marker=marker, strategy=marker.strategy)


def _is_due(work: Work, position: Position) -> bool:
    return work.wish.threshold is None or due(position.deployed, work.wish.threshold, position.now)


def _runbook(work: Work, position: Position) -> Rotated:
    values = runbook.CertificateValues(
        **runbook_values(work),
        strategy=position.strategy,
        generation=position.origin.number if position.origin else None,
        certificate=state(position.deployed),
    )
    return replace(_not_due(work, position), status="runbook", runbook="\n".join(runbook.lines(values)))


def _not_due(work: Work, position: Position) -> Rotated:
    origin = position.origin
    words = describe(position.deployed).validity(position.now)
    return replace(
        work.came_to("not-due"),
        strategy=position.strategy,
        before=Held(origin.number if origin else None, state(position.deployed)),
        steps=(words,),
    )


def _require_app(work: Work) -> None:
    where = work.slot.options
    if not needs_key_pair(work.app):
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{work.slot.app} signs no assertions, so it has no certificate to rotate",
            remedy=(f"For its consumer secret: provision rotate secret {where}",),
        )
    if work.existing_or_none is None:
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{work.slot.org} has no app {work.app.name}",
            remedy=(f"Set it up first: provision apply {where}",),
        )
    if work.existing.certificate is None and not work.store.generations(work.slot):
        raise _no_certificate(work)


def _key_missing(work: Work, deployed: x509.Certificate) -> Failed:
    slot = work.slot
    return Failed(
        Code.KEY_MISSING,
        f"No stored private key matches the certificate of {slot.app} in {slot.org}",
        detail=f"The app holds {deployed.subject.rfc4514_string()} (serial {deployed.serial_number:X}). "
        "Without its key there is no way back, and whoever uses the app would be locked out.",
        remedy=(f"Bring the key: provision keys import {slot.options} --key FILE --certificate FILE",),
        context={"org": slot.org, "app": slot.app},
    )


def _no_certificate(work: Work) -> Failed:
    slot = work.slot
    return Failed(
        Code.KEY_MISSING,
        f"{slot.app} in {slot.org} has no certificate, neither in the org nor in the store",
        remedy=(f"provision apply {slot.options} makes the first one",),
    )


def _no_way_back(work: Work) -> Failed:
    slot = work.slot
    return Failed(
        Code.KEY_MISSING,
        f"{slot.app} in {slot.org} has no earlier generation that still has its key and is valid",
        detail="Nothing was changed.",
        remedy=(f"provision keys list {slot.options}",),
    )


def _other_strategy(work: Work, marker: Marker) -> Usage:
    slot = work.slot
    where = slot.options
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A rotation of {slot.app} in {slot.org} by {marker.strategy} is under way since {marker.begun:%Y-%m-%d %H:%M}",
        remedy=(
            f"Finish it: provision rotate cert {where}",
            f"Undo it: provision rotate cert {where} --rollback",
        ),
    )
