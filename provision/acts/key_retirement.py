"""The end of a private key: deleted for good, once nobody can be using it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from provision.acts.key_pairs import stored_generation
from provision.errors import Code, Failed, Usage
from provision.keys.certificate import fingerprint_sha256, parse_certificate
from provision.keys.match import same_key
from provision.model.desired import Desired
from provision.model.observed import Observed, ObservedApp
from provision.observe import observe
from provision.org.client import Org
from provision.store.protocol import KeyGeneration, Slot, State, Store


@dataclass(frozen=True)
class Retirement:
    """A generation to retire."""

    slot: Slot
    generation: KeyGeneration
    others: tuple[int, ...]
    """Generations that hold the same key and stay."""

    @property
    def is_done(self) -> bool:
        """Whether its key was deleted before."""
        return self.generation.state is State.RETIRED


def retirement_of(store: Store, slot: Slot, number: int) -> Retirement:
    """Return what retiring a generation means; raises `KEY_MISSING`, and `Usage` for the current one."""
    generation = stored_generation(store, slot, number)
    if generation.is_current:
        raise Usage(
            Code.USAGE,
            f"Generation {number} is the current key pair of {slot.app} in {slot.org} and cannot be retired",
            detail="Nothing was deleted.",
            remedy=(f"See which ones are no longer current: provision keys list {slot.options}",),
        )
    others = tuple(
        one.number
        for one in store.generations(slot)
        if one.number != number and one.state is not State.RETIRED and same_key(one.certificate, generation.certificate)
    )
    return Retirement(slot, generation, others)


def doubt(org: Org, desired: Desired, retirement: Retirement, pinned: str | None, now: datetime) -> str | None:
    """Ask the org whether its app holds the certificate; return in a sentence why that could not be told, if so.

    Raises `KEY_IN_USE` where the app holds that certificate, or another one that no other stored key signs for, and
    `ORG_MISMATCH` where the org is not the `pinned` one.
    """
    observed = observe(org, desired, now)
    _require_pinned(org, observed, pinned)
    [app] = desired.apps
    existing = observed.apps.get(app.name)
    if existing is None:
        return None
    if existing.certificate is None:
        return f"The org shows no certificate of {app.name}, so it could not be compared. {could_be(retirement)}"
    _require_unused(retirement, existing, existing.certificate)
    return None


def could_be(retirement: Retirement) -> str:
    """Return what the org might still hold, for whoever has to decide without asking it."""
    certificate = retirement.generation.certificate
    return (
        f"The app may still hold the certificate {certificate.subject.rfc4514_string()} "
        f"(serial {certificate.serial_number:X}, SHA-256 {fingerprint_sha256(certificate)}, "
        f"valid until {certificate.not_valid_after_utc:%Y-%m-%d})"
    )


def retire(store: Store, retirement: Retirement) -> None:
    """Delete the private key for good; its certificate stays stored."""
    with store.exclusive(retirement.slot.org):
        store.retire_generation(retirement.slot, retirement.generation.number)


def _require_unused(retirement: Retirement, existing: ObservedApp, pem: str) -> None:
    deployed, mine = parse_certificate(pem), retirement.generation.certificate
    last_key = same_key(deployed, mine) and not retirement.others
    if deployed != mine and not last_key:
        return
    slot, number = retirement.slot, retirement.generation.number
    what = "holds the certificate" if deployed == mine else "holds another certificate for the key"
    raise Failed(
        Code.KEY_IN_USE,
        f"{existing.name} in {slot.org} {what} of generation {number}",
        detail="Whoever uses the app signs with that key. Nothing was deleted.",
        remedy=(f"Put the current certificate on the app first: provision apply {slot.options}",)
        if retirement.others
        else ("Put another key pair on the app and hand it to whoever uses the app, then retire this one",),
        context={"org": slot.org, "app": slot.app, "generation": number},
    )


def _require_pinned(org: Org, observed: Observed, pinned: str | None) -> None:
    org_id = observed.organization.org_id
    if pinned is not None and pinned[:15] != org_id[:15]:
        raise Failed(
            Code.ORG_MISMATCH,
            f"{org.site.name} is pinned to the org {pinned}, but {org.host} is {org_id}",
            detail="Nothing was deleted.",
            remedy=("Check orgs.<org>.my_domain and the admin session", "Correct orgs.<org>.org_id if the org is new"),
        )
