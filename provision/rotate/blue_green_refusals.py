"""What stops the change to a second app, in words."""

from __future__ import annotations

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.rotate.blue_green_position import Change
from provision.rotate.work import Work


def no_credentials(work: Work) -> ProvisionError:
    """Return the error for a store that lacks what the app in use needs."""
    return Failed(
        Code.KEY_MISSING,
        f"The store has no current key pair and credentials of {work.slot.app} in {work.slot.org}",
        remedy=(f"provision keys list {work.slot.options}",),
    )


def old_app_waits(work: Work) -> ProvisionError:
    """Return the error for a change that begins before the last one is over."""
    where = work.slot.options
    return Failed(
        Code.ROTATION_UNDER_WAY,
        f"The app before the present one of {work.slot.app} in {work.slot.org} is not retired yet",
        detail="Nothing was changed.",
        remedy=(f"When nobody uses it any more: provision rotate cert {where} --retire --confirm {work.slot.app}",),
    )


def secret_waits(work: Work) -> ProvisionError:
    """Return the error for an app whose secret is being rotated."""
    where = work.slot.options
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A rotation of the secret of {work.slot.app} in {work.slot.org} is under way",
        detail="Nothing was changed.",
        remedy=(
            f"Finish it: provision rotate secret {where}",
            f"Or undo it: provision rotate secret {where} --rollback",
        ),
    )


def no_way_back(work: Work, change: Change) -> ProvisionError:
    """Return the error for a first app that gives no token: the second one is the only way in then."""
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"{change.previous_name} in {work.slot.org} is gone or gives no token, so there is no way back to it",
        detail=f"Nothing was changed; {change.name} works on.",
        remedy=(f"provision verify {work.slot.options}",),
    )


def rollback_given_up(work: Work, change: Change) -> ProvisionError:
    """Return the error for a rollback that was cut off, and whose first app gives no token any more."""
    where, first = work.slot.options, change.previous_name
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"{first} in {work.slot.org} is gone or gives no token, so there is no way back to it",
        detail=f"The rollback was given up: {change.name} gives a token with each grant and is the app in use.",
        remedy=(
            f"provision verify {where}",
            f"When nobody is to use {first} again: provision rotate cert {where} --retire --confirm {work.slot.app}",
        ),
    )


def neither_works(work: Work, change: Change) -> ProvisionError:
    """Return the error for a rollback that goes on while no app gives a token."""
    where = work.slot.options
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"Neither {change.previous_name} nor {change.name} in {work.slot.org} gives a token with each grant",
        detail="No app was deleted; the rollback is still under way.",
        remedy=(
            f"provision verify {where}",
            f"When one of them works, run it again, it goes on from here: provision rotate cert {where}",
        ),
    )


def name_taken(work: Work, name: str) -> ProvisionError:
    """Return the error for an org where the name of the second app is taken."""
    return Failed(
        Code.ROTATION_NOT_POSSIBLE,
        f"{work.slot.org} has an app {name} already",
        detail="Nothing was changed.",
        remedy=(f"Delete it where it is left over, or set apps.{work.slot.app}.name to the one in use",),
    )


def rolled_back(work: Work) -> ProvisionError:
    """Return the error of a change that was undone by itself."""
    command = f"provision rotate cert {work.slot.options}"
    return Failed(
        Code.ROTATION_ROLLED_BACK,
        f"The second app of {work.slot.app} in {work.slot.org} gave no token, so it was deleted again",
        detail="The first one works on.",
        remedy=(f"Where new apps spread slowly, wait longer: {command} --propagation-timeout MINUTES",),
    )


def under_way(work: Work) -> ProvisionError:
    """Return the error for what needs a change that has ended, or one to undo."""
    where = work.slot.options
    return Usage(
        Code.ROTATION_UNDER_WAY,
        f"A change of {work.slot.app} in {work.slot.org} to a second app is under way",
        remedy=(f"Finish it: provision rotate cert {where}", f"Or undo it: provision rotate cert {where} --rollback"),
    )
