"""What must hold of an app at every instant, and at the end of a rotation, judged by asking the org for tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.assertion import assertion
from provision.fleet import Call, desired_in
from provision.keys.certificate import parse_certificate
from provision.observe import observe
from provision.org import oauth
from provision.org.client import Org
from provision.org.connect import connect
from provision.org.oauth import Token
from provision.settings.models import Settings
from provision.store.protocol import KeyGeneration, Slot, State, Store

LEFT = frozenset({"old-app", "previous-pair"})
"""What is left of a rotation until what came before is retired."""
API_VERSION = "67.0"


@dataclass(frozen=True)
class Standing:
    """How org and store stand to each other."""

    some_key_works: bool
    """Whether a token is had with some stored key pair."""
    problems: tuple[str, ...]
    """What is not as it must be once a rotation has come to an end."""
    current: int | None


def standing(settings: Settings, store: Store, slot: Slot) -> Standing:
    """Ask the org for a token with every stored key pair, and compare what it holds with the store."""
    org = connect(settings, slot.org, {}, API_VERSION)
    [app] = desired_in(Call(settings, [slot.org], {slot.org: [slot.app]}, {}, API_VERSION), slot.org).apps
    generations = [one for one in store.generations(slot) if one.state is not State.RETIRED]
    keys = [one.credentials.consumer_key for one in store.credentials_generations(slot)]
    working = [one for one in generations if any(_works(org, store, slot, one, key, app.user.username) for key in keys)]
    current = next((one for one in generations if one.is_current), None)
    return Standing(
        bool(working),
        tuple(_problems(org, settings, store, slot, working)),
        current.number if current else None,
    )


def _works(org: Org, store: Store, slot: Slot, generation: KeyGeneration, consumer_key: str, username: str) -> bool:
    pair = store.key_pair(slot, generation.number)
    if pair is None:
        return False
    audience, now = f"https://{org.site.my_domain}", org.site.transport.clock.now()
    signed = assertion(pair.signer, consumer_key=consumer_key, username=username, audience=audience, now=now)
    return isinstance(oauth.jwt_bearer(org.site.transport, org.site.my_domain, signed), Token)


def _problems(org: Org, settings: Settings, store: Store, slot: Slot, working: list[KeyGeneration]) -> Iterator[str]:
    wanted = desired_in(Call(settings, [slot.org], {slot.org: [slot.app]}, {}, API_VERSION), slot.org)
    [app] = wanted.apps
    deployed = observe(org, wanted, org.site.transport.clock.now()).apps[app.name]
    current = store.key_pair(slot)
    if current is None or deployed.certificate is None:
        yield "there is no current key pair, or no certificate on the app"
        return
    if parse_certificate(deployed.certificate) != current.certificate:
        yield "the app does not hold the certificate of the current generation"
    if current.generation not in {one.number for one in working}:
        yield "the current generation gets no token"
    held = store.credentials(slot)
    if held is None or held.consumer_key != deployed.consumer_key:
        yield "the current credentials are not those of the app"
    left = [intent.name for intent in store.intents(slot) if intent.name not in LEFT]
    if left:
        yield f"intents are left: {left}"
