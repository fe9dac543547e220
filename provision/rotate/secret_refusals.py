"""What stops the rotation of a secret, in words."""

from __future__ import annotations

from provision.errors import Code, Failed, Pending, ProvisionError
from provision.model.check import CheckStatus
from provision.model.desired import GrantType
from provision.rotate.secret_position import SecretMarker
from provision.rotate.work import Work


def waiting(work: Work, marker: SecretMarker) -> Pending:
    """Return what stops a rotation until somebody has handed out the new pair."""
    slot, number = work.slot, marker.generation
    both = GrantType.JWT_BEARER in work.app.grants and GrantType.CLIENT_CREDENTIALS in work.app.grants
    who = "Consumers of both grants need it: assertions carry the consumer key as `iss`." if both else ""
    return Pending(
        Code.ROTATION_WAITING,
        f"The new pair of {slot.app} in {slot.org} is stored and waits to be handed out",
        detail=f"It is credentials generation {number}. Both pairs work, this one for thirty days. {who}".rstrip(),
        remedy=(
            f"Fetch it: provision export {slot.options} --staged --to dotenv:{slot.app}-{number}.env",
            f"Hand it out, then: provision rotate secret {slot.options} --delivered {number}",
            "Or let a program do that: apps.<app>.rotation.deploy",
            f"Or give it up: provision rotate secret {slot.options} --rollback",
        ),
        context={"org": slot.org, "app": slot.app, "generation": number},
    )


def slot_taken(work: Work, state: str) -> ProvisionError:
    """Return the error for an app that has a second pair already."""
    slot = work.slot
    where = slot.options
    remedy: tuple[str, ...]
    if state == "rotated":
        summary = f"The pair before the present one of {slot.app} in {slot.org} still works, and there is one slot"
        command = f"provision rotate secret {where}"
        remedy = (
            f"When nobody uses it any more, or the present one has leaked, revoke it: {command} --retire",
            f"Then rotate: {command}",
        )
    else:
        summary = f"{slot.app} in {slot.org} has a staged pair already, which this store knows nothing of"
        remedy = (f"Where it was abandoned, delete it: provision rotate secret {where} --rollback",)
    return Failed(Code.ROTATION_UNDER_WAY, summary, detail="Nothing was changed.", remedy=remedy)


def other_pair(work: Work) -> ProvisionError:
    """Return the error for an app whose first pair is neither of those that the rotation is about."""
    slot = work.slot
    return Failed(
        Code.ROTATION_UNDER_WAY,
        f"{slot.app} in {slot.org} has a consumer key that the rotation under way is not about",
        detail="Somebody else rotated it meanwhile. It was left as it is.",
        remedy=(f"Store the pair in use: provision keys secret {slot.options}",),
    )


def not_kept(work: Work, number: int) -> ProvisionError:
    """Return the error for credentials that the store does not give back."""
    return Failed(
        Code.STORE_CORRUPT,
        f"Credentials generation {number} of {work.slot.app} in {work.slot.org} does not hold what was stored",
        detail="The pair in use goes on working.",
        remedy=(f"Undo the rotation: provision rotate secret {work.slot.options} --rollback",),
    )


def unproved(work: Work) -> ProvisionError:
    """Return the error for a promoted pair that does not get every token."""
    slot = work.slot
    checks = [check for result in work.results for check in result.checks if check.status is CheckStatus.FAILED]
    return Failed(
        Code.ROTATION_UNPROVED,
        f"The new pair of {slot.app} in {slot.org} is the first one, but does not get every token",
        detail="\n".join([f"{one.check}: {one.detail}" for one in checks] + ["The earlier pair works on for now."]),
        remedy=(f"Run it again, it goes on from here: provision rotate secret {slot.options}",),
    )


def rolled_back(work: Work) -> ProvisionError:
    """Return the error of a rotation that was undone by itself."""
    return Failed(
        Code.ROTATION_ROLLED_BACK,
        f"The staged pair of {work.slot.app} in {work.slot.org} was given up; the pair in use goes on working",
        detail="\n".join(work.done[-4:]),
        remedy=(f"provision verify {work.slot.options}",),
    )
