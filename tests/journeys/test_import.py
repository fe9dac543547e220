"""Adopting what is in an org: the file gets new lines, the plan has nothing to do, and nothing is made up."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Done, Provision
from tests.org.by_hand import USERNAME, find, insert, person, set_document, update, written

NAME = "local-legacy"
HEAD = """\
version: 1   # kept by hand
default_org: local-legacy
orgs:
  local-legacy: {local: {connected_app_creation: enabled}}
"""


@pytest.fixture
def left(settings: Path, provision: Provision) -> Path:
    """An org with an app that the settings do not know; returns where its keys were put."""
    assert provision("apply", "--no-verify").code == 0
    store, elsewhere = settings.parent / ".provision" / NAME, settings.parent / "elsewhere"
    shutil.move(store, elsewhere)
    settings.write_text(HEAD)
    return elsewhere / "billing-sync"


@pytest.fixture
def local(left: Path) -> LocalOrg:
    return LocalOrg.open(left.parent.parent / ".provision" / FILE_NAME, NAME)


def key(left: Path) -> tuple[str, str]:
    return ("--key", str(left / "keys" / "0001.key.pem"))


def refused(done: Done) -> tuple[int, str]:
    return done.code, done.document["code"]


def test_what_apply_made_is_adopted_and_plans_to_nothing(left: Path, settings: Path, provision: Provision) -> None:
    consumer_key = provision("import", "--list", "--json").document["result"]["apps"][0]["consumer_key"]
    done = provision("import", "Billing_Sync", *key(left), "--json")
    assert done.code == 0, done.document
    assert settings.read_text().startswith(HEAD)
    planned = provision("plan", "--exit-code", "--json")
    assert (planned.code, planned.org["changes"]) == (0, [])
    verified = provision("verify", "--grant", "jwt-bearer", "--json")
    assert verified.code == 0, verified.document
    assert verified.org["apps"][0]["consumer_key"] == consumer_key
    status = provision("status", "--json").org["apps"][0]
    assert (status["key"], status["drift"]) == ("stored", 0)


def test_a_secret_is_taken_and_proved(left: Path, settings: Path, provision: Provision) -> None:
    [stored] = (left / "credentials").glob("*.json")
    secret = settings.parent / "secret.txt"
    secret.write_text(json.loads(stored.read_text())["consumer_secret"])
    done = provision("import", "Billing_Sync", *key(left), "--secret", str(secret))
    assert done.code == 0
    assert secret.read_text() not in done.out + done.err + settings.read_text()
    assert provision("verify").code == 0


def test_without_its_key_the_plan_asks_for_it(left: Path, provision: Provision) -> None:
    assert provision("import", "Billing_Sync").code == 0
    planned = provision("plan", "--json")
    assert refused(planned) == (1, "KEY_MISSING")
    assert any("provision keys import" in action for action in planned.document["actions"])
    assert provision("keys", "import", "-a", "billing-sync", *key(left)).code == 0
    assert provision("plan", "--exit-code").code == 0


def test_a_key_of_another_app_is_refused_and_nothing_is_written(
    left: Path, settings: Path, provision: Provision, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    subprocess.run(["openssl", "genrsa", "-out", str(other), "2048"], check=True, capture_output=True)
    assert refused(provision("import", "Billing_Sync", "--key", str(other), "--json")) == (1, "KEY_MISMATCH")
    assert settings.read_text() == HEAD
    assert left.exists()


def test_a_dry_run_prints_what_it_would_write(left: Path, settings: Path, provision: Provision) -> None:
    done = provision("import", "Billing_Sync", "--dry-run")
    assert done.code == 0
    assert settings.read_text() == HEAD
    assert provision("import", "Billing_Sync").code == 0
    new = settings.read_text().removeprefix(HEAD)
    assert [line for line in done.out.splitlines() if line] == [line for line in new.splitlines() if line]
    assert left.exists()


def test_entries_go_to_the_end_of_their_sections(left: Path, settings: Path, provision: Provision) -> None:
    before = (
        HEAD
        + "users:\n    other-bot:   # indented by four\n        username: o@acme.example\n        last_name: O\n"
        + "        email: o@acme.example\n\n# The apps\napps:\n"
        + "    other: {label: O, contact_email: o@acme.example, user: other-bot}"
    )
    settings.write_text(before)
    assert provision("import", "Billing_Sync", *key(left)).code == 0
    lines = settings.read_text().splitlines()
    assert [line for line in before.splitlines() if line not in lines] == []
    assert lines.index("    billing-bot:") < lines.index("# The apps") < lines.index("    billing-sync:")
    assert provision("plan", "-a", "billing-sync", "--exit-code").code == 0


def test_a_file_that_takes_no_lines_is_left_alone(left: Path, settings: Path, provision: Provision) -> None:
    before = HEAD + "apps: {other: {label: O, contact_email: o@acme.example, user: bot}}\n"
    before += "users: {bot: {username: o@acme.example, last_name: O, email: o@acme.example}}\n"
    settings.write_text(before)
    done = provision("import", "Billing_Sync", "--json")
    assert refused(done) == (2, "USAGE")
    assert "contact_email: integrations@acme.example" in done.document["message"]
    assert settings.read_text() == before
    assert left.exists()


def test_a_declared_app_is_not_adopted_twice(left: Path, settings: Path, provision: Provision) -> None:
    assert provision("import", "Billing_Sync", *key(left)).code == 0
    text = settings.read_text()
    assert refused(provision("import", "billing_sync", "--json")) == (2, "USAGE")
    assert settings.read_text() == text


def test_apps_are_chosen_by_name(left: Path, provision: Provision) -> None:
    done = provision("import", "--no-prompt", "--json")
    assert refused(done) == (2, "USAGE")
    assert done.document["context"]["apps"] == ["Billing_Sync"]
    assert refused(provision("import", "Nope", "--json")) == (2, "APP_UNKNOWN")
    assert left.exists()


def test_whom_a_jwt_app_acts_as_is_asked_for_where_several_may_use_it(
    local: LocalOrg, left: Path, provision: Provision
) -> None:
    set_document(local, "oauthConfig", isClientCredentialEnabled="false", oauthClientCredentialUser=None)
    ann = person(local, "ann@acme.example", uses_the_app=False)
    [access] = find(local, "PermissionSet", Name="Billing_Sync_Access")
    insert(local, "PermissionSetAssignment", AssigneeId=ann, PermissionSetId=access["Id"])
    done = provision("import", "Billing_Sync", "--json")
    assert refused(done) == (2, "USAGE")
    assert done.document["context"]["usernames"] == ["ann@acme.example", USERNAME]
    assert provision("import", "Billing_Sync", "--user", USERNAME, *key(left)).code == 0
    planned = provision("plan", "--json")
    assert (planned.code, planned.org["changes"]) == (0, [])


def test_a_person_who_runs_an_app_is_pointed_out(local: LocalOrg, left: Path, provision: Provision) -> None:
    person(local, "ann@acme.example", uses_the_app=False)
    done = provision("import", "Billing_Sync", "--user", "ann@acme.example", "--dry-run", "--json")
    assert done.code == 0
    assert any("no API-only user" in warning for warning in done.document["warnings"])
    assert left.exists()


def test_an_app_without_a_grant_of_its_own_is_not_adopted(local: LocalOrg, left: Path, provision: Provision) -> None:
    set_document(local, "oauthConfig", isClientCredentialEnabled="false", certificate=None)
    [listed] = provision("import", "--list", "--json").document["result"]["apps"]
    assert "neither a certificate nor client credentials" in listed["obstacle"]
    assert refused(provision("import", "Billing_Sync", "--json")) == (1, "NOT_ADOPTABLE")
    assert left.exists()


def test_what_was_adopted_is_not_destroyed(local: LocalOrg, left: Path, provision: Provision) -> None:
    assert provision("import", "Billing_Sync", *key(left)).code == 0
    before = written(local)
    done = provision("destroy", "--confirm", NAME, "--json")
    assert (done.code, done.org["changes"]) == (0, [])
    assert written(local) == before
    [bot] = find(local, "User", Username=USERNAME)
    update(local, bot, LastName="Renamed")
    assert provision("plan", "--exit-code").code == 30


def test_an_external_client_app_is_adopted_and_plans_to_nothing(modern: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    shutil.move(modern.parent / ".provision" / "local", modern.parent / "elsewhere")
    modern.write_text("version: 1\ndefault_org: local\n")
    [listed] = provision("import", "--list", "--json").document["result"]["apps"]
    assert (listed["kind"], listed["obstacle"]) == ("external-client-app", None)
    keys = ("--key", str(modern.parent / "elsewhere" / "billing-sync" / "keys" / "0001.key.pem"))
    done = provision("import", "Billing_Sync", *keys, "--json")
    assert done.code == 0, done.document
    assert "kind: external-client-app" in modern.read_text()
    planned = provision("plan", "--json")
    assert (planned.code, planned.org["changes"]) == (0, [])
    assert provision("verify", "--grant", "jwt-bearer").code == 0
