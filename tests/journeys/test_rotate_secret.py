"""Consumer keys and secrets of External Client Apps replaced by staged pairs, by real commands on the local org."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from provision.errors import Code
from provision.localorg import FILE_NAME, LocalOrg
from provision.org import oauth
from provision.org.connect import connect
from provision.org.oauth import Token
from provision.rotate import secret_marker
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Credentials, Slot, State
from tests.journeys.conftest import Done, Provision, edit

ON = ("-o", "local")
SECRET = ("rotate", "secret", *ON, "--json")
SLOT = Slot("local", "billing-sync")


@pytest.fixture
def store(settings: Path) -> FileStore:
    return FileStore(settings.parent / ".provision")


@pytest.fixture
def applied(settings: Path, provision: Provision) -> LocalOrg:
    """The local org of today, with an External Client App."""
    assert provision("apply", *ON, "--no-verify").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local")


def rotation(done: Done) -> dict[str, Any]:
    [found] = done.document["result"]["rotations"]
    return dict(found)


def works(settings: Path, credentials: Credentials) -> bool:
    """Ask for a token with client credentials, as a consumer would."""
    org = connect(load(settings, {}), "local", {}, "67.0")
    secret = credentials.consumer_secret.reveal() if credentials.consumer_secret else ""
    answer = oauth.client_credentials_in_body(org.site.transport, org.site.my_domain, credentials.consumer_key, secret)
    return isinstance(answer, Token)


def generations(store: FileStore) -> list[tuple[int, str]]:
    return [(one.number, one.state.value) for one in store.credentials_generations(SLOT)]


def stored(store: FileStore, number: int) -> Credentials:
    [found] = [one.credentials for one in store.credentials_generations(SLOT) if one.number == number]
    return found


def deploy_hook(settings: Path, program: str) -> None:
    path = settings.parent / "hand_out.py"
    path.write_text(program)
    hook = {"run": [sys.executable, str(path)]}
    edit(settings, "    user: billing-bot", f"    user: billing-bot\n    rotation: {{deploy: {json.dumps(hook)}}}")


def test_a_pair_is_staged_proved_handed_out_and_promoted(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    before = stored(store, 1)
    waiting = provision(*SECRET)
    assert (waiting.code, waiting.document["code"]) == (30, Code.ROTATION_WAITING), waiting.out
    assert generations(store) == [(1, "current"), (2, "staged")]
    after = stored(store, 2)
    assert after.consumer_key != before.consumer_key
    assert works(settings, before), "both pairs work meanwhile"
    assert works(settings, after)
    assert provision("verify", *ON).code == 0
    done = provision(*SECRET, "--delivered", "2")
    assert (done.code, rotation(done)["status"]) == (0, "rotated"), done.out
    assert rotation(done)["consumer_key"] == after.consumer_key
    assert rotation(done)["previous_consumer_key"] == before.consumer_key
    assert generations(store) == [(1, "archived"), (2, "current")]
    assert works(settings, before), "the earlier pair has its thirty days"
    assert provision("verify", *ON).code == 0
    assert provision("plan", *ON, "--exit-code").code == 0
    assert applied.org_id


def test_the_earlier_pair_is_revoked_on_request(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    before = stored(store, 1)
    assert provision(*SECRET).code == 30
    early = provision(*SECRET, "--retire")
    assert (early.code, early.document["code"]) == (2, Code.ROTATION_UNDER_WAY)
    assert provision(*SECRET, "--delivered", "2").code == 0
    done = provision(*SECRET, "--retire")
    assert (done.code, rotation(done)["status"]) == (0, "retired"), done.out
    assert not works(settings, before)
    assert generations(store) == [(1, "retired"), (2, "current")]
    assert provision("verify", *ON).code == 0
    assert provision(*SECRET).code == 30, "the slot is free again"
    assert applied.org_id


def test_a_command_that_was_cut_off_when_all_was_done_says_so_and_begins_nothing(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    again = provision(*SECRET, "--delivered", "2")
    assert (again.code, rotation(again)["status"]) == (0, "unchanged"), again.out
    assert any("--retire" in line for line in rotation(again)["advice"])
    ended = secret_marker.ended(store, SLOT)
    assert ended is not None
    said = provision(*SECRET[:-1]).out
    assert f"nothing was rotated, the pair in use is so since the last rotation, {ended.at:%Y-%m-%d %H:%M} UTC" in said
    assert "Then rotate again: provision rotate secret -o local -a billing-sync" in said
    secret_marker.keep_ended(store, SLOT, replace(ended, at=ended.at - timedelta(days=2)))
    assert provision(*SECRET, "--delivered", "2").code == 0, "whenever it was, consumers have generation 2"
    assert provision(*SECRET, "--delivered", "1").code == 1, "that is another rotation than the last one"
    assert generations(store) == [(1, "archived"), (2, "current")]
    assert applied.org_id


def test_a_pair_that_leaks_soon_after_it_was_rotated_is_out_of_use_in_the_end(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    leaked, ended = stored(store, 2), secret_marker.ended(store, SLOT)
    assert ended is not None
    secret_marker.keep_ended(store, SLOT, replace(ended, at=ended.at - timedelta(hours=3)))
    refused = provision(*SECRET)
    assert (refused.code, refused.document["code"]) == (1, Code.ROTATION_UNDER_WAY), refused.out
    assert "--retire" in refused.document["actions"][0]
    assert works(settings, leaked)
    assert provision(*SECRET, "--retire").code == 0
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "3").code == 0
    assert provision(*SECRET, "--retire").code == 0
    assert not works(settings, leaked)
    assert works(settings, stored(store, 3))
    assert applied.org_id


def test_some_minutes_later_it_is_another_rotation_for_which_there_is_no_slot(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    ended = secret_marker.ended(store, SLOT)
    assert ended is not None
    secret_marker.keep_ended(store, SLOT, replace(ended, at=ended.at - timedelta(minutes=6)))
    again = provision(*SECRET)
    assert (again.code, again.document["code"]) == (1, Code.ROTATION_UNDER_WAY), "there is one slot"
    secret_marker.keep_ended(store, SLOT, replace(ended, consumer_key="of a pair before that"))
    assert provision(*SECRET).code == 1
    assert provision(*SECRET, "--retire").code == 0
    assert store.intents(SLOT) == ()
    assert applied.org_id


def test_no_pair_is_revoked_where_the_store_uses_another_one_than_the_org(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    store.use_credentials(SLOT, 1)
    done = provision(*SECRET, "--retire")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE), done.out
    assert works(settings, stored(store, 1)), "it may be the one that is in use"
    assert works(settings, stored(store, 2))
    assert applied.org_id


def test_a_staged_pair_is_given_up_on_request(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    staged = stored(store, 2)
    done = provision(*SECRET, "--rollback")
    assert (done.code, rotation(done)["status"]) == (0, "rolled-back"), done.out
    assert not works(settings, staged)
    assert works(settings, stored(store, 1))
    assert generations(store) == [(1, "current"), (2, "retired")]
    assert provision(*SECRET).code == 30
    assert applied.org_id


def test_a_promoted_pair_cannot_be_given_up(applied: LocalOrg, provision: Provision, store: FileStore) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    done = provision(*SECRET, "--rollback")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)
    assert generations(store) == [(1, "archived"), (2, "current")]
    assert applied.org_id


def test_a_promotion_that_the_org_refuses_cleans_the_staged_pair_up(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    staged = stored(store, 2)
    applied.fault("row-lock", times=None, method="PATCH", path="*/staged/*")
    done = provision(*SECRET, "--delivered", "2")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_ROLLED_BACK), done.out
    applied.clear_faults()
    assert not works(settings, staged)
    assert works(settings, stored(store, 1))
    assert generations(store) == [(1, "current"), (2, "retired")]
    assert store.intents(SLOT) == ()


def test_a_hook_hands_out_key_secret_and_private_key_since_the_issuer_changes(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HSM_PIN", "AWS_SECRET_ACCESS_KEY", "SF_ORG_INSTANCE_TOKEN"):
        monkeypatch.setenv(name, "canary")
    deploy_hook(
        settings,
        "import json, os, sys\n"
        "given = json.load(sys.stdin)\n"
        "open('given.json', 'w').write(json.dumps({**given, 'environment': dict(os.environ)}))\n",
    )
    before = stored(store, 1)
    assert provision(*SECRET).code == 0
    given = json.loads((settings.parent / "given.json").read_text())
    after = stored(store, 2)
    assert after.consumer_secret is not None
    assert given["consumer_key"] == after.consumer_key == given["environment"]["PROVISION_CONSUMER_KEY"]
    assert given["previous_consumer_key"] == before.consumer_key
    assert given["consumer_secret"] == after.consumer_secret.reveal()
    assert "PRIVATE KEY" in given["private_key"]
    assert after.consumer_secret.reveal() not in json.dumps(given["environment"])
    assert "canary" not in json.dumps(given["environment"])
    assert applied.org_id


def test_a_hook_that_fails_leaves_both_pairs_working(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    deploy_hook(settings, "raise SystemExit('the vault is sealed')")
    done = provision(*SECRET)
    assert (done.code, done.document["code"]) == (1, Code.HOOK_FAILED)
    assert works(settings, stored(store, 1))
    assert works(settings, stored(store, 2))
    (settings.parent / "hand_out.py").write_text("")
    assert provision(*SECRET).code == 0
    assert generations(store) == [(1, "archived"), (2, "current")]
    assert applied.org_id


def test_a_pair_that_others_left_staged_is_not_taken(
    applied: LocalOrg, provision: Provision, settings: Path, store: FileStore
) -> None:
    assert provision(*SECRET).code == 30
    store.clear(SLOT, "rotate-secret")
    done = provision(*SECRET)
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_UNDER_WAY)
    assert provision(*SECRET, "--rollback").code == 0
    assert not works(settings, stored(store, 2))
    assert provision(*SECRET).code == 30
    assert applied.org_id


def test_a_connected_app_is_told_what_to_do_instead(settings: Path, provision: Provision) -> None:
    assert provision("apply", "-o", "local-legacy", "--no-verify").code == 0
    done = provision("rotate", "secret", "-o", "local-legacy", "--json")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)
    assert any("Manage Consumer Details" in action for action in done.document["actions"])
    assert settings.exists()


def test_a_dry_run_changes_nothing(applied: LocalOrg, provision: Provision, store: FileStore) -> None:
    requests = len(applied.requests())
    done = provision(*SECRET, "--dry-run")
    assert (done.code, rotation(done)["status"]) == (0, "planned")
    assert any("split" in line for line in rotation(done)["advice"])
    assert generations(store) == [(1, "current")]
    assert not any("apps/oauth" in one.path for one in applied.requests()[requests:])


def test_a_runbook_is_printed_and_nothing_is_done(applied: LocalOrg, provision: Provision, store: FileStore) -> None:
    requests = len(applied.requests())
    done = provision(*SECRET[:-1], "--runbook")
    assert done.code == 0
    assert done.out.startswith("# Runbook: rotate the secret of billing-sync in local")
    assert stored(store, 1).consumer_key in done.out
    assert generations(store) == [(1, "current")]
    assert not any("apps/oauth" in one.path for one in applied.requests()[requests:])


def test_no_secret_is_printed_or_recorded(applied: LocalOrg, provision: Provision, store: FileStore) -> None:
    said = provision(*SECRET)
    done = provision(*SECRET, "--delivered", "2")
    text = Path(rotation(done)["record"]).read_text()
    text += Path(rotation(done)["record"]).with_suffix(".json").read_text() + said.out + said.err + done.out + done.err
    for number in (1, 2):
        secret = stored(store, number).consumer_secret
        assert secret is not None
        assert secret.reveal() not in text
    assert [one.state for one in store.credentials_generations(SLOT)] == [State.ARCHIVED, State.CURRENT]
    assert applied.org_id


def test_the_switch_for_secrets_is_closed_again(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*SECRET).code == 30
    assert provision(*SECRET, "--delivered", "2").code == 0
    with applied.transaction() as transaction:
        held = transaction.documents(applied.org_id).get("ExternalClientAppSettings", "ExternalClientApp") or {}
    assert held.get("enableClientSecretInRestApiAccess", "false") == "false"
