"""What a rotation is asked for and what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from provision.acts.deploy import Deployment
from provision.checks.proof import Options
from provision.keys.expiry import Threshold
from provision.model.change import Action, Change, FieldChange
from provision.model.desired import App, Desired
from provision.model.event import Event, Listener
from provision.model.observed import Observed, ObservedApp, Organization
from provision.model.result import AppResult
from provision.model.rotation import Strategy
from provision.org.client import Org
from provision.plan import Plan
from provision.rotate.position import Marker
from provision.rotate.result import Rotated, Status, What
from provision.store.protocol import Slot, Store


@dataclass(frozen=True)
class Wish:
    """What a rotation is asked for."""

    strategy: Strategy | None = None
    threshold: Threshold | None = None
    """Rotate only what has come that close to its end."""
    dry_run: bool = False
    runbook: bool = False
    """Only tell how it is done."""
    back: bool = False
    """Undo the rotation under way, or the last one."""
    delivered: int | None = None
    """The generation that consumers have, as somebody confirms."""
    accept_outage: bool = False
    """Whether to switch although consumers do not have the new key."""
    self_signed: bool = False
    """Whether a self-signed certificate may take the place of one that an authority issued."""
    confirmed: tuple[str, ...] = ()
    """Names that were confirmed, of apps whose old keys may be deleted."""
    quiet_days: float = 1.0
    """How long the first app of a change must have been without use before it is deleted."""
    retire: bool = False
    """End what the last rotation left for a while."""
    allow_own_app: bool = False
    """Whether to go on where the admin session comes from the very app."""
    lock_wait_seconds: float = 0.0
    deployment: Deployment = field(default_factory=Deployment)
    proof: Options = field(default_factory=Options)
    pinned_org_id: str | None = None
    confirm: Callable[[Organization, Plan], None] = lambda _organization, _plan: None
    """Called before the first change in an org; raises to stop it."""


@dataclass
class Work:
    """A rotation under way in one org, of one app."""

    org: Org
    store: Store
    slot: Slot
    desired: Desired
    """Held to the one app."""
    observed: Observed
    wish: Wish
    listen: Listener
    done: list[str] = field(default_factory=list)
    """What was done, in words, for the record."""
    results: tuple[AppResult, ...] = ()
    """What was proved last."""
    confirmed: bool = False
    ended: Marker | None = None
    """The rotation that came to its end."""
    record: str | None = None
    """Where its record is."""

    @property
    def app(self) -> App:
        """The app as declared."""
        return self.desired.apps[0]

    @property
    def existing(self) -> ObservedApp:
        """The app as the org has it."""
        return self.observed.apps[self.app.name]

    @property
    def existing_or_none(self) -> ObservedApp | None:
        """The same, `None` where the org does not have it."""
        return self.observed.apps.get(self.app.name)

    def confirm(self, *rows: FieldChange) -> None:
        """Ask, where that is needed, before the first change in the org; raises to stop it."""
        if self.confirmed:
            return
        organization = self.observed.organization
        change = Change(Action.UPDATE, self.existing.kind.value, self.existing.name, self.slot.app, rows)
        self.wish.confirm(organization, Plan(self.slot.org, organization.org_id, (change,)))
        self.confirmed = True

    def came_to(self, status: Status, what: What = "certificate") -> Rotated:
        """Return the result with what is known of every rotation; what is known of this one is added by `replace`."""
        existing = self.existing_or_none
        return Rotated(
            self.slot.org,
            self.slot.app,
            status,
            what,
            org_id=self.observed.organization.org_id,
            operator=self.org.username,
            session=self.org.source,
            kind=existing.kind if existing else None,
            consumer_key=existing.consumer_key if existing else None,
        )

    def say(self, step: str, message: str) -> None:
        """Tell of progress and keep it for the record."""
        self.done.append(f"{step}: {message}")
        self.listen(Event("progress", step, message, self.slot.org, self.slot.app))
