"""A second app takes the place of the first, by real commands on the local org, for both kinds of app."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provision.acts.deploy import Deployment, deploy
from provision.assertion import assertion
from provision.errors import Code
from provision.localorg import FILE_NAME, LocalOrg
from provision.model.metadata import Package
from provision.observe import observe
from provision.org import oauth
from provision.org.connect import connect
from provision.org.oauth import Token
from provision.removal import components
from provision.rotate import blue_green_marker
from provision.rotate.blue_green_position import Change
from provision.settings.desired import desired
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Slot
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import delete, everything, find, insert, person

BLUE_GREEN = ("rotate", "cert", "--strategy", "blue-green", "--json")
RETIRE = ("rotate", "cert", "--retire", "--confirm", "billing-sync", "--json")


class World:
    """One org with the app, and what a consumer of it can do."""

    def __init__(self, org: str, settings: Path, provision: Provision) -> None:
        self.org, self.settings, self._provision = org, settings, provision
        self.slot, self.store = Slot(org, "billing-sync"), FileStore(settings.parent / ".provision")
        assert self.run("apply", "--no-verify").code == 0
        self.local = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, org)

    def run(self, *words: str) -> Done:
        return self._provision(*words, "-o", self.org)

    def log_in(self, generation: int, credentials: int, username: str | None = None) -> bool:
        """Take a token with a stored key and consumer key, as a consumer that has them does."""
        pair = self.store.key_pair(self.slot, generation)
        found = [one.credentials for one in self.store.credentials_generations(self.slot) if one.number == credentials]
        if pair is None or not found:
            return False
        org = connect(load(self.settings, {}), self.org, {}, "67.0")
        signed = assertion(
            pair.signer,
            consumer_key=found[0].consumer_key,
            username=username or desired(load(self.settings, {}), self.org).users[0].username,
            audience=f"https://{org.site.my_domain}",
            now=org.site.transport.clock.now(),
        )
        return isinstance(oauth.jwt_bearer(org.site.transport, org.site.my_domain, signed), Token)

    def states(self) -> tuple[list[str], list[str]]:
        keys = [one.state.value for one in self.store.generations(self.slot)]
        return keys, [one.state.value for one in self.store.credentials_generations(self.slot)]


@pytest.fixture(params=["local-legacy", "local"])
def world(request: pytest.FixtureRequest, settings: Path, provision: Provision) -> World:
    """A Connected App, and an External Client App."""
    return World(request.param, settings, provision)


def rotation(done: Done) -> dict[str, Any]:
    [found] = done.document["result"]["rotations"]
    return dict(found)


def test_both_apps_work_until_the_first_is_retired(world: World) -> None:
    done = world.run(*BLUE_GREEN)
    assert (done.code, rotation(done)["status"]) == (0, "rotated"), done.out
    assert rotation(done)["consumer_key"] != rotation(done)["previous_consumer_key"]
    assert world.states() == (["archived", "current"], ["archived", "current"])
    assert world.store.app_name(world.slot) == "Billing_Sync_v2"
    assert world.log_in(1, 1), "the first app works on"
    assert world.log_in(2, 2)
    assert world.run("verify").code == 0
    assert world.run("plan", "--exit-code").code == 0, "the second app is the one that is declared now"
    used = world.run(*RETIRE)
    assert (used.code, used.document["code"]) == (1, Code.KEY_IN_USE)
    assert world.log_in(1, 1)
    gone = world.run(*RETIRE, "--quiet-for", "0")
    assert (gone.code, rotation(gone)["status"]) == (0, "retired"), gone.out
    assert world.states() == (["retired", "current"], ["retired", "current"])
    assert world.run("verify").code == 0
    assert world.run("apply").code == 0
    third = world.run(*BLUE_GREEN)
    assert third.code == 0, third.out
    assert world.store.app_name(world.slot) == "Billing_Sync_v3"


def test_our_own_proofs_do_not_count_as_use_and_others_do(world: World) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    asked = world.run("rotate", "cert", "--retire", "--json")
    assert asked.document["code"] == Code.CONFIRMATION_REQUIRED
    assert "not used by anybody but us" in asked.document["message"]
    with world.local.transaction() as transaction:
        records = transaction.records(world.local.org_id)
        row = dict(records.find("LoginHistory", Application="Billing_Sync_v2")[0].fields)
        late = {key: value for key, value in row.items() if key != "Id"}
        records.insert(
            "LoginHistory", {**late, "Application": "Billing_Sync", "LoginTime": "2099-01-01T00:00:00.000+0000"}
        )
    used = world.run(*RETIRE)
    assert (used.code, used.document["code"]) == (1, Code.KEY_IN_USE)
    assert "2099-01-01" in used.document["message"]


def test_another_user_of_the_old_app_counts_too(world: World) -> None:
    ann = person(world.local, "ann@acme.example", uses_the_app=False)
    [access] = find(world.local, "PermissionSet", Name="Billing_Sync_Access")
    insert(world.local, "PermissionSetAssignment", AssigneeId=ann, PermissionSetId=access["Id"])
    assert world.run(*BLUE_GREEN).code == 0
    assert world.log_in(1, 1, "ann@acme.example")
    used = world.run(*RETIRE)
    assert (used.code, used.document["code"]) == (1, Code.KEY_IN_USE)
    assert "ann@acme.example" in used.document["message"]
    assert used.document["context"]["used_by"] == "ann@acme.example"
    [command] = [action for action in used.document["actions"] if "--quiet-for 0" in action]
    assert f"provision rotate cert -o {world.org} -a billing-sync --retire --confirm billing-sync" in command


def test_the_key_of_the_old_app_is_not_retired_by_itself(world: World) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    done = world.run("keys", "retire", "-a", "billing-sync", "--generation", "1", "--confirm", "billing-sync", "--json")
    assert (done.code, done.document["code"]) == (1, Code.KEY_IN_USE), done.out
    assert any(f"-o {world.org} -a billing-sync --retire" in action for action in done.document["actions"])
    assert world.log_in(1, 1)


@pytest.mark.parametrize("log", ["OauthToken", "LoginHistory"])
def test_either_log_tells_of_a_use(world: World, log: str) -> None:
    ann = person(world.local, "ann@acme.example", uses_the_app=False)
    assert world.run(*BLUE_GREEN).code == 0
    soon = f"{datetime.now(UTC) + timedelta(seconds=30):%Y-%m-%dT%H:%M:%S.000+0000}"
    if log == "OauthToken":
        insert(world.local, log, UserId=ann, AppName="Billing Sync", UseCount=1, LastUsedDate=soon)
    else:
        insert(world.local, log, UserId=ann, Application="Billing Sync", LoginTime=soon, Status="Success")
    used = world.run(*RETIRE)
    assert (used.code, used.document["code"]) == (1, Code.KEY_IN_USE)
    assert f"by {log}" in used.document["message"], used.document


@pytest.mark.parametrize("by", ["its own user", "another user"])
def test_logins_count_as_far_back_as_the_app_has_to_be_without_use(world: World, by: str) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    old, now = blue_green_marker.old_app(world.store, world.slot), datetime.now(UTC)
    assert old is not None
    long_ago = now - timedelta(days=6)
    moved = replace(old, since=long_ago, proved_from=long_ago, proved_until=long_ago)
    blue_green_marker.keep_old_app(world.store, world.slot, moved)
    [own] = find(world.local, "User", Username=desired(load(world.settings, {}), world.org).users[0].username)
    user = own["Id"] if by == "its own user" else person(world.local, "ann@acme.example", uses_the_app=False)
    for row in find(world.local, "LoginHistory"):
        delete(world.local, row)
    at = f"{now - timedelta(days=3):%Y-%m-%dT%H:%M:%S.000+0000}"
    insert(world.local, "LoginHistory", UserId=user, Application="Billing Sync", LoginTime=at, Status="Success")
    used = world.run(*RETIRE, "--quiet-for", "5")
    assert (used.code, used.document["code"]) == (1, Code.KEY_IN_USE), used.out
    assert f"{now - timedelta(days=3):%Y-%m-%d}" in used.document["message"]
    told = world.run("rotate", "cert", "--retire", "--json").document["message"]
    assert ("last used" in told) is (by == "its own user"), "logins of others are read for as long as is asked for"
    assert world.run(*RETIRE, "--quiet-for", "2").code == 0


def test_uses_of_other_apps_and_from_before_the_change_do_not_count(world: World) -> None:
    ann = person(world.local, "ann@acme.example", uses_the_app=False)
    assert world.run(*BLUE_GREEN).code == 0
    now = datetime.now(UTC)
    before, soon = (f"{now + timedelta(seconds=by):%Y-%m-%dT%H:%M:%S.000+0000}" for by in (-3600, 30))
    insert(world.local, "OauthToken", UserId=ann, AppName="Billing Sync", UseCount=1, LastUsedDate=before)
    insert(world.local, "OauthToken", UserId=ann, AppName="Another App", UseCount=1, LastUsedDate=soon)
    insert(world.local, "LoginHistory", UserId=ann, Application="Billing Sync", LoginTime=before, Status="Success")
    insert(world.local, "LoginHistory", UserId=ann, Application="Another App", LoginTime=soon, Status="Success")
    asked = world.run("rotate", "cert", "--retire", "--json")
    assert "not used by anybody but us" in asked.document["message"]


def kill_during_rollback(world: World) -> None:
    """Leave the marker of a rollback that was cut off once the first app was the current one again."""
    old = blue_green_marker.old_app(world.store, world.slot)
    assert old is not None
    change = Change("Billing_Sync_v2", old.name, 1, 1, old.proved_from, 2, 2, "before", back=True, asked_back=True)
    blue_green_marker.write(world.store, world.slot, change)
    world.store.use_generation(world.slot, 1)
    world.store.use_credentials(world.slot, 1)
    world.store.use_app_name(world.slot, old.name)


def test_a_rollback_that_was_cut_off_proves_the_first_app_again_before_it_deletes_the_second(world: World) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    kill_during_rollback(world)
    with pytest.MonkeyPatch.context() as patch:
        refuse_tokens(patch)
        done = world.run("rotate", "cert", "--json", "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE), done.out
    assert world.log_in(2, 2), "the second app is still there"
    assert world.run("rotate", "cert", "--json").code == 0
    assert world.states() == (["current", "retired"], ["current", "retired"])
    assert not world.log_in(2, 2)


@pytest.mark.parametrize("words", [(), ("--rollback",), ("--retire", "--confirm", "billing-sync")], ids=" ".join)
@pytest.mark.parametrize("under_way", [False, True], ids=["not retired yet", "under way"])
def test_a_runbook_is_printed_and_nothing_is_done(world: World, words: tuple[str, ...], under_way: bool) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    if under_way:
        kill_during_rollback(world)
    before = everything(world.local), world.states(), world.store.intents(world.slot)
    done = world.run("rotate", "cert", "--runbook", *words)
    assert done.out.startswith("# Runbook"), done.out
    assert (everything(world.local), world.states(), world.store.intents(world.slot)) == before


def test_a_change_is_undone_and_the_second_app_deleted(world: World) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    done = world.run("rotate", "cert", "--rollback", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rolled-back"), done.out
    assert (rotation(done)["before"]["generation"], rotation(done)["after"]["generation"]) == (2, 1)
    assert rotation(done)["kind"] is not None
    assert world.states() == (["current", "retired"], ["current", "retired"])
    assert world.store.app_name(world.slot) == "Billing_Sync"
    assert world.run("verify").code == 0
    assert world.run("plan", "--exit-code").code == 0
    assert world.store.intents(world.slot) == ()
    assert world.run(*BLUE_GREEN).code == 0, "the name is free again"


def delete_first_app(world: World) -> None:
    """Take the first app away, as somebody else would."""
    wanted, now = desired(load(world.settings, {}), world.org), datetime.now(UTC)
    org = connect(load(world.settings, {}), world.org, {}, "67.0")
    gone = components(observe(org, wanted, now).apps["Billing_Sync"])
    deploy(org, Package((), "67.0", delete_after=gone), Deployment(), lambda _event: None)


@pytest.mark.parametrize("words", [(), ("--rollback",)], ids=["run again", "--rollback again"])
@pytest.mark.parametrize("cut", ["before the return", "after it"])
def test_a_rollback_that_was_cut_off_is_given_up_where_the_first_app_is_gone(
    world: World, cut: str, words: tuple[str, ...]
) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    kill_during_rollback(world)
    if cut == "before the return":
        use_second(world)
    delete_first_app(world)
    assert world.run("rotate", "cert", "--rollback", "--dry-run").code == 1
    done = world.run("rotate", "cert", *words, "--json")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE), done.out
    assert rotation(done)["status"] == "failed"
    assert "Billing_Sync_v2 gives a token with each grant and is the app in use" in done.document["message"]
    assert world.store.app_name(world.slot) == "Billing_Sync_v2"
    assert world.states() == (["archived", "current"], ["archived", "current"])
    assert world.run("verify").code == 0
    assert world.run("rotate", "cert", "--strategy", "renew", "--json").code == 0
    gone = world.run(*RETIRE, "--quiet-for", "0")
    assert (gone.code, rotation(gone)["status"]) == (0, "retired"), gone.out
    assert world.store.intents(world.slot) == ()


def use_second(world: World) -> None:
    """Make the second app the current one."""
    world.store.use_generation(world.slot, 2)
    world.store.use_credentials(world.slot, 2)
    world.store.use_app_name(world.slot, "Billing_Sync_v2")


def test_a_dry_run_of_a_rollback_ends_as_the_rollback_does_where_no_app_can_be_made(
    settings: Path, provision: Provision
) -> None:
    world = World("local-legacy", settings, provision)
    assert world.run(*BLUE_GREEN).code == 0
    edit(settings, "connected_app_creation: enabled", "connected_app_creation: blocked")
    back = ("rotate", "cert", "--rollback")
    planned = world.run(*back, "--dry-run", "--json")
    assert (planned.code, rotation(planned)["status"]) == (0, "planned"), planned.out
    assert rotation(planned)["advice"] == [], "what there is to know about going forward"
    assert "the certificate would be rolled back by blue-green" in world.run(*back, "--dry-run").out
    done = world.run(*back, "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rolled-back"), done.out
    assert rotation(done)["advice"] == []


def refuse_tokens(patch: pytest.MonkeyPatch) -> None:
    """Let the token endpoint refuse everything, as if an app never spread."""
    real = Transport._once

    def once(transport: Transport, request: Request) -> Response:
        if request.url.endswith("/oauth2/token"):
            return Response(400, {}, b'{"error":"invalid_client_id","error_description":"client identifier invalid"}')
        return real(transport, request)

    patch.setattr(Transport, "_once", once)


@pytest.fixture
def deaf(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An org whose token endpoint refuses everything."""
    with monkeypatch.context() as patch:
        refuse_tokens(patch)
        yield world


