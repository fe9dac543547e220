"""Components that the settings want gone, where they exist; nothing else is ever deleted."""

from __future__ import annotations

from provision.errors import ProvisionError
from provision.model.change import Action, Change
from provision.model.situation import Situation


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return the deletions of what exists, in the order in which they are made."""
    named = (*situation.desired.delete_before, *situation.desired.delete_after)
    return tuple(
        Change(Action.DELETE, type_name, name)
        for type_name, name in dict.fromkeys(named)
        if (type_name, name) in situation.observed.present
    )


def problems(_situation: Situation) -> tuple[ProvisionError, ...]:
    """Nothing about a deletion can be known to fail before the org has judged it."""
    return ()
