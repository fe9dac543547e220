"""What a rotation must never do: lock out, delete unasked, change production unconfirmed, take what is not its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provision.errors import Code
from provision.keys.match import same_key
from provision.localorg import FILE_NAME, LocalOrg
from provision.org.client import Org
from provision.org.connect import connect
from provision.rotate.position import way_back
from provision.store.file import FileStore
from provision.store.protocol import Slot
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import find, update

APP = "billing-sync"
CERT = ("rotate", "cert", "--json")
SECRET = ("rotate", "secret", "--json")
BLUE_GREEN = (*CERT, "--strategy", "blue-green")
RETIRE = (*CERT, "--retire", "--confirm", APP, "--quiet-for", "0")
IN_PLACE = (*CERT, "--strategy", "in-place", "--accept-outage")


class World:
    """A local org with the app, its store, and commands on it."""

    def __init__(self, folder: Path, provision: Provision) -> None:
        self.folder, self._provision = folder, provision
        self.slot, self.store = Slot("local", APP), FileStore(folder / ".provision")
        assert self("apply", "--no-verify").code == 0
        self.local = LocalOrg.open(folder / ".provision" / FILE_NAME, "local")

    def __call__(self, *words: str) -> Done:
        return self._provision(*words, "-o", "local", "--no-prompt")

    def make_production(self) -> None:
        [organization] = find(self.local, "Organization")
        update(self.local, organization, IsSandbox=False, OrganizationType="Enterprise Edition")

    def apps(self) -> list[str]:
        """Return the names of the apps in the org."""
        return sorted(str(one["DeveloperName"]) for one in find(self.local, "ExternalClientApplication"))

    def states(self) -> list[str]:
        return [one.state.value for one in self.store.generations(self.slot)]

    def hook(self, point: str) -> Path:
        """Declare a hook that leaves a file, and return the file."""
        left, program = self.folder / f"{point}.ran", self.folder / f"{point}.py"
        program.write_text(f"open({str(left)!r}, 'w').close()\n")
        declared = json.dumps({point: {"run": [sys.executable, str(program)]}})
        edit(
            self.folder / "provision.yaml", "    user: billing-bot", f"    user: billing-bot\n    rotation: {declared}"
        )
        return left


@pytest.fixture
def world(modern: Path, provision: Provision) -> World:
    return World(modern.parent, provision)


def rotation(done: Done) -> dict[str, Any]:
    [found] = done.document["result"]["rotations"]
    return dict(found)


# Nothing is deleted that the last working way in depends on


def test_a_dry_run_deletes_no_app(world: World) -> None:
    assert world(*BLUE_GREEN).code == 0
    done = world(*RETIRE, "--dry-run")
    assert (done.code, rotation(done)["status"]) == (0, "planned")
    assert world.apps() == ["Billing_Sync", "Billing_Sync_v2"]
    assert world.states() == ["archived", "current"]
    assert world(*RETIRE).code == 0
    assert world.apps() == ["Billing_Sync_v2"]


@pytest.mark.parametrize("words", [IN_PLACE, BLUE_GREEN], ids=["in-place", "blue-green"])
def test_a_dry_run_of_a_rollback_changes_nothing(world: World, words: tuple[str, ...]) -> None:
    assert world(*words).code == 0
    before = (world.apps(), world.states(), world.store.intents(world.slot))
    done = world(*CERT, "--rollback", "--dry-run")
    assert (done.code, rotation(done)["status"]) == (0, "planned"), done.out
    assert (world.apps(), world.states(), world.store.intents(world.slot)) == before
    assert "would be rolled back" in world(*CERT[:-1], "--rollback", "--dry-run").out
    assert any("delete: " in step or "put the earlier" in step for step in rotation(done)["steps"])


@contextmanager
def no_tokens() -> Iterator[None]:
    """Let the token endpoint refuse everything."""
    real = Transport._once

    def once(transport: Transport, request: Request) -> Response:
        if request.url.endswith("/oauth2/token"):
            return Response(400, {}, b'{"error":"invalid_client_id","error_description":"client identifier invalid"}')
        return real(transport, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "_once", once)
        yield


def test_the_second_app_is_not_deleted_where_the_first_gives_no_token(world: World) -> None:
    assert world(*BLUE_GREEN).code == 0
    with no_tokens():
        done = world(*CERT, "--rollback", "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)
    assert world.apps() == ["Billing_Sync", "Billing_Sync_v2"]
    assert world(*CERT).code == 0, "it is not half undone"
    assert world(*CERT, "--rollback").code == 0


def test_there_is_no_way_back_to_an_app_that_is_gone(world: World) -> None:
    assert world(*BLUE_GREEN).code == 0
    kept = [intent for intent in world.store.intents(world.slot) if intent.name == "old-app"]
    assert world(*RETIRE).code == 0
    world.store.mark(world.slot, kept[0])  # as if the run had been killed just before it forgot the first app
    done = world(*CERT, "--rollback")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)
    assert world.apps() == ["Billing_Sync_v2"]
    assert world("verify").code == 0
    assert world(*RETIRE).code == 0, "and the retirement is finished"


def test_the_first_app_is_not_deleted_while_the_second_gives_no_token(world: World) -> None:
    assert world(*BLUE_GREEN).code == 0
    with no_tokens():
        done = world(*RETIRE, "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_UNPROVED)
    assert world.apps() == ["Billing_Sync", "Billing_Sync_v2"]


def test_there_is_no_way_back_to_an_expired_certificate(world: World) -> None:
    assert world(*IN_PLACE).code == 0
    stored, now = world.store.generations(world.slot), datetime.now(UTC)
    assert way_back(stored, now) is not None
    assert way_back(stored, now + timedelta(days=400)) is None


def test_the_second_app_has_a_key_of_its_own(world: World) -> None:
    pair = world.store.key_pair(world.slot)
    assert pair is not None
    world.store.add_certificate(world.slot, pair.generation, pair.certificate, make_current=False)
    assert world(*BLUE_GREEN).code == 0
    present = world.store.key_pair(world.slot)
    assert present is not None
    assert not same_key(present.certificate, pair.certificate)


def test_a_second_app_waits_for_the_rotation_of_the_secret_and_the_other_way_round(world: World) -> None:
    assert world(*SECRET).code == 30
    done = world(*BLUE_GREEN)
    assert (done.code, done.document["code"]) == (2, Code.ROTATION_UNDER_WAY)
    assert world.apps() == ["Billing_Sync"]


# Sessions that come from the very app


@pytest.mark.parametrize("words", [(*CERT, "--rollback"), RETIRE], ids=["rollback", "retire"])
def test_an_app_is_not_deleted_underneath_the_session(
    world: World, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    done = rotation(world(*BLUE_GREEN))
    gone = done["consumer_key"] if "--rollback" in words else done["previous_consumer_key"]
    _session_from(monkeypatch, gone)
    refused = world(*words)
    assert (refused.code, refused.document["code"]) == (2, Code.OWN_APP)
    assert world.apps() == ["Billing_Sync", "Billing_Sync_v2"]
    assert world(*words, "--allow-own-app").code == 0


@pytest.mark.parametrize("words", [IN_PLACE, BLUE_GREEN, SECRET], ids=["in-place", "blue-green", "secret"])
def test_no_key_or_pair_is_replaced_underneath_the_session(
    world: World, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    [credentials] = world.store.credentials_generations(world.slot)
    _session_from(monkeypatch, credentials.credentials.consumer_key)
    refused = world(*words)
    assert (refused.code, refused.document["code"]) == (2, Code.OWN_APP)
    assert world.states() == ["current"]
    assert world(*CERT, "--strategy", "renew").code == 0, "the session goes on with the same key"


def test_a_key_is_not_taken_back_underneath_the_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = rotation(world(*IN_PLACE))
    _session_from(monkeypatch, done["consumer_key"])
    refused = world(*CERT, "--rollback")
    assert (refused.code, refused.document["code"]) == (2, Code.OWN_APP)
    assert world.store.intents(world.slot) == ()


def _session_from(monkeypatch: pytest.MonkeyPatch, consumer_key: str) -> None:
    """Let the admin session be one that was had with that app."""

    def from_the_app(*words: Any) -> Org:
        return replace(connect(*words), consumer_key=consumer_key)

    monkeypatch.setattr("provision.rotate.every.connect", from_the_app)


# Orgs that do not show certificates


def test_a_key_pair_is_replaced_where_the_org_shows_no_certificate(world: World) -> None:
    assert world("verify").code == 0
    world.local.switch(certificate_readback="hidden")
    done = world(*IN_PLACE)
    assert (done.code, rotation(done)["status"]) == (0, "rotated"), done.out
    back = world(*CERT, "--rollback")
    assert (back.code, rotation(back)["status"]) == (0, "rolled-back"), back.out
    assert world("verify").code == 0


# Production


@pytest.mark.parametrize("point", ["pre", "deploy"])
@pytest.mark.parametrize(
    "words", [(*CERT, "--strategy", "in-place"), BLUE_GREEN, SECRET], ids=["in-place", "blue-green", "secret"]
)
def test_no_hook_runs_before_production_is_confirmed(world: World, point: str, words: tuple[str, ...]) -> None:
    left = world.hook(point)
    world.make_production()
    done = world(*words)
    assert (done.code, done.document["code"]) == (2, Code.CONFIRMATION_REQUIRED), done.out
    assert not left.exists()
    assert world(*words, "--confirm", "local").code in {0, 30}
    assert left.exists()


@pytest.mark.parametrize(
    "words", [(*CERT, "--strategy", "in-place"), BLUE_GREEN, SECRET], ids=["in-place", "blue-green", "secret"]
)
def test_a_run_that_goes_on_in_production_is_confirmed_anew_before_the_hook_runs(
    world: World, words: tuple[str, ...]
) -> None:
    left = world.hook("deploy")
    program = left.with_suffix(".py")
    leaves_a_file = program.read_text()
    program.write_text("raise SystemExit(1)")
    world.make_production()
    assert world(*words, "--confirm", "local").document["code"] == Code.HOOK_FAILED
    program.write_text(leaves_a_file)
    done = world(*words)
    assert (done.code, done.document["code"]) == (2, Code.CONFIRMATION_REQUIRED), done.out
    assert not left.exists()
    assert world(*words, "--confirm", "local").code == 0
    assert left.exists()


def test_nothing_is_put_back_in_production_unconfirmed(world: World) -> None:
    assert world(*IN_PLACE).code == 0
    world.make_production()
    done = world(*CERT, "--rollback")
    assert (done.code, done.document["code"]) == (2, Code.CONFIRMATION_REQUIRED), done.out
    assert world.states() == ["archived", "current"]
    assert world(*CERT, "--rollback", "--confirm", "local").code == 0
    assert world.states() == ["current", "retired"]


def test_nothing_about_secrets_changes_before_production_is_confirmed(world: World) -> None:
    assert world(*SECRET).code == 30
    assert world(*SECRET, "--delivered", "2").code == 0
    world.make_production()
    for words in ((*SECRET, "--retire"), SECRET):
        done = world(*words)
        assert (done.code, done.document["code"]) == (2, Code.CONFIRMATION_REQUIRED), words
        assert "gives consumer secrets" not in done.err
    assert world(*SECRET, "--retire", "--confirm", "local").code == 0
