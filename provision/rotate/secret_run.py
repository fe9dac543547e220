"""Rotations of consumer secrets in all apps and orgs of a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from provision.acts.secret_access import secrets_readable
from provision.apps.kinds import kind_of
from provision.errors import Code, Failed, ProvisionError, Usage
from provision.fleet import Call
from provision.model.change import FieldChange
from provision.model.desired import App, GrantType
from provision.model.event import Listener
from provision.org.oauth_apps import Consumer
from provision.rotate import secret_marker as markers
from provision.rotate import secret_runbook
from provision.rotate.every import OTHER_APP, Asked, refuse_own_app, rotate_all
from provision.rotate.outcome import runbook_values
from provision.rotate.result import Rotated
from provision.rotate.secret import Duty, look, walk
from provision.rotate.secret_outcome import rotated
from provision.rotate.secret_position import SecretMarker, SecretPosition
from provision.rotate.secret_refusals import rolled_back
from provision.rotate.work import Wish, Work
from provision.store.protocol import State, Store

SAME_RUN = timedelta(minutes=5)
"""Until when a command without `--delivered` is taken for a repetition of the one that rotated the secret."""


def rotate_secrets(call: Call, store: Store, wish: Wish, listen: Listener) -> tuple[Rotated, ...]:
    """Rotate the consumer secrets of what `call` chose; a failure of one does not stop the others."""
    return rotate_all(call, store, Asked(wish, listen, "secret", _rotate, _has_secret))


def _has_secret(app: App) -> bool:
    return GrantType.CLIENT_CREDENTIALS in app.grants


def _rotate(work: Work) -> Rotated:
    _require_app(work)
    if work.wish.runbook:
        return _runbook(work)
    refuse_own_app(work, work.existing, OTHER_APP)
    if work.wish.dry_run:
        return _planned(work)
    work.confirm(FieldChange("consumerKey", work.existing.consumer_key, "(another one)"))
    with secrets_readable(work.org, work.store, work.slot, work.listen):
        duty = Duty(work, _consumer(work))
        marker = markers.read(work.store, work.slot)
        position = look(duty, marker)
        if work.wish.retire:
            return _retired(duty, position)
        end = None if work.wish.back else _just_ended(work, position)
        if end is not None:
            return _unchanged(work, end)
        if work.wish.back:
            position = _turned(duty, position)
            if position.marker is None:
                return replace(work.came_to("rolled-back", "secret"), steps=tuple(work.done))
        ended = walk(duty, position)
    result = rotated(work, ended)
    return replace(result, error=rolled_back(work)) if ended.back and not ended.asked_back else result


def _runbook(work: Work) -> Rotated:
    values = secret_runbook.SecretValues(**runbook_values(work), grants=tuple(sorted(work.app.grants)))
    return replace(work.came_to("runbook", "secret"), runbook="\n".join(secret_runbook.lines(values)))


def _just_ended(work: Work, position: SecretPosition) -> markers.Ended | None:
    """Return the rotation of which this command is a repetition: it may have been cut off before it could tell.

    That is so where `--delivered` names the pair in use, else for a few minutes alone: after that, whoever runs the
    command wants another pair, since this one has leaked, and must not be told that all is well.
    """
    end = markers.ended(work.store, work.slot)
    if end is None or position.marker is not None or position.staged_state != "rotated":
        return None
    if end.consumer_key != position.current_key:
        return None
    if work.wish.delivered is None:
        age = work.org.site.transport.clock.now() - end.at
        return end if timedelta(0) <= age < SAME_RUN else None
    same = any(one.number == work.wish.delivered and one.state is State.CURRENT for one in position.stored)
    return end if same else None


def _unchanged(work: Work, end: markers.Ended) -> Rotated:
    command = f"provision rotate secret {work.slot.options}"
    return replace(
        work.came_to("unchanged", "secret"),
        steps=(f"the pair in use is so since the last rotation, {end.at:%Y-%m-%d %H:%M} UTC",),
        advice=(f"For another pair, revoke the earlier one: {command} --retire", f"Then rotate again: {command}"),
    )


def _turned(duty: Duty, position: SecretPosition) -> SecretPosition:
    """Return the position with its walk turned back, on request; deletes a pair that others left staged."""
    work, marker = duty.work, position.marker
    if position.promoted or position.staged_state == "rotated":
        raise _cannot_go_back(work)
    if marker is not None:
        marker = replace(marker, back=True, asked_back=True)
        markers.write(work.store, work.slot, marker)
        return replace(position, marker=marker)
    staged = work.org.oauth_apps.staged(duty.consumer)
    if staged is None:
        raise _nothing_to_undo(work)
    work.org.oauth_apps.delete_staged(duty.consumer, staged.id)
    work.say("unstage", "the pair that was left staged is deleted")
    return position


def _retired(duty: Duty, position: SecretPosition) -> Rotated:
    """Revoke the pair before the present one; the present one has to be the stored one."""
    work = duty.work
    if position.marker is not None:
        raise _under_way(work, position.marker)
    current = work.store.credentials(work.slot)
    if current is None or current.consumer_key != position.current_key:
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"The stored credentials of {work.slot.app} are not those that {work.slot.org} has as the first pair",
            detail="Nothing was revoked: it could be the pair that is in use.",
            remedy=(f"provision keys secret {work.slot.options}",),
        )
    staged = work.org.oauth_apps.staged(duty.consumer)
    if staged is not None and staged.state == "rotated":
        work.org.oauth_apps.delete_staged(duty.consumer, staged.id)
        work.say("retire", "the earlier pair is revoked")
    for one in position.stored:
        if one.state is State.ARCHIVED and one.credentials.consumer_secret is not None:
            work.store.retire_credentials(work.slot, one.number)
            work.say("retire", f"the secret of credentials generation {one.number} is deleted")
    markers.clear_ended(work.store, work.slot)
    return replace(work.came_to("retired", "secret"), steps=tuple(work.done) or ("there was nothing to retire",))


def _planned(work: Work) -> Rotated:
    steps = (
        "stage: let the org make a second pair of consumer key and secret, valid for thirty days beside the first",
        "keep: store it and read it back",
        "prove: get a token with it for each grant",
        "deliver: hand it to consumers",
        "promote: make it the first pair; the earlier one works on for up to thirty days",
        "prove: get a token again, make it the current one, leave the record",
    )
    advice: tuple[str, ...] = (
        "The consumer key changes, too: whoever uses either grant of the app needs the new pair",
    )
    if len(work.app.grants) > 1:
        advice += ("Or split the app in two, one for each grant, so that each is rotated alone",)
    return replace(work.came_to("planned", "secret"), steps=steps, advice=advice)


def _consumer(work: Work) -> Consumer:
    app = work.org.oauth_apps.find(work.existing.name)
    consumers = work.org.oauth_apps.consumers(app.id) if app is not None else ()
    if len(consumers) != 1:
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{work.slot.org} lists {len(consumers)} consumers of {work.existing.name} among its OAuth apps, not one",
            detail="Nothing was changed.",
            remedy=(f"provision verify {work.slot.options}",),
        )
    return consumers[0]


def _require_app(work: Work) -> None:
    slot = work.slot
    where = slot.options
    if work.existing_or_none is None:
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{slot.org} has no app {work.app.name}",
            remedy=(f"Set it up first: provision apply {where}",),
        )
    kind = kind_of(work.existing.kind)
    if not kind.SECRET_IS_READABLE:
        raise Failed(
            Code.ROTATION_NOT_POSSIBLE,
            f"{work.existing.name} is {kind.ONE}, whose secret Salesforce lets nobody rotate by an API",
            detail="Nothing was changed.",
            remedy=(
                "In Setup: App Manager → Manage Consumer Details → Generate, hand the staged pair out, then Apply",
                f"Afterwards store the new pair: provision keys secret {where} --secret - --consumer-key KEY",
                "Or make it an External Client App, whose secret can be rotated from here",
            ),
        )


def _under_way(work: Work, marker: SecretMarker) -> ProvisionError:
    slot = work.slot
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A rotation of the secret of {slot.app} in {slot.org} is under way since {marker.begun:%Y-%m-%d %H:%M}",
        remedy=(
            f"Finish it: provision rotate secret {slot.options}",
            f"Or undo it: provision rotate secret {slot.options} --rollback",
        ),
    )


def _cannot_go_back(work: Work) -> ProvisionError:
    slot = work.slot
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"The new pair of {slot.app} in {slot.org} is the first one already, and that cannot be undone",
        detail="The earlier pair works on for up to thirty days, so that consumers have time.",
        remedy=(f"Rotate again: provision rotate secret {slot.options}",),
    )


def _nothing_to_undo(work: Work) -> ProvisionError:
    slot = work.slot
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"{slot.app} in {slot.org} has no staged pair and no rotation under way: there is nothing to undo",
        remedy=(f"provision rotate secret {slot.options} --dry-run",),
    )
