"""What consumers notice of a rotation: one asks for a token after every single request of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provision.assertion import assertion
from provision.model.keys import KeyPair
from provision.org import oauth
from provision.org.client import Site
from provision.org.connect import site_of
from provision.org.oauth import Token
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Slot
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Provision

SLOT = Slot("local-legacy", "billing-sync")
CERT = ("rotate", "cert", "--quiet")
IN_PLACE = (*CERT, "--strategy", "in-place", "--accept-outage")


class Consumer:
    """Takes tokens with the keys that it was given, in that order."""

    def __init__(self, site: Site, consumer_key: str, keys: tuple[KeyPair, ...]) -> None:
        self._site, self._consumer_key, self.keys = site, consumer_key, keys
        self.served: list[bool] = []

    def take_token(self) -> None:
        """Note whether a token was had."""
        self.served.append(any(self._asks(pair) for pair in self.keys))

    def _asks(self, pair: KeyPair) -> bool:
        signed = assertion(
            pair.signer,
            consumer_key=self._consumer_key,
            username="billing.bot@acme.example",
            audience=f"https://{self._site.my_domain}",
            now=self._site.transport.clock.now(),
        )
        return isinstance(oauth.jwt_bearer(self._site.transport, self._site.my_domain, signed), Token)

    @property
    def refused(self) -> int:
        """How often no key got a token."""
        return self.served.count(False)


@pytest.fixture
def consumer(settings: Path, provision: Provision) -> Consumer:
    """Whoever uses the app, with the key in use."""
    assert provision("apply", "--no-verify").code == 0
    store = FileStore(settings.parent / ".provision")
    pair, credentials = store.key_pair(SLOT), store.credentials(SLOT)
    assert pair is not None
    assert credentials is not None
    return Consumer(site_of(load(settings, {}), SLOT.org, "67.0"), credentials.consumer_key, (pair,))


@contextmanager
def asking_all_the_time(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the consumer ask before and after every request that is not its own."""
    real = Transport._once

    def once(transport: Transport, request: Request) -> Response:
        mine = transport is consumer._site.transport
        if not mine:
            consumer.take_token()
        response = real(transport, request)
        if not mine:
            consumer.take_token()
        return response

    with monkeypatch.context() as patch:
        patch.setattr(Transport, "_once", once)
        yield


def test_nobody_is_refused_while_a_certificate_is_renewed(
    consumer: Consumer, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asking_all_the_time(consumer, monkeypatch):
        assert provision(*CERT).code == 0
    assert len(consumer.served) > 30
    assert consumer.refused == 0


def test_nobody_is_refused_while_a_second_app_takes_the_place_of_the_first(
    consumer: Consumer, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asking_all_the_time(consumer, monkeypatch):
        assert provision(*CERT, "--strategy", "blue-green").code == 0
    assert len(consumer.served) > 30
    assert consumer.refused == 0


def test_only_the_old_key_is_refused_in_place_and_only_from_the_switch_on(
    consumer: Consumer, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asking_all_the_time(consumer, monkeypatch):
        assert provision(*IN_PLACE).code == 0
    switch = consumer.served.index(False)
    assert all(consumer.served[:switch])
    assert not any(consumer.served[switch:])


def test_a_consumer_that_holds_both_keys_is_never_refused(
    consumer: Consumer, provision: Provision, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provision(*CERT, "--strategy", "in-place").code == 30
    new = FileStore(settings.parent / ".provision").key_pair(SLOT, 2)
    assert new is not None
    consumer.keys = (new, *consumer.keys)
    with asking_all_the_time(consumer, monkeypatch):
        assert provision(*CERT, "--delivered", "2").code == 0
    assert len(consumer.served) > 20
    assert consumer.refused == 0
