"""The switch under which an org gives consumer secrets: opened while needed, closed again only where we opened it.

An intent is stored before the switch is opened, so that a run that follows a crash closes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from provision.acts.deploy import Deployment, deploy
from provision.errors import Failed, ProvisionError
from provision.metadata.canonical import canonical
from provision.metadata.exposure import SECRET_SWITCHES
from provision.metadata.package import from_zip
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.event import Event, Listener, silent
from provision.model.metadata import Component, Document, Package, Value
from provision.org.client import Org
from provision.store.protocol import Intent, Slot, Store

INTENT = "open-secret-access"
SETTINGS = "ExternalClientApp"
"""Name of the settings that hold the switch."""
SWITCH = SECRET_SWITCHES[0]
OPEN = "true"
_TYPE, _ROOT = "Settings", "ExternalClientAppSettings"
_CLOSED = "false"
_SINCE = 62
"""API version from which on Salesforce documents the element."""


@dataclass(frozen=True)
class OpenAccess:
    """A switch that a run opened and has not closed, as far as the store knows."""

    slot: Slot
    org_id: str
    since: str
    """ISO 8601."""


@contextmanager
def secrets_readable(org: Org, store: Store, slot: Slot, listen: Listener = silent) -> Iterator[None]:
    """Let the org give consumer secrets within the block; `slot` keeps the intent meanwhile.

    A switch that was open stays open, unless an earlier run left it so. Raises what reading or deploying the settings
    raises; where the block failed, its own error is the one that comes out.
    """
    org_id = _org_id(org)
    ours = any(access.org_id == org_id for access in left_open(store, (slot,)))
    settings = _settings(org)
    is_open = settings.get(SWITCH) == OPEN
    if is_open and not ours:
        yield
        return
    store.mark(slot, Intent(INTENT, {"org_id": org_id, "since": org.site.transport.clock.now().isoformat()}))
    try:
        if not is_open:
            listen(Event("started", "secrets", "the org gives consumer secrets for a moment", org.site.name, slot.app))
            _open(org, settings, store, slot)
        yield
    except BaseException:
        _close_in_passing(org, store, slot, listen)
        raise
    _close(org, store, slot, listen)


def close_left_open(org: Org, store: Store, apps: Iterable[str], listen: Listener = silent) -> None:
    """Close the switch where a run that did not end well left it open; asks nothing of the org where none did."""
    left = left_open(store, (Slot(org.site.name, app) for app in apps))
    if not left:
        return
    org_id = _org_id(org)
    for access in left:
        if access.org_id == org_id:
            _close(org, store, access.slot, listen)
        else:
            # The org behind the name is another one today, for instance a refreshed sandbox: not ours to close.
            store.clear(access.slot, INTENT)


def left_open(store: Store, slots: Iterable[Slot]) -> tuple[OpenAccess, ...]:
    """Return the switches that runs opened for these slots and did not close."""
    return tuple(
        OpenAccess(slot, intent.facts.get("org_id", ""), intent.facts.get("since", ""))
        for slot in slots
        for intent in store.intents(slot)
        if intent.name == INTENT
    )


def _open(org: Org, settings: Mapping[str, Value], store: Store, slot: Slot) -> None:
    try:
        _deploy(org, settings, OPEN)
    except Failed:
        # The org has answered: nothing was changed, so there is nothing to close.
        store.clear(slot, INTENT)
        raise


def _close(org: Org, store: Store, slot: Slot, listen: Listener) -> None:
    settings = _settings(org)
    if settings.get(SWITCH) == OPEN:
        _deploy(org, settings, _CLOSED)
        listen(Event("finished", "secrets", "the org gives no consumer secrets any more", org.site.name, slot.app))
    store.clear(slot, INTENT)


def _close_in_passing(org: Org, store: Store, slot: Slot, listen: Listener) -> None:
    """Close while another error is on its way; what goes wrong here is told, and left to the next run."""
    if not left_open(store, (slot,)):
        return
    try:
        _close(org, store, slot, listen)
    except ProvisionError as problem:
        told = f"the org may still give consumer secrets over REST, the next run closes it: {problem.summary}"
        listen(Event("warning", "secrets", told, org.site.name, slot.app))


def _settings(org: Org) -> Mapping[str, Value]:
    package = from_zip(org.since(_SINCE).metadata.retrieve({_TYPE: [SETTINGS]}))
    return next((parse(one.content, _ROOT).fields for one in package.components), {})


def _deploy(org: Org, settings: Mapping[str, Value], value: str) -> None:
    """Set the switch and leave every other setting as it is."""
    newer = org.since(_SINCE)
    version = newer.site.api_version
    document = canonical(Document(_ROOT, {**settings, SWITCH: value}))
    content = Component(_TYPE, SETTINGS, render(document, api_version=version))
    deploy(newer, Package((content,), version), Deployment(), silent)


def _org_id(org: Org) -> str:
    [record] = org.records.query("SELECT Id FROM Organization")
    return str(record["Id"])
