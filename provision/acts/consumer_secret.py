"""Consumer key and secret of an External Client App, read from the org and kept."""

from __future__ import annotations

from provision.acts.secret_access import secrets_readable
from provision.errors import Code, Failed
from provision.model.desired import AppKind
from provision.model.event import Listener, silent
from provision.org.client import Org
from provision.org.oauth_apps import Consumer, KeyAndSecret
from provision.store.protocol import Credentials, Slot, Store


def read_consumer(org: Org, store: Store, slot: Slot, name: str, listen: Listener = silent) -> KeyAndSecret:
    """Return consumer key and secret of the External Client App `name`, the switch for it open only meanwhile.

    The caller holds the org in the store. Raises `Failed` (APP_UNKNOWN) where the org lists no such app, `Refused`
    (SECRET_ACCESS_OFF) where it gives the secret to nobody or not to this user.
    """
    app = org.oauth_apps.find(name)
    if app is None:
        raise _unknown(slot, name)
    with secrets_readable(org, store, slot, listen):
        return org.oauth_apps.current(_consumer(org, app.id, slot, name))


def keep_consumer(store: Store, slot: Slot, read: KeyAndSecret, org_id: str) -> int | None:
    """Store what was read; `None` where just that is the current generation already."""
    found = Credentials(read.consumer_key, read.consumer_secret, org_id, AppKind.EXTERNAL_CLIENT_APP)
    stored = store.credentials(slot)
    if stored is not None and _same(stored, found):
        return None
    return store.save_credentials(slot, found)


def _consumer(org: Org, app_id: str, slot: Slot, name: str) -> Consumer:
    for consumer in org.oauth_apps.consumers(app_id):
        return consumer
    raise _unknown(slot, name)


def _same(stored: Credentials, found: Credentials) -> bool:
    pairs = ((one.consumer_key, one.consumer_secret) for one in (stored, found))
    return next(pairs) == next(pairs) and stored.org_id == found.org_id


def _unknown(slot: Slot, name: str) -> Failed:
    return Failed(
        Code.APP_UNKNOWN,
        f"{slot.org} lists no External Client App {name} with OAuth",
        detail="Secrets of Connected Apps are shown in Setup alone.",
        remedy=(
            f"If the app is not there yet: provision apply {slot.options} makes it and stores the secret",
            "If it is a Connected App: copy the secret in Setup → App Manager → Manage Consumer Details",
            f"Then store it: provision keys secret {slot.options} --secret -",
        ),
    )
