"""The steps of replacing a certificate, each done once and leaving a position that can be read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cryptography import x509

from provision.errors import Bug, Code, Failed, Pending
from provision.keys.certificate import fingerprint_sha256, parse_certificate
from provision.keys.delegate import DelegatedKey
from provision.keys.generate import certified
from provision.keys.issue import issue
from provision.model.keys import KeyPair
from provision.model.rotation import Strategy
from provision.observe import observe
from provision.rotate import marker as markers
from provision.rotate import proving
from provision.rotate.delivery import hand_over
from provision.rotate.deploying import confirm_switch, put_on_app
from provision.rotate.outcome import rotated
from provision.rotate.position import Marker, Position, Step, next_step
from provision.rotate.record import leave
from provision.rotate.work import Work

Act = Callable[[Work, Position], Position]


def walk(work: Work, position: Position) -> Position:
    """Go on to the end of the rotation, or of its undoing, and return where it ended.

    Raises `Pending` (ROTATION_WAITING) where somebody has to hand out the new key first, and whatever stopped it; the
    next run goes on from there.
    """
    while (step := next_step(position)) is not None:
        position = ACTS[step](work, position)
        if step is Step.FINISH:
            return position
    raise proving.stuck(work, position)


def look_again(work: Work, position: Position) -> Position:
    """Return the position as org and store have it now; an app that shows no certificate holds what it did."""
    work.observed = observe(work.org, work.desired, work.org.site.transport.clock.now())
    held = work.existing.certificate
    deployed = parse_certificate(held) if held else position.deployed
    return replace(position, deployed=deployed, generations=work.store.generations(work.slot))


def _stage(work: Work, position: Position) -> Position:
    if position.marker is not None:
        raise proving.way_is_gone(work, position)
    now, spec, name = work.org.site.transport.clock.now(), work.app.key_spec, work.slot.app
    store, slot, origin = work.store, work.slot, position.origin
    if position.strategy is Strategy.RENEW and origin is not None:
        pair = stored_pair(work, origin.number)
        renewed = issue(DelegatedKey(pair.signer), spec.subject or name, now, spec.days)
        number = store.add_certificate(slot, origin.number, renewed, make_current=False)
    else:
        number = store.add_key_pair(slot, certified(store.new_key(slot, spec), spec, name, now), make_current=False)
    pair = stored_pair(work, number)
    work.say("stage", f"generation {number} is stored and was read back, SHA-256 {_short(pair.certificate)}")
    staged = replace(position, generations=work.store.generations(work.slot), now=now)
    if staged.target is None:
        raise Bug(
            Code.BUG, f"Generation {number} was staged and is not taken", detail="Nothing was changed in the org."
        )
    return staged


def _begin(work: Work, position: Position) -> Position:
    target, origin = position.target, position.origin
    if target is None or origin is None:
        raise proving.way_is_gone(work, position)
    proving.require_successor(work, position, target.certificate)
    proving.prove_old(work, stored_pair(work, origin.number))
    put_on_app(work, target.certificate, check_only=True)
    confirm_switch(work, target.certificate)
    marker = Marker(position.strategy, target.number, origin.number, position.deployed, position.now)
    hand_over(work, marker, "pre", stored_pair(work, target.number))
    markers.write(work.store, work.slot, marker)
    return replace(position, marker=marker)


def _deliver(work: Work, position: Position) -> Position:
    marker = _marker(position)
    confirm_switch(work, stored_pair(work, marker.generation).certificate)
    how = _delivery(work, marker, stored_pair(work, marker.generation))
    work.say("deliver", how)
    return _noted(work, position, replace(marker, delivered=how))


def _delivery(work: Work, marker: Marker, pair: KeyPair) -> str:
    if work.app.rotation.deploy is not None:
        hand_over(work, marker, "deploy", pair)
        return "by the deploy hook"
    if marker.strategy is Strategy.RENEW:
        return "not needed: the key pair stays"
    if work.wish.delivered == marker.generation:
        return "confirmed by whoever ran the command"
    if work.wish.accept_outage:
        return "not done: an outage was accepted"
    raise _waiting(work, marker)


def _switch(work: Work, position: Position) -> Position:
    position = look_again(work, position)
    wanted = position.target_certificate
    if wanted is None or position.stray:
        raise proving.other_certificate(work, position)
    if position.deployed != wanted:
        put_on_app(work, wanted, check_only=False)
        work.say("switch", f"{work.existing.name} was given the certificate with SHA-256 {_short(wanted)}")
        position = look_again(work, replace(position, deployed=wanted))
    if position.deployed != wanted:
        raise proving.other_certificate(work, position)
    return replace(position, proved=None)


def _prove(work: Work, position: Position) -> Position:
    target, certificate = position.target, position.target_certificate
    if target is None or certificate is None:
        raise proving.way_is_gone(work, position)
    pair = replace(stored_pair(work, target.number), certificate=certificate)
    proved = proving.prove(work, pair)
    work.say("prove", f"generation {target.number} gets {'a' if proved else 'no'} token")
    return replace(position, proved=proved)


def _turn_back(work: Work, position: Position) -> Position:
    work.say("turn-back", "the new key gets no token; the earlier certificate goes back onto the app")
    return replace(_noted(work, position, replace(_marker(position), back=True)), proved=None)


def _adopt(work: Work, position: Position) -> Position:
    target = position.target
    if target is None:
        raise proving.way_is_gone(work, position)
    work.store.use_generation(work.slot, target.number)
    work.say("adopt", f"generation {target.number} is the current one")
    return replace(position, generations=work.store.generations(work.slot))


def _finish(work: Work, position: Position) -> Position:
    """Run the last hook and forget the marker; a generation that was rolled back on request is not kept."""
    marker = _marker(position)
    target = marker.previous if marker.back else marker.generation
    hand_over(work, marker, "post", stored_pair(work, target))
    if marker.back and marker.asked_back and marker.generation != marker.previous:
        work.store.retire_generation(work.slot, marker.generation)
        work.say("finish", f"the private key of generation {marker.generation} is deleted")
    work.ended = marker
    work.record = leave(work.store, work.slot, rotated(work, marker))
    markers.clear(work.store, work.slot)
    return replace(position, generations=work.store.generations(work.slot))


ACTS: Mapping[Step, Act] = {
    Step.STAGE: _stage,
    Step.BEGIN: _begin,
    Step.DELIVER: _deliver,
    Step.SWITCH: _switch,
    Step.PROVE: _prove,
    Step.TURN_BACK: _turn_back,
    Step.ADOPT: _adopt,
    Step.FINISH: _finish,
}


def stored_pair(work: Work, number: int) -> KeyPair:
    """Return a stored key pair, which has just proved to sign for its certificate; raises `KEY_MISSING`."""
    pair = work.store.key_pair(work.slot, number)
    if pair is None:
        raise Failed(
            Code.KEY_MISSING,
            f"The private key of generation {number} of {work.slot.app} in {work.slot.org} is not stored (any more)",
            detail="The app was left as it is.",
            remedy=(f"provision keys list {work.slot.options}",),
        )
    return pair


def _marker(position: Position) -> Marker:
    if position.marker is None:
        message = "no step after `begin` comes without a marker"
        raise AssertionError(message)
    return position.marker


def _noted(work: Work, position: Position, marker: Marker) -> Position:
    markers.write(work.store, work.slot, marker)
    return replace(position, marker=marker)


def _short(certificate: x509.Certificate) -> str:
    return f"{fingerprint_sha256(certificate)[:23]}…"


def _waiting(work: Work, marker: Marker) -> Pending:
    slot, number = work.slot, marker.generation
    command = f"provision rotate cert {slot.options}"
    words = f"Fetch it: provision export {slot.options} --staged --to dotenv:{slot.app}-{number}.env"
    fetch = (words,) if work.store.private_key_pem(slot, number) is not None else ()
    return Pending(
        Code.ROTATION_WAITING,
        f"The new key of {slot.app} in {slot.org} is stored as generation {number} and waits to be handed out",
        detail=f"The app still holds the earlier certificate; nothing changed for consumers.\n"
        f"The new key: {work.store.whereabouts(slot, number)}",
        remedy=(
            *fetch,
            f"Hand it out, then: {command} --delivered {number}",
            "Or let a program do that: apps.<app>.rotation.deploy",
            f"Or switch at once, and consumers are refused until they have it: {command} --accept-outage",
        ),
        context={"org": slot.org, "app": slot.app, "generation": number},
    )
