"""The steps of changing over to a second app, each leaving a position that can be read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from provision.acts.keys import random_credentials
from provision.keys.generate import certified
from provision.keys.match import same_key
from provision.model.change import FieldChange
from provision.model.held import Material
from provision.model.secret import Secret
from provision.rotate import blue_green_marker as markers
from provision.rotate import blue_green_refusals as refusals
from provision.rotate import second_app, secret_marker
from provision.rotate.blue_green_marker import OldApp
from provision.rotate.blue_green_position import BlueGreenPosition, BlueGreenStep, Change, next_step
from provision.rotate.certificate import stored_pair
from provision.rotate.delivery import Point, certificate_facts, key_secrets, run_hook
from provision.rotate.proving import gives_tokens
from provision.rotate.work import Work
from provision.settings.naming import successor
from provision.store.protocol import Credentials, State
from provision.verify import Witness, prove_all
from provision.wanted import under_name

Act = Callable[[Work, BlueGreenPosition], BlueGreenPosition]


def walk(work: Work, position: BlueGreenPosition, finish: Callable[[Change], None]) -> Change:
    """Go on to the end, forward or back, and return what it was about; `finish` leaves the record."""
    while True:
        step, change = next_step(position), position.change
        if step in {BlueGreenStep.FINISH, BlueGreenStep.FORGET} and change is not None:
            _end(work, change)
            finish(change)
            markers.clear(work.store, work.slot)
            return change
        position = ACTS[step](work, position)


def look(work: Work, change: Change | None) -> BlueGreenPosition:
    """Return the position as org and store have it."""
    if change is None:
        return BlueGreenPosition(None, exists=False, adopted=False, returned=True)
    second_app.observe_both(work, change.previous_name, change.name)
    store, slot = work.store, work.slot
    pair = store.key_pair(slot)
    held = (store.app_name(slot), current_credentials(work), pair.generation if pair else None)
    before = (change.previous_name, change.previous_credentials, change.previous_generation)
    return BlueGreenPosition(
        change,
        exists=change.name in work.observed.apps,
        adopted=held == (change.name, change.credentials, change.generation),
        returned=(held[0] or change.previous_name, *held[1:]) == before,
    )


def current_credentials(work: Work) -> int:
    """Return the generation of the credentials in use; raises `KEY_MISSING`."""
    generations = work.store.credentials_generations(work.slot)
    found = next((one.number for one in generations if one.state is State.CURRENT), None)
    if found is None:
        raise refusals.no_credentials(work)
    return found


def _begin(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    if markers.old_app(work.store, work.slot) is not None:
        raise refusals.old_app_waits(work)
    if secret_marker.read(work.store, work.slot) is not None:
        raise refusals.secret_waits(work)
    name, pair = successor(work.app.name), work.store.key_pair(work.slot)
    if pair is None:
        raise refusals.no_credentials(work)
    second_app.observe_both(work, work.app.name, name)
    if name in work.observed.apps:
        raise refusals.name_taken(work, name)
    second_app.require_creatable(work, name)
    work.confirm(FieldChange("name", work.app.name, name))
    run_hook(work, "pre", {"ROTATION": "certificate", "STRATEGY": "blue-green", "DIRECTION": "forward"}, {})
    now = work.org.site.transport.clock.now()
    change = Change(name, work.app.name, pair.generation, current_credentials(work), now)
    work.say("begin", f"{change.previous_name} works on; {name} is made beside it")
    return _noted(work, position, change)


def _key(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    store, slot, spec, change = work.store, work.slot, work.app.key_spec, _change(position)
    used = stored_pair(work, change.previous_generation).certificate
    staged = (one for one in store.generations(slot) if one.state is State.STAGED)
    left = [one.number for one in staged if not same_key(one.certificate, used)]
    now = work.org.site.transport.clock.now()
    number = (
        left[-1]
        if left
        else store.add_key_pair(slot, certified(store.new_key(slot, spec), spec, slot.app, now), make_current=False)
    )
    stored_pair(work, number)
    work.say("key", f"generation {number} is stored and was read back")
    return _noted(work, position, replace(change, generation=number))


def _credentials(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    store, slot, change = work.store, work.slot, _change(position)
    left = [one.number for one in store.credentials_generations(slot) if one.state is State.STAGED]
    made = replace(random_credentials(), org_id=work.observed.organization.org_id)
    number = left[-1] if left else store.save_credentials(slot, made, make_current=False)
    if _secret(work, number) is None:
        raise refusals.no_credentials(work)
    work.say("credentials", f"credentials generation {number} is stored and was read back")
    return _noted(work, position, replace(change, credentials=number))


def _create(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    change = _change(position)
    pair = stored_pair(work, change.generation or 0)
    second_app.create(work, change.name, pair.certificate, _stored(work, change.credentials or 0))
    return look(work, change)


def _prove(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    """Ask for a token with each grant of the second app."""
    change = _change(position)
    return replace(position, proved=_proved(work, change.name, change.generation or 0, change.credentials or 0))


def _prove_first(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    """Ask for a token with each grant of the first app; where it gives none, the second one stays, if it works."""
    change = _change(position)
    if first_works(work, change):
        return replace(position, first_proved=True)
    if not _proved(work, change.name, change.generation or 0, change.credentials or 0):
        raise refusals.neither_works(work, change)
    work.say("turn-forward", f"{change.previous_name} is gone or gives no token; {change.name} stays the app in use")
    return replace(_noted(work, position, replace(change, back=False, asked_back=False)), proved=True)


def first_works(work: Work, change: Change) -> bool:
    """Return whether the first app is there and gives a token with each grant by the propagation deadline."""
    return change.previous_name in work.observed.apps and _proved(
        work, change.previous_name, change.previous_generation, change.previous_credentials
    )


def _proved(work: Work, name: str, generation: int, credentials: int) -> bool:
    held = _stored(work, credentials)
    material = Material(held.consumer_key, held.consumer_secret, stored_pair(work, generation))
    app = under_name(work.app, name)
    witness = Witness(work.org.site, work.org, work.observed)
    options = replace(work.wish.proof, negative=False)
    wanted = replace(work.desired, apps=(app,))
    work.results = prove_all(witness, wanted, {app.key: material}, options, work.listen)
    proved = gives_tokens(work.results)
    work.say("prove", f"{name} {'gives a token with each grant' if proved else 'gives no token with some grant'}")
    return proved


def _turn_back(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    work.say("turn-back", "the second app is given up; the first one works on")
    return _noted(work, position, replace(_change(position), back=True))


def _deliver(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    change = _change(position)
    declared = work.app.rotation.deploy is not None
    work.confirm(FieldChange("name", change.previous_name, change.name))
    _hook(work, "deploy", change)
    how = "by the deploy hook" if declared else "left to you: both apps work until the first one is retired"
    work.say("deliver", how)
    return _noted(work, position, replace(change, delivered=how))


def _adopt(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    change = _change(position)
    _take(work, change.name, change.generation or 0, change.credentials or 0)
    work.say("adopt", f"{change.name} is the app that all commands are about from now on")
    return replace(position, adopted=True, returned=False)


def _return(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    change = _change(position)
    _take(work, change.previous_name, change.previous_generation, change.previous_credentials)
    work.say("return", f"{change.previous_name} is the app that all commands are about again")
    return replace(position, adopted=False, returned=True)


def _take(work: Work, name: str, generation: int, credentials: int) -> None:
    work.store.use_generation(work.slot, generation)
    work.store.use_credentials(work.slot, credentials)
    work.store.use_app_name(work.slot, name)


def _delete(work: Work, position: BlueGreenPosition) -> BlueGreenPosition:
    change = _change(position)
    second_app.delete(work, work.observed.apps[change.name])
    return replace(look(work, change), proved=position.proved, first_proved=position.first_proved)


def _end(work: Work, change: Change) -> None:
    """Forward: remember the first app, to be retired one day. Back: delete what nobody can use any more."""
    store, slot = work.store, work.slot
    if not change.back:
        _hook(work, "post", change)
        now = work.org.site.transport.clock.now()
        old = OldApp(
            change.previous_name, change.previous_generation, change.previous_credentials, now, change.begun, now
        )
        markers.keep_old_app(store, slot, old)
        return
    if change.generation is not None:
        store.retire_generation(slot, change.generation)
    if change.credentials is not None:
        store.retire_credentials(slot, change.credentials)
    store.clear(slot, markers.OLD_APP)
    work.say("forget", "key and secret of the second app are deleted")


ACTS: Mapping[BlueGreenStep, Act] = {
    BlueGreenStep.BEGIN: _begin,
    BlueGreenStep.KEY: _key,
    BlueGreenStep.CREDENTIALS: _credentials,
    BlueGreenStep.CREATE: _create,
    BlueGreenStep.PROVE: _prove,
    BlueGreenStep.TURN_BACK: _turn_back,
    BlueGreenStep.DELIVER: _deliver,
    BlueGreenStep.ADOPT: _adopt,
    BlueGreenStep.PROVE_FIRST: _prove_first,
    BlueGreenStep.RETURN: _return,
    BlueGreenStep.DELETE: _delete,
}


def _hook(work: Work, point: Point, change: Change) -> None:
    pair, held = stored_pair(work, change.generation or 0), _stored(work, change.credentials or 0)
    facts = {
        "ROTATION": "certificate",
        "STRATEGY": "blue-green",
        "DIRECTION": "forward",
        "APP_NAME": change.name,
        "CONSUMER_KEY": held.consumer_key,
        **certificate_facts(pair),
    }
    secrets: dict[str, Secret] = {}
    if point == "deploy":
        secrets = {} if held.consumer_secret is None else {"consumer_secret": held.consumer_secret}
        secrets |= key_secrets(work, pair)
    run_hook(work, point, facts, secrets)


def _stored(work: Work, number: int) -> Credentials:
    found = (one for one in work.store.credentials_generations(work.slot) if one.number == number)
    return next(one.credentials for one in found)


def _secret(work: Work, number: int) -> Secret | None:
    return _stored(work, number).consumer_secret


def _change(position: BlueGreenPosition) -> Change:
    if position.change is None:
        message = "no step after `begin` comes without a marker"
        raise AssertionError(message)
    return position.change


def _noted(work: Work, position: BlueGreenPosition, change: Change) -> BlueGreenPosition:
    markers.write(work.store, work.slot, change)
    return replace(position, change=change)
