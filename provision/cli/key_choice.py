"""Which apps in which orgs a command about key pairs is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from provision.cli.calls import open_store
from provision.cli.options import Setup
from provision.clock import SYSTEM
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.acts.key_standing import Standing
    from provision.keys.expiry import Threshold
    from provision.model.desired import Desired, KeySpec
    from provision.org.client import Org
    from provision.settings.models import Settings
    from provision.store.protocol import Slot, Store


@dataclass(frozen=True)
class Choice:
    """What the options chose, the store it is kept in and the moment of the command."""

    settings: Settings
    store: Store
    slots: Mapping[Slot, KeySpec]
    """With how their keys are to be made."""
    now: datetime


def choose(
    setup: Setup, org_names: Sequence[str], app_names: Sequence[str], *, all_orgs: bool, signing: bool = False
) -> Choice:
    """Return what was chosen; with `signing`, apps that do not sign are left out unless they are named."""
    from provision.given import with_files
    from provision.model.situation import needs_key_pair
    from provision.settings.desired import desired
    from provision.settings.select import select_apps, select_orgs
    from provision.store.protocol import Slot

    settings = setup.settings()
    slots: dict[Slot, KeySpec] = {}
    for org in select_orgs(settings, org_names, all_orgs, setup.environ):
        keys = select_apps(settings, org, app_names)
        for app in with_files(desired(settings, org), settings.in_org(org)).apps:
            if app.key in keys and (app_names or not signing or needs_key_pair(app)):
                slots[Slot(org, app.key)] = app.key_spec
    return Choice(settings, open_store(settings), slots, SYSTEM.now())


def only(slots: Mapping[Slot, KeySpec]) -> Slot:
    """Return the one slot that was chosen; raises `Usage` for several."""
    if len(slots) != 1:
        raise Usage(
            Code.USAGE,
            f"One app in one org is needed, and {len(slots)} are chosen",
            detail="\n".join(f"{slot.app} in {slot.org}" for slot in slots) or None,
            remedy=("Name them: -o ORG -a APP",),
        )
    return next(iter(slots))


def deployed(setup: Setup, choice: Choice, threshold: Threshold | None) -> tuple[Standing, ...]:
    """Ask each chosen org which certificates it holds, and return how they stand."""
    from provision.acts.key_standing import deployed_standings

    standings: list[Standing] = []
    for name in dict.fromkeys(slot.org for slot in choice.slots):
        with asked(setup, choice, name) as (org, wanted):
            standings += deployed_standings(org, wanted, threshold, choice.now)
    return tuple(standings)


@contextmanager
def asked(setup: Setup, choice: Choice, name: str) -> Iterator[tuple[Org, Desired]]:
    """Open an org with an admin session, together with what is wanted there, held to the chosen apps."""
    from provision.given import with_files
    from provision.org.connect import connect
    from provision.settings.desired import desired

    wanted = with_files(desired(choice.settings, name), choice.settings)
    keys = {slot.app for slot in choice.slots if slot.org == name}
    wanted = replace(wanted, apps=tuple(app for app in wanted.apps if app.key in keys))
    org = connect(choice.settings, name, setup.environ, setup.api_version(choice.settings))
    try:
        yield org, wanted
    finally:
        org.site.transport.close()