def test_a_second_app_that_gives_no_token_is_deleted_again(deaf: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done = deaf.run(*BLUE_GREEN, "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_ROLLED_BACK), done.out
    assert deaf.states() == (["current", "retired"], ["current", "retired"])
    assert deaf.store.intents(deaf.slot) == ()
    monkeypatch.undo()


def test_another_strategy_waits_for_the_first_app_to_be_retired(world: World) -> None:
    assert world.run(*BLUE_GREEN).code == 0
    again = world.run(*BLUE_GREEN)
    assert (again.code, again.document["code"]) == (1, Code.ROTATION_UNDER_WAY)
    renewed = world.run("rotate", "cert", "--strategy", "renew", "--json")
    assert renewed.code == 0, "the second app is rotated like any other"


def test_an_org_that_takes_no_second_connected_app_is_told_what_to_do_instead(
    settings: Path, provision: Provision
) -> None:
    world = World("local-legacy", settings, provision)
    edit(settings, "connected_app_creation: enabled", "connected_app_creation: blocked")
    done = world.run(*BLUE_GREEN)
    assert (done.code, done.document["code"]) == (1, Code.CONNECTED_APP_CREATION_BLOCKED), done.out
    assert any("provision convert" in action for action in done.document["actions"])
    assert any("Host and audience" in action for action in done.document["actions"])
    assert world.states() == (["current"], ["current"])
    assert world.run("verify").code == 0


def test_a_hook_hands_the_second_app_out(settings: Path, provision: Provision) -> None:
    path = settings.parent / "hand_out.py"
    path.write_text("import json, sys\nopen('given.json', 'w').write(json.dumps(json.load(sys.stdin)))\n")
    hook = json.dumps({"run": [sys.executable, str(path)]})
    edit(settings, "    user: billing-bot", f"    user: billing-bot\n    rotation: {{deploy: {hook}}}")
    world = World("local", settings, provision)
    done = world.run(*BLUE_GREEN)
    given = json.loads((settings.parent / "given.json").read_text())
    assert given["app_name"] == "Billing_Sync_v2"
    assert given["consumer_key"] == rotation(done)["consumer_key"]
    assert given["consumer_secret"]
    assert "PRIVATE KEY" in given["private_key"]
