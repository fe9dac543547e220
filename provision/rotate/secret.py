"""The steps of replacing consumer key and secret by staged ones, each leaving a position that can be read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from provision.errors import Code, Failed, Refused
from provision.keys.certificate import parse_certificate
from provision.model.change import FieldChange
from provision.model.desired import GrantType
from provision.model.held import Material
from provision.model.keys import KeyPair
from provision.model.secret import Secret
from provision.observe import observe
from provision.org.oauth_apps import Consumer, StagedPair
from provision.rotate import secret_marker as markers
from provision.rotate import secret_refusals as refusals
from provision.rotate.delivery import Point, certificate_facts, key_secrets, run_hook
from provision.rotate.proving import gives_tokens
from provision.rotate.record import leave
from provision.rotate.secret_outcome import rotated
from provision.rotate.secret_position import SecretMarker, SecretPosition, SecretStep, next_step
from provision.rotate.work import Work
from provision.store.protocol import Credentials, CredentialsGeneration, State
from provision.verify import Witness, prove_all


@dataclass(frozen=True)
class Duty:
    """A rotation of one consumer's credentials."""

    work: Work
    consumer: Consumer


Act = Callable[[Duty, SecretPosition], SecretPosition]


def walk(duty: Duty, position: SecretPosition) -> SecretMarker:
    """Go on to the end of the rotation, or of its undoing, and return what it was about.

    Raises `Pending` (ROTATION_WAITING) where somebody has to hand out the new pair first, and whatever stopped it; the
    next run goes on from there. Secrets must be readable in the org meanwhile.
    """
    while (step := next_step(position)) is not None:
        if position.stray:
            raise refusals.other_pair(duty.work)
        marker = position.marker
        position = ACTS[step](duty, position)
        if step is SecretStep.FINISH and marker is not None:
            return marker
    raise refusals.unproved(duty.work)


def look(duty: Duty, marker: SecretMarker | None) -> SecretPosition:
    """Return the position as org and store have it."""
    current = duty.work.org.oauth_apps.current(duty.consumer)
    staged = duty.work.org.oauth_apps.staged(duty.consumer)
    return SecretPosition(
        current.consumer_key,
        staged.consumer_key if staged else None,
        staged.state if staged else None,
        duty.work.store.credentials_generations(duty.work.slot),
        marker,
    )


def _begin(duty: Duty, position: SecretPosition) -> SecretPosition:
    if position.staged_state is not None:
        raise refusals.slot_taken(duty.work, position.staged_state)
    duty.work.confirm(FieldChange("consumerKey", position.current_key, "(another one)"))
    run_hook(duty.work, "pre", {"ROTATION": "secret", "DIRECTION": "forward"}, {})
    marker = SecretMarker(position.current_key, duty.work.org.site.transport.clock.now())
    duty.work.say("begin", f"the pair with consumer key {_short(position.current_key)} is in use")
    return _noted(duty.work, position, marker)


def _stage(duty: Duty, position: SecretPosition) -> SecretPosition:
    made = duty.work.org.oauth_apps.stage(duty.consumer)
    duty.work.say(
        "stage", f"the org made a second pair, consumer key {_short(made.consumer_key)}, valid until {made.expires}"
    )
    return replace(position, staged_key=made.consumer_key, staged_state=made.state)


def _keep(duty: Duty, position: SecretPosition) -> SecretPosition:
    pair = _staged(duty)
    known = next((one for one in position.stored if one.credentials.consumer_key == pair.consumer_key), None)
    org_id, kind = duty.work.observed.organization.org_id, duty.work.existing.kind
    credentials = Credentials(pair.consumer_key or "", pair.consumer_secret, org_id, kind)
    number = (
        known.number if known else duty.work.store.save_credentials(duty.work.slot, credentials, make_current=False)
    )
    stored = duty.work.store.credentials_generations(duty.work.slot)
    if _secret_of(stored, number) != pair.consumer_secret:
        raise refusals.not_kept(duty.work, number)
    duty.work.say("keep", f"the new pair is stored as credentials generation {number} and was read back")
    marker = replace(_marker(position), generation=number, consumer_key=pair.consumer_key)
    return replace(_noted(duty.work, position, marker), stored=stored)


def _prove_staged(duty: Duty, position: SecretPosition) -> SecretPosition:
    return replace(position, staged_proved=_proved(duty.work, position))


def _deliver(duty: Duty, position: SecretPosition) -> SecretPosition:
    marker = _marker(position)
    if duty.work.app.rotation.deploy is not None:
        _hook(duty.work, "deploy", position)
        how = "by the deploy hook"
    elif duty.work.wish.delivered is not None and duty.work.wish.delivered == marker.generation:
        how = "confirmed by whoever ran the command"
    else:
        raise refusals.waiting(duty.work, marker)
    duty.work.say("deliver", how)
    return _noted(duty.work, position, replace(marker, delivered=how))


def _promote(duty: Duty, position: SecretPosition) -> SecretPosition:
    """Make the pair the first one; a refusal turns the walk back, so that the staged pair is cleaned up."""
    try:
        duty.work.org.oauth_apps.promote(duty.consumer, _staged(duty).id)
    except Refused as problem:
        duty.work.say("promote", f"refused: {problem.detail or problem.summary}")
        return _turn_back(duty, position)
    duty.work.say("promote", "the new pair is the first one; the earlier one works on for up to thirty days")
    return look(duty, position.marker)


