"""Takes down what a removal names; what is gone already counts as done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from provision.acts.assignments import GONE
from provision.acts.deploy import Deployment, deploy
from provision.model.change import Change
from provision.model.event import Listener
from provision.model.metadata import Package
from provision.org import oauth
from provision.org.client import Org
from provision.org.records import BATCH_LIMIT, Write
from provision.org.refusals import refused
from provision.removal import TOKEN, Takedown, revoked_with
from provision.steps import assignment, permission_set, permission_set_group, permission_set_license, user
from provision.store.protocol import Thing

RECORDS = frozenset({assignment.TYPE, permission_set_license.TYPE, user.TYPE, TOKEN})
"""What is taken down record by record; everything else is metadata."""


def take_down(
    org: Org, takedown: Takedown, changes: Sequence[Change], listen: Listener, done: Callable[[Change], None]
) -> None:
    """Carry out `changes` in their order, telling `done` of each; raises the error for whatever the org refused."""
    _tell(_revoke(org, takedown, changes), done)
    _write(org, _unassignments(takedown, changes), done)
    _delete(org, [change for change in changes if change.type not in RECORDS], listen, done)
    _write(org, _releases(takedown, changes), done)


def _revoke(org: Org, takedown: Takedown, changes: Sequence[Change]) -> Sequence[Change]:
    """End tokens; one that is no longer known has ended by itself."""
    wanted = tuple(change for change in changes if change.type == TOKEN)
    asked = {(change.app, change.name) for change in wanted}
    for app, existing in takedown.apps():
        for use in takedown.uses.tokens:
            name = f"{use.username}: {use.app_label}"
            if (app.key, name) in asked and use.delete_token is not None and revoked_with(use, app, existing):
                refusal = oauth.revoke_text(org.site.transport, org.instance_url, use.delete_token.reveal())
                if refusal is not None and refusal.code != "invalid_token":
                    raise refused(f"The org refused to revoke the tokens of {name}", [refusal])
    return wanted


def _unassignments(takedown: Takedown, changes: Sequence[Change]) -> list[tuple[Change, Write]]:
    wanted = {change.name.lower(): change for change in changes if change.type == assignment.TYPE}
    return [
        (change, Write(f"unassign{number}", "DELETE", f"sobjects/{assignment.TYPE}/{held.record_id}"))
        for number, held in enumerate(takedown.uses.assignments)
        if (change := wanted.get(f"{held.username}: {held.name}".lower())) is not None
    ]


def _releases(takedown: Takedown, changes: Sequence[Change]) -> list[tuple[Change, Write]]:
    """Return the writes that give back licences, then those that deactivate users."""
    wanted = {change.name.lower(): change for change in changes if change.type == permission_set_license.TYPE}
    writes = [
        (change, Write(f"license{number}", "DELETE", f"sobjects/{permission_set_license.TYPE}/{held.record_id}"))
        for number, held in enumerate(takedown.uses.licenses)
        if (change := wanted.get(f"{held.username}: {held.name}".lower())) is not None
    ]
    for number, change in enumerate(item for item in changes if item.type == user.TYPE):
        existing = takedown.situation.observed.users[change.name.lower()]
        writes.append((change, Write(f"user{number}", "PATCH", f"sobjects/User/{existing.id}", {"IsActive": False})))
    return writes


def _write(org: Org, writes: Sequence[tuple[Change, Write]], done: Callable[[Change], None]) -> None:
    for start in range(0, len(writes), BATCH_LIMIT):
        chunk = writes[start : start + BATCH_LIMIT]
        written = org.records.write([write for _, write in chunk], all_or_none=False)
        refusals = []
        for (change, _), item in zip(chunk, written, strict=True):
            standing = [refusal for refusal in item.refusals if refusal.code not in GONE]
            refusals += standing
            if not standing:
                done(change)
        if refusals:
            raise refused("The org refused to take down a record", refusals)


def _delete(org: Org, changes: Sequence[Change], listen: Listener, done: Callable[[Change], None]) -> None:
    """Delete metadata in one deploy: apps first, then the permission sets that carried them."""
    if not changes:
        return
    sets = {permission_set.TYPE, permission_set_group.TYPE}
    before: tuple[Thing, ...] = tuple((one.type, one.name) for one in changes if one.type not in sets)
    after: tuple[Thing, ...] = tuple((one.type, one.name) for one in changes if one.type in sets)
    deploy(org, Package((), org.site.api_version, before, after), Deployment(), listen)
    _tell(changes, done)


def _tell(changes: Sequence[Change], done: Callable[[Change], None]) -> None:
    for change in changes:
        done(change)
