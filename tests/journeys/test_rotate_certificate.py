"""Certificates and key pairs replaced by real commands on the local org."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provision.errors import Code
from provision.keys.certificate import parse_certificate
from provision.localorg import FILE_NAME, LocalOrg
from provision.model.rotation import Strategy
from provision.rotate import marker as markers
from provision.rotate.position import Marker
from provision.store.file import FileStore
from provision.store.protocol import Slot
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Done, Provision, edit
from tests.journeys.key_pairs import bring_another_key, listed, shown
from tests.org.by_hand import document, set_document

NAME = "local-legacy"
SLOT = Slot(NAME, "billing-sync")
IN_PLACE = ("rotate", "cert", "--strategy", "in-place", "--json")


@pytest.fixture
def applied(settings: Path, provision: Provision) -> LocalOrg:
    """The local org with the app."""
    assert provision("apply", "--no-verify").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


@pytest.fixture
def store(settings: Path) -> FileStore:
    return FileStore(settings.parent / ".provision")


def rotation(done: Done) -> dict[str, Any]:
    [found] = done.document["result"]["rotations"]
    return dict(found)


def on_the_app(local: LocalOrg) -> str:
    held = document(local)
    assert held is not None
    certificate = held["oauthConfig"]["certificate"]
    assert isinstance(certificate, str)
    return certificate


def holds_current(local: LocalOrg, provision: Provision) -> bool:
    return parse_certificate(on_the_app(local)) == shown(provision)


def hook(settings: Path, point: str, program: str, **how: object) -> None:
    """Declare a hook that runs a Python program."""
    path = settings.parent / f"{point}.py"
    path.write_text(program)
    words = {"run": [sys.executable, str(path)], **how}
    anchor = "    user: billing-bot"
    text = settings.read_text()
    if "    rotation:" in text:
        settings.write_text(text.replace("    rotation:\n", f"    rotation:\n      {point}: {json.dumps(words)}\n"))
    else:
        edit(settings, anchor, f"{anchor}\n    rotation:\n      {point}: {json.dumps(words)}")


# The strategies


def test_a_certificate_is_renewed_and_the_key_stays(applied: LocalOrg, provision: Provision) -> None:
    before = shown(provision)
    done = provision("rotate", "cert", "--json")
    assert (done.code, rotation(done)["status"], rotation(done)["strategy"]) == (0, "rotated", "renew"), done.out
    after = shown(provision)
    assert after != before
    assert after.public_key() == before.public_key()
    assert holds_current(applied, provision)
    assert listed(provision) == [(1, "archived"), (2, "current")]
    assert provision("verify").code == 0
    assert provision("plan", "--exit-code").code == 0


def test_a_key_pair_is_replaced_once_somebody_confirms_that_it_was_delivered(
    applied: LocalOrg, provision: Provision
) -> None:
    before = shown(provision)
    waiting = provision(*IN_PLACE)
    assert (waiting.code, waiting.document["code"]) == (30, Code.ROTATION_WAITING)
    assert waiting.document["context"]["generation"] == 2
    assert holds_current(applied, provision)
    assert listed(provision) == [(1, "current"), (2, "staged")]
    assert provision("rotate", "cert", "--delivered", "1").code == 30, "that is not the one that waits"
    done = provision("rotate", "cert", "--delivered", "2", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rotated")
    assert shown(provision).public_key() != before.public_key()
    assert holds_current(applied, provision)
    assert provision("verify").code == 0


def test_apply_leaves_a_rotation_that_waits_alone(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE).code == 30
    assert provision("apply").code == 0
    assert holds_current(applied, provision)
    assert provision("rotate", "cert", "--delivered", "2").code == 0
    assert provision("apply").code == 0
    assert holds_current(applied, provision)


def test_only_the_certificate_of_the_app_is_changed(applied: LocalOrg, provision: Provision) -> None:
    set_document(applied, "oauthPolicy", ipRelaxation="BYPASS")
    assert provision("rotate", "cert").code == 0
    before = document(applied)
    assert provision("rotate", "cert").code == 0
    after = document(applied)
    assert before is not None
    assert after is not None
    assert before["oauthConfig"].pop("certificate") != after["oauthConfig"].pop("certificate")
    assert before == after
    assert after["oauthPolicy"]["ipRelaxation"] == "BYPASS"


def test_a_certificate_that_lasts_shorter_than_the_one_before_is_taken(
    applied: LocalOrg, provision: Provision, settings: Path
) -> None:
    edit(settings, "days: 365", "days: 30")
    assert provision("rotate", "cert").code == 0
    assert listed(provision) == [(1, "archived"), (2, "current")]
    assert holds_current(applied, provision)


def test_a_key_pair_that_waits_in_the_store_is_taken(applied: LocalOrg, provision: Provision) -> None:
    assert provision("keys", "generate", "--staged").code == 0
    done = provision("rotate", "cert", "--accept-outage", "--json")
    assert (rotation(done)["strategy"], rotation(done)["after"]["generation"]) == ("in-place", 2)
    assert holds_current(applied, provision)


def test_a_key_pair_that_was_imported_as_the_current_one_is_put_on_the_app(
    applied: LocalOrg, provision: Provision, workspace: Path
) -> None:
    bring_another_key(provision, workspace)
    assert not holds_current(applied, provision)
    assert provision(*IN_PLACE, "--accept-outage").code == 0
    assert holds_current(applied, provision)
    assert provision("verify").code == 0


# Back


def test_a_finished_rotation_is_undone_and_its_key_is_not_kept(applied: LocalOrg, provision: Provision) -> None:
    before = shown(provision)
    assert provision(*IN_PLACE, "--accept-outage").code == 0
    done = provision("rotate", "cert", "--rollback", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rolled-back")
    assert shown(provision) == before
    assert holds_current(applied, provision)
    assert listed(provision) == [(1, "current"), (2, "retired")]
    assert provision("verify").code == 0
    again = provision("rotate", "cert", "--rollback", "--json")
    assert (again.code, again.document["code"]) == (1, Code.KEY_MISSING)


def test_a_rotation_that_waits_is_undone(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE).code == 30
    assert provision("rotate", "cert", "--rollback").code == 0
    assert listed(provision) == [(1, "current"), (2, "retired")]
    assert holds_current(applied, provision)


def test_the_earlier_certificate_is_put_back_where_the_new_key_gets_no_token(
    applied: LocalOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The org takes the deploy and goes on with the old certificate, as if the change never spread."""
    before = on_the_app(applied)
    with _deaf_to_new_keys(applied, monkeypatch):
        done = provision(*IN_PLACE, "--accept-outage", "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_ROLLED_BACK)
    assert rotation(done)["status"] == "rolled-back"
    assert on_the_app(applied) == before
    assert listed(provision) == [(1, "current"), (2, "staged")]
    assert provision("verify").code == 0
    assert provision("rotate", "cert", "--accept-outage").code == 0, "the same new key gets its second chance"
    assert listed(provision) == [(1, "archived"), (2, "current")]


@contextmanager
def _deaf_to_new_keys(local: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the token endpoint refuse everything while the app holds another certificate than now."""
    held, real = on_the_app(local), Transport._once

    def once(transport: Transport, request: Request) -> Response:
        if request.url.endswith("/oauth2/token") and on_the_app(local) != held:
            return Response(400, {}, b'{"error":"invalid_grant","error_description":"invalid assertion"}')
        return real(transport, request)

    with monkeypatch.context() as patch:
        patch.setattr(Transport, "_once", once)
        yield


# What stops it


def test_an_app_that_gets_no_token_for_another_reason_is_left_alone(applied: LocalOrg, provision: Provision) -> None:
    applied.restrict_logins("Minimum Access - API Only Integrations", ("203.0.113.1", "203.0.113.2"))
    before = on_the_app(applied)
    done = provision(*IN_PLACE, "--accept-outage")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)
    assert "ip restricted" in done.document["message"]
    assert on_the_app(applied) == before


def test_an_app_whose_key_is_not_stored_is_left_alone(
    applied: LocalOrg, provision: Provision, settings: Path, workspace: Path
) -> None:
    before = on_the_app(applied)
    for path in (settings.parent / ".provision" / NAME / "billing-sync" / "keys").iterdir():
        path.unlink()
    bring_another_key(provision, workspace)
    done = provision(*IN_PLACE, "--accept-outage")
    assert (done.code, done.document["code"]) == (1, Code.KEY_MISSING)
    assert on_the_app(applied) == before


def test_a_second_run_is_refused_while_the_first_holds_the_org(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    with store.exclusive(NAME):
        done = provision("rotate", "cert", "--json")
        late = provision("rotate", "cert", "--lock-wait", "0.002", "--json")
    assert (done.code, done.document["code"], late.document["code"]) == (1, "STORE_LOCKED", "STORE_LOCKED")
    assert provision("rotate", "cert").code == 0
    assert holds_current(applied, provision)


def test_a_certificate_that_somebody_else_put_there_is_not_overwritten(
    applied: LocalOrg, provision: Provision, store: FileStore, settings: Path
) -> None:
    assert provision(*IN_PLACE).code == 30
    stranger = shown(provision)
    held = document(applied)
    assert held is not None
    foreign = FileStore(settings.parent / "elsewhere")
    from provision.keys.generate import generate
    from provision.model.desired import KeySpec

    foreign.add_key_pair(SLOT, generate(KeySpec(), "stranger", datetime.now(UTC)))
    pair = foreign.key_pair(SLOT)
    assert pair is not None
    from provision.keys.certificate import certificate_pem

    set_document(applied, "oauthConfig", certificate=certificate_pem(pair.certificate))
    done = provision("rotate", "cert", "--delivered", "2", "--json")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_UNDER_WAY)
    assert parse_certificate(on_the_app(applied)) == pair.certificate
    assert stranger == shown(provision)


def test_another_strategy_is_refused_while_one_is_under_way(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE).code == 30
    done = provision("rotate", "cert", "--strategy", "renew", "--json")
    assert (done.code, done.document["code"]) == (2, Code.ROTATION_UNDER_WAY)
    assert holds_current(applied, provision)


def test_a_damaged_marker_is_told_and_nothing_is_changed(
    applied: LocalOrg, provision: Provision, settings: Path
) -> None:
    assert provision(*IN_PLACE).code == 30
    path = settings.parent / ".provision" / NAME / "billing-sync" / "intents" / "rotate-cert.json"
    path.write_text(path.read_text().replace("in-place", "sideways"))
    before = on_the_app(applied)
    assert provision("rotate", "cert", "--json").document["code"] == Code.STORE_CORRUPT
    assert on_the_app(applied) == before


def test_an_app_that_signs_nothing_has_no_certificate_to_rotate(settings: Path, provision: Provision) -> None:
    edit(settings, "grants: [jwt-bearer, client-credentials]", "grants: [client-credentials]")
    assert provision("apply", "--no-verify").code == 0
    done = provision("rotate", "cert", "--json")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)


def test_an_app_that_is_not_there_is_not_rotated(settings: Path, provision: Provision) -> None:
    assert settings.exists()
    done = provision("rotate", "cert", "--json")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_NOT_POSSIBLE)


def test_a_dry_run_changes_neither_org_nor_store(applied: LocalOrg, provision: Provision, settings: Path) -> None:
    before, folder = on_the_app(applied), settings.parent / ".provision" / NAME / "billing-sync"
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for strategy in ("renew", "in-place"):
        done = provision("rotate", "cert", "--strategy", strategy, "--dry-run", "--json")
        assert (done.code, rotation(done)["status"]) == (0, "planned")
        assert rotation(done)["steps"][0].startswith("stage")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
    assert on_the_app(applied) == before


def test_contradictions_are_told_before_anything_is_done(settings: Path, provision: Provision) -> None:
    assert settings.exists()
    assert provision("rotate", "cert", "--rollback", "--accept-outage").code == 2
    assert provision("rotate", "cert", "--if-due", "soon").code == 2


# Due


@pytest.mark.parametrize(
    ("age_days", "due"),
    [(0, False), (300, False), (340, True), (400, True)],
    ids=["fresh", "not due", "due", "expired"],
)
def test_a_daily_job_rotates_only_what_is_due(
    applied: LocalOrg, provision: Provision, store: FileStore, age_days: int, due: bool
) -> None:
    age(applied, store, age_days)
    before = on_the_app(applied)
    asked = provision("rotate", "cert", "--if-due", "30d", "--dry-run", "--json")
    assert asked.code == (30 if due else 0)
    done = provision("rotate", "cert", "--if-due", "30d", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rotated" if due else "not-due"), done.out
    assert (on_the_app(applied) != before) is due
    assert provision("rotate", "cert", "--if-due", "30d").code == 0
    again = provision("rotate", "cert", "--if-due", "30d", "--json")
    assert rotation(again)["status"] == "not-due"


def test_a_certificate_that_is_not_valid_yet_is_not_due_and_is_replaced_on_request(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    age(applied, store, -40)
    assert rotation(provision("rotate", "cert", "--if-due", "66%", "--json"))["status"] == "not-due"
    done = provision("rotate", "cert", "--strategy", "in-place", "--accept-outage", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rotated"), done.out


def test_an_expired_certificate_that_the_org_refuses_is_cured(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    applied.switch(expired_certificate="refused")
    age(applied, store, 400)
    assert provision("verify").code == 1
    done = provision("rotate", "cert", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "rotated"), done.out
    assert provision("verify").code == 0


def age(local: LocalOrg, store: FileStore, days: int) -> None:
    """Put a certificate of the same key onto the app that was made so many days ago."""
    from dataclasses import replace

    from provision.keys.certificate import certificate_pem
    from provision.keys.delegate import DelegatedKey
    from provision.keys.issue import issue

    pair = store.key_pair(SLOT)
    assert pair is not None
    made = issue(DelegatedKey(pair.signer), "billing-sync", datetime.now(UTC) - timedelta(days=days), 365)
    store.add_certificate(SLOT, 1, made)
    from cryptography.hazmat.primitives.serialization import Encoding

    set_document(local, "oauthConfig", certificate=certificate_pem(made))
    held = document(local)
    assert held is not None
    with local.transaction() as transaction:
        consumers = transaction.consumers(local.org_id)
        consumer = consumers.by_key(held["oauthConfig"]["consumerKey"])
        assert consumer is not None
        consumers.put(replace(consumer, certificate_der=made.public_bytes(Encoding.DER)))


def test_a_rotation_under_way_is_finished_also_where_nothing_is_due(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE).code == 30
    done = provision("rotate", "cert", "--if-due", "30d", "--delivered", "2", "--json")
    assert rotation(done)["status"] == "rotated"
    assert holds_current(applied, provision)


def test_the_org_is_asked_when_the_store_has_no_certificate(
    applied: LocalOrg, provision: Provision, settings: Path
) -> None:
    for path in (settings.parent / ".provision" / NAME / "billing-sync" / "keys").iterdir():
        path.unlink()
    assert applied.requests()
    done = provision("rotate", "cert", "--if-due", "30d", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "not-due")
    due = provision("rotate", "cert", "--if-due", "400d", "--json")
    assert (due.code, due.document["code"]) == (1, Code.KEY_MISSING)


# Afterwards


def test_earlier_keys_are_deleted_on_confirmed_request(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE, "--accept-outage").code == 0
    assert provision("rotate", "cert", "--json").code == 0
    asked = provision("rotate", "cert", "--retire", "--json")
    assert (asked.code, asked.document["code"]) == (2, Code.CONFIRMATION_REQUIRED)
    assert listed(provision) == [(1, "archived"), (2, "archived"), (3, "current")]
    done = provision("rotate", "cert", "--retire", "--confirm", "billing-sync", "--json")
    assert (done.code, rotation(done)["status"]) == (0, "retired")
    assert listed(provision) == [(1, "retired"), (2, "retired"), (3, "current")]
    assert provision("verify").code == 0
    assert provision("rotate", "cert", "--retire", "--json").code == 0, "nothing is left to delete"
    assert holds_current(applied, provision)


def test_nothing_is_deleted_while_a_rotation_is_under_way(applied: LocalOrg, provision: Provision) -> None:
    assert provision("rotate", "cert").code == 0
    assert provision(*IN_PLACE).code == 30
    done = provision("rotate", "cert", "--retire", "--confirm", "billing-sync", "--json")
    assert (done.code, done.document["code"]) == (2, Code.ROTATION_UNDER_WAY)
    assert listed(provision) == [(1, "archived"), (2, "current"), (3, "staged")]
    assert holds_current(applied, provision)


def test_a_runbook_is_printed_and_nothing_is_done(applied: LocalOrg, provision: Provision) -> None:
    requests = len(applied.requests())
    done = provision("rotate", "cert", "--strategy", "in-place", "--runbook")
    assert done.code == 0
    assert done.out.startswith("# Runbook: rotate the certificate of billing-sync in local-legacy\n")
    assert applied.org_id in done.out
    assert listed(provision) == [(1, "current")]
    assert not any("deployRequest" in one.path for one in applied.requests()[requests:])


# Many


def test_a_failure_of_one_app_does_not_stop_the_others(settings: Path, provision: Provision) -> None:
    text = settings.read_text()
    start = text.index("  billing-sync:\n")
    second = text[start:].split("\n\n")[0].replace("billing-sync:", "other-sync:").replace("Billing Sync", "Other Sync")
    settings.write_text(text.replace("apps:\n", f"apps:\n{second}\n", 1))
    assert provision("apply", "-a", "billing-sync", "--no-verify").code == 0
    done = provision("rotate", "cert", "--json")
    assert (done.code, done.document["code"]) == (68, Code.PARTIAL_SUCCESS), done.out
    found = {one["app"]: one["status"] for one in done.document["result"]["rotations"]}
    assert found == {"billing-sync": "rotated", "other-sync": "failed"}


# Hooks and records


def test_hooks_hand_out_the_new_key_before_the_switch(
    applied: LocalOrg, provision: Provision, settings: Path, workspace: Path
) -> None:
    look = "import json, os, sys; open({0!r}, 'a').write(json.dumps([os.environ['PROVISION_GENERATION'], {1}]) + '\\n')"
    hook(settings, "pre", look.format("said.jsonl", "'pre', sys.stdin.read().count('PRIVATE')"))
    hook(
        settings, "deploy", look.format("said.jsonl", "'deploy', json.load(sys.stdin)['private_key'].count('PRIVATE')")
    )
    hook(settings, "post", look.format("said.jsonl", "'post', sys.stdin.read().count('PRIVATE')"))
    assert provision(*IN_PLACE, "--dry-run").code == 0
    assert provision("rotate", "cert", "--if-due", "30d").code == 0
    assert not (workspace / "said.jsonl").exists(), "nothing changed"
    assert provision(*IN_PLACE).code == 0
    said = [json.loads(line) for line in (workspace / "said.jsonl").read_text().splitlines()]
    assert said == [["2", "pre", 0], ["2", "deploy", 2], ["2", "post", 0]]
    assert holds_current(applied, provision)


def test_a_deploy_hook_that_fails_stops_before_the_switch(
    applied: LocalOrg, provision: Provision, settings: Path
) -> None:
    before = on_the_app(applied)
    hook(settings, "deploy", "raise SystemExit('the vault is sealed')")
    done = provision(*IN_PLACE)
    assert (done.code, done.document["code"]) == (1, Code.HOOK_FAILED)
    assert "the vault is sealed" in done.document["message"]
    assert on_the_app(applied) == before
    assert listed(provision) == [(1, "current"), (2, "staged")]
    (settings.parent / "deploy.py").write_text("")
    assert provision(*IN_PLACE).code == 0
    assert listed(provision) == [(1, "archived"), (2, "current")]


def test_a_post_hook_that_fails_stops_before_the_end(applied: LocalOrg, provision: Provision, settings: Path) -> None:
    hook(settings, "post", "raise SystemExit(1)")
    assert provision("rotate", "cert", "--json").document["code"] == Code.HOOK_FAILED
    assert listed(provision) == [(1, "archived"), (2, "current")]
    (settings.parent / "post.py").write_text("")
    done = provision("rotate", "cert", "--json")
    assert (rotation(done)["status"], listed(provision)) == ("rotated", [(1, "archived"), (2, "current")])
    assert holds_current(applied, provision)


def test_a_rotation_leaves_a_record_for_people_and_one_for_programs(
    applied: LocalOrg, provision: Provision, store: FileStore
) -> None:
    done = provision(*IN_PLACE, "--accept-outage")
    place = Path(rotation(done)["record"])
    text = place.read_text()
    found = json.loads(place.with_suffix(".json").read_text())
    assert found["before"]["generation"] == 1
    assert found["after"]["fingerprint_sha256"] in text
    assert found["operator"] == applied.admin_username
    assert f"Operator: {applied.admin_username}" in text
    assert "an outage was accepted" in text
    assert "jwt-bearer/token | passed" in text
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert applied.org_id in text
    for number in (1, 2):
        secret = store.private_key_pem(SLOT, number)
        assert secret is not None
        for line in secret.reveal().splitlines()[1:-1]:
            assert line not in text + place.with_suffix(".json").read_text() + done.out + done.err


def test_the_record_of_a_rollback_tells_what_was_given_up_and_what_is_in_use_again(
    applied: LocalOrg, provision: Provision
) -> None:
    assert provision(*IN_PLACE, "--accept-outage").code == 0
    said = provision("rotate", "cert", "--rollback").out
    lines = [" ".join(line.split()[:4]) for line in said.splitlines()]
    assert lines[1:3] == ["given up generation 2", "in use generation 1"]
    place = Path(said.split()[-1])
    found, text = json.loads(place.with_suffix(".json").read_text()), place.read_text()
    assert (found["before"]["generation"], found["after"]["generation"]) == (2, 1)
    assert "- Given up: generation 2" in text
    assert "- In use again: generation 1" in text
    assert applied.org_id in text


def test_a_key_that_a_rotation_under_way_needs_is_not_retired(applied: LocalOrg, provision: Provision) -> None:
    assert provision(*IN_PLACE).code == 30
    done = provision("keys", "retire", "--generation", "2", "--confirm", "billing-sync", "--json")
    assert (done.code, done.document["code"]) == (2, Code.ROTATION_UNDER_WAY), done.out
    assert listed(provision) == [(1, "current"), (2, "staged")]
    assert provision("rotate", "cert", "--rollback").code == 0
    assert listed(provision) == [(1, "current"), (2, "retired")]
    assert applied.org_id


def test_the_marker_is_read_as_it_was_written(store: FileStore, settings: Path, provision: Provision) -> None:
    assert settings.exists()
    assert provision("keys", "generate").code == 0
    certificate = shown(provision)
    for marker in markers_with(certificate):
        markers.write(store, SLOT, marker)
        assert markers.read(store, SLOT) == marker


def markers_with(certificate: Any) -> Iterator[Marker]:
    now = datetime.now(UTC)
    for back, asked in ((False, False), (True, False), (True, True)):
        for delivered in (None, "somehow"):
            yield Marker(Strategy.IN_PLACE, 2, 1, certificate, now, delivered, back, asked)