def _prove(duty: Duty, position: SecretPosition) -> SecretPosition:
    duty.work.observed = observe(duty.work.org, duty.work.desired, duty.work.org.site.transport.clock.now())
    return replace(position, proved=_proved(duty.work, position))


def _adopt(duty: Duty, position: SecretPosition) -> SecretPosition:
    number = _marker(position).generation or 0
    duty.work.store.use_credentials(duty.work.slot, number)
    duty.work.say("adopt", f"credentials generation {number} is the current one")
    return replace(position, stored=duty.work.store.credentials_generations(duty.work.slot))


def _finish(duty: Duty, position: SecretPosition) -> SecretPosition:
    marker = _marker(position)
    if marker.back and marker.generation is not None:
        duty.work.store.retire_credentials(duty.work.slot, marker.generation)
        duty.work.say("finish", f"the secret of credentials generation {marker.generation} is deleted")
    if not marker.back:
        _hook(duty.work, "post", position)
        end = markers.Ended(marker.consumer_key or "", duty.work.org.site.transport.clock.now())
        markers.keep_ended(duty.work.store, duty.work.slot, end)
    duty.work.record = leave(duty.work.store, duty.work.slot, rotated(duty.work, marker))
    markers.clear(duty.work.store, duty.work.slot)
    return replace(position, marker=None)


def _turn_back(duty: Duty, position: SecretPosition) -> SecretPosition:
    duty.work.say("turn-back", "the staged pair is given up; the pair in use goes on working")
    return _noted(duty.work, position, replace(_marker(position), back=True))


def _unstage(duty: Duty, position: SecretPosition) -> SecretPosition:
    staged = duty.work.org.oauth_apps.staged(duty.consumer)
    if staged is not None and staged.state != "rotated":
        duty.work.org.oauth_apps.delete_staged(duty.consumer, staged.id)
        duty.work.say("unstage", f"the staged pair with consumer key {_short(staged.consumer_key)} is deleted")
    return look(duty, position.marker)


ACTS: Mapping[SecretStep, Act] = {
    SecretStep.BEGIN: _begin,
    SecretStep.STAGE: _stage,
    SecretStep.KEEP: _keep,
    SecretStep.PROVE_STAGED: _prove_staged,
    SecretStep.DELIVER: _deliver,
    SecretStep.PROMOTE: _promote,
    SecretStep.PROVE: _prove,
    SecretStep.ADOPT: _adopt,
    SecretStep.FINISH: _finish,
    SecretStep.TURN_BACK: _turn_back,
    SecretStep.UNSTAGE: _unstage,
}


def _proved(work: Work, position: SecretPosition) -> bool:
    """Return whether every grant of the app gets a token with the new pair by the propagation deadline."""
    marker = _marker(position)
    secret = _secret_of(position.stored, marker.generation)
    material = Material(marker.consumer_key, secret, _key_pair(work))
    options = replace(work.wish.proof, negative=False)
    witness = Witness(work.org.site, work.org, work.observed)
    work.results = prove_all(witness, work.desired, {work.app.key: material}, options, work.listen)
    good = gives_tokens(work.results)
    work.say("prove", f"the new pair gets {'a token with each grant' if good else 'no token with some grant'}")
    return good


def _key_pair(work: Work) -> KeyPair | None:
    """Return who signs for the app: its certificate stays, while `iss` becomes the new consumer key."""
    if GrantType.JWT_BEARER not in work.app.grants:
        return None
    held = work.existing.certificate
    return work.store.key_pair_for(work.slot, parse_certificate(held)) if held else work.store.key_pair(work.slot)


def _hook(work: Work, point: Point, position: SecretPosition) -> None:
    marker, pair = _marker(position), _key_pair(work)
    facts = {"ROTATION": "secret", "DIRECTION": "forward", "CONSUMER_KEY": marker.consumer_key or ""}
    facts |= {"PREVIOUS_CONSUMER_KEY": marker.previous_key, "CREDENTIALS_GENERATION": str(marker.generation)}
    secrets: dict[str, Secret] = {}
    if pair is not None:
        facts |= certificate_facts(pair)
    if point == "deploy":
        secret = _secret_of(position.stored, marker.generation)
        secrets = {} if secret is None else {"consumer_secret": secret}
        secrets |= key_secrets(work, pair) if pair is not None else {}
    run_hook(work, point, facts, secrets)


def _staged(duty: Duty) -> StagedPair:
    work = duty.work
    staged = work.org.oauth_apps.staged(duty.consumer)
    if staged is None or staged.consumer_secret is None:
        raise Failed(
            Code.ROTATION_UNDER_WAY,
            f"The staged pair of {work.slot.app} in {work.slot.org} is gone",
            detail="Somebody else deleted or promoted it meanwhile.",
            remedy=("Run the command again: it looks how the org has it now",),
        )
    return staged


def _secret_of(stored: tuple[CredentialsGeneration, ...], number: int | None) -> Secret | None:
    found = (one for one in stored if one.number == number and one.state is not State.RETIRED)
    return next((one.credentials.consumer_secret for one in found), None)


def _marker(position: SecretPosition) -> SecretMarker:
    if position.marker is None:
        message = "no step after `begin` comes without a marker"
        raise AssertionError(message)
    return position.marker


def _noted(work: Work, position: SecretPosition, marker: SecretMarker) -> SecretPosition:
    markers.write(work.store, work.slot, marker)
    return replace(position, marker=marker)


def _short(consumer_key: str | None) -> str:
    return f"{(consumer_key or 'unknown')[:16]}…"
