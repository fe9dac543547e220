"""What a consumer of an app needs, gathered from the store and the settings."""

from __future__ import annotations

from dataclasses import replace

from provision.acts.keys import materials
from provision.errors import Code, Failed
from provision.keys.certificate import certificate_pem
from provision.model.desired import App, Desired, GrantType
from provision.model.held import Material
from provision.model.secret import Secret
from provision.org.client import Site
from provision.sinks.values import Value
from provision.store.protocol import Slot, State, Store


def values_for(site: Site, store: Store, wanted: Desired, app: App, *, staged: bool = False) -> tuple[Value, ...]:
    """Return what the app's grants need: keys and secrets from the store, host and user from the settings.

    With `staged`, what a rotation left waiting takes the place of what is in use.

    Raises `Failed` (KEY_MISSING) where the store lacks something that a grant needs.
    """
    slot = Slot(site.name, app.key)
    found = materials(store, site.name, None, wanted)[app.key]
    if staged:
        found = _with_staged(store, slot, found)
    if found.consumer_key is None:
        raise _missing(slot, "consumer key", f"provision apply {slot.options} sets the app up")
    host = f"https://{site.my_domain}"
    values = [
        Value("consumer_key", Secret(found.consumer_key), is_public=True),
        Value("username", Secret(app.user.username), is_public=True),
        Value("instance_url", Secret(host), is_public=True),
        Value("token_url", Secret(f"{host}/services/oauth2/token"), is_public=True),
    ]
    if GrantType.CLIENT_CREDENTIALS in app.grants:
        if found.consumer_secret is None:
            raise _missing(slot, "consumer secret", f"provision keys secret {slot.options}")
        values.append(Value("consumer_secret", found.consumer_secret))
    if GrantType.JWT_BEARER in app.grants:
        values += _signing(store, slot, found, host)
    return tuple(values)


def staged_in(store: Store, slot: Slot) -> tuple[int | None, int | None]:
    """Return the newest staged generation of the credentials and that of the keys, where there is one in use beside."""
    credentials = [(one.number, one.state) for one in store.credentials_generations(slot)]
    keys = [(one.number, one.state) for one in store.generations(slot)]
    return _waiting(credentials), _waiting(keys)


def _waiting(generations: list[tuple[int, State]]) -> int | None:
    if State.CURRENT not in {state for _, state in generations}:
        return None
    return max((number for number, state in generations if state is State.STAGED), default=None)


def _with_staged(store: Store, slot: Slot, found: Material) -> Material:
    credentials, key = staged_in(store, slot)
    if credentials is None and key is None:
        raise _missing(slot, "staged credentials or key", "Without --staged, those in use are handed out")
    for one in store.credentials_generations(slot):
        if one.number == credentials:
            pair = one.credentials
            found = replace(found, consumer_key=pair.consumer_key, consumer_secret=pair.consumer_secret)
    return found if key is None else replace(found, key_pair=store.key_pair(slot, key))


def _signing(store: Store, slot: Slot, found: Material, audience: str) -> list[Value]:
    pair = found.key_pair
    pem = store.private_key_pem(slot, pair.generation) if pair is not None else None
    if pair is None or pem is None:
        raise _missing(slot, "private key", f"provision keys list {slot.options} shows what is there")
    return [
        Value("audience", Secret(audience), is_public=True),
        Value("private_key", pem),
        Value("certificate", Secret(certificate_pem(pair.certificate)), is_public=True),
    ]


def _missing(slot: Slot, what: str, remedy: str) -> Failed:
    return Failed(Code.KEY_MISSING, f"The store has no {what} of {slot.app} in {slot.org}", remedy=(remedy,))
