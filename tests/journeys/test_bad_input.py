"""One clear error for each thing that goes wrong, with code, cause, remedy and exit code; a rerun continues."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.errors import Code
from tests.journeys.conftest import Done, Provision, edit


def judged(done: Done, code: Code, exit_code: int) -> None:
    """One JSON document that says what, why and what to do."""
    document = done.document
    assert (document["code"], document["status"], document["exitCode"]) == (code, exit_code, exit_code)
    assert done.code == exit_code
    assert document["message"]
    assert document["actions"]


def test_no_settings(provision: Provision) -> None:
    judged(provision("plan", "--json"), Code.SETTINGS_NOT_FOUND, 2)


def test_every_problem_of_the_settings_at_once(settings: Path, provision: Provision) -> None:
    edit(settings, "last_name: Billing Sync", "lastname: Billing Sync")
    edit(settings, "bits: 2048", "bits: 1024")
    done = provision("apply", "--json")
    judged(done, Code.SETTINGS_INVALID, 2)
    assert len(done.document["context"]["problems"]) >= 2
    assert "provision.yaml:" in done.document["message"]


@pytest.mark.parametrize("label", ["Billing \\u0001 Sync", "x" * 81])
def test_labels_that_salesforce_cannot_hold(settings: Path, provision: Provision, label: str) -> None:
    edit(settings, "label: Billing Sync", f'label: "{label}"')
    judged(provision("apply", "--json"), Code.SETTINGS_INVALID, 2)


def test_markup_in_a_label_arrives_as_text(settings: Path, provision: Provision) -> None:
    edit(settings, "label: Billing Data", "label: '<b>&amp; ]]> \"Data\"'")
    assert provision("apply", "--json").code == 0
    assert provision("plan", "--exit-code").code == 0


def test_an_org_that_refuses_connected_apps(settings: Path, provision: Provision) -> None:
    edit(settings, "label: Billing Sync\n", "label: Billing Sync\n    kind: connected-app\n")
    done = provision("apply", "-o", "local", "--json")
    judged(done, Code.CONNECTED_APP_CREATION_BLOCKED, 1)
    assert "You can't create a connected app" in done.document["message"]
    outcomes = {change["type"]: change["outcome"] for change in done.org["changes"]}
    assert outcomes["User"] == "applied"
    assert outcomes["ConnectedApp"] == "failed"
    assert outcomes["PermissionSetAssignment"] == "skipped"


def test_an_unknown_org_and_app(settings: Path, provision: Provision) -> None:
    assert settings.exists()
    judged(provision("plan", "-o", "locl", "--json"), Code.ORG_UNKNOWN, 2)
    judged(provision("plan", "-a", "biling-sync", "--json"), Code.APP_UNKNOWN, 2)


def test_a_wrong_flag(provision: Provision) -> None:
    judged(provision("plan", "--jsno", "--json"), Code.USAGE, 2)


def test_a_full_licence_stops_before_any_write(settings: Path, provision: Provision) -> None:
    text = settings.read_text()
    users = "".join(
        f"  bot-{n}:\n    username: bot{n}@acme.example\n    last_name: Bot\n    email: a@acme.example\n"
        for n in range(6)
    )
    settings.write_text(
        text.replace("users:\n  billing-bot:\n    username", f"users:\n{users}  billing-bot:\n    username", 1)
    )
    done = provision("apply", "--json")
    judged(done, Code.LICENSE_FULL, 1)
    assert done.org["changes"] == []
    assert not list((settings.parent / ".provision").rglob("*.pem"))


def test_a_lost_store_next_to_an_existing_app_is_refused(settings: Path, provision: Provision) -> None:
    """A new key would lock out whoever uses the app."""
    provision("apply", "--json")
    kept = settings.parent / "kept"
    (settings.parent / ".provision/local-legacy/billing-sync").rename(kept)
    done = provision("apply", "--json")
    judged(done, Code.KEY_MISSING, 1)
    assert any("keys import" in action for action in done.document["actions"])
    kept.rename(settings.parent / ".provision/local-legacy/billing-sync")
    assert provision("apply", "--json").org["status"] == "unchanged"


def test_a_certificate_that_does_not_verify_is_named(settings: Path, provision: Provision) -> None:
    """Another key pair in place of the right one: the proof fails and says which certificate is where."""
    provision("apply", "--json")
    keys = settings.parent / ".provision/local-legacy/billing-sync/keys"
    current = keys / "0001.key.pem"
    other = settings.parent / "other"
    assert provision("init", str(other)).code == 0
    assert provision("apply", "-o", "local-legacy", "--json", "--config", str(other / "provision.yaml")).code == 0
    current.write_bytes((other / ".provision/local-legacy/billing-sync/keys/0001.key.pem").read_bytes())
    done = provision("apply", "--json")
    assert done.code == 1
    assert done.document["code"] in {Code.STORE_CORRUPT, Code.KEY_MISMATCH}


def test_an_org_that_is_not_the_pinned_one(settings: Path, provision: Provision) -> None:
    edit(
        settings,
        "  # A real org.",
        "  uat: {my_domain: acme--uat.sandbox.my.salesforce.com, org_id: 00DXX0000000001AAA}\n  # A real org.",
    )
    done = provision("plan", "-o", "uat", "--json")
    judged(done, Code.NO_ADMIN_SESSION, 1)


def test_an_app_without_a_session_says_what_each_source_said(
    settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    edit(settings, "  # A real org.", "  uat: {my_domain: acme--uat.sandbox.my.salesforce.com}\n  # A real org.")
    done = provision("apply", "-o", "uat")
    assert done.code == 1
    assert "SF_ACCESS_TOKEN is not set" in done.err
    assert "sf-cli" in done.err
    assert "Try this:" in done.err


def test_partial_success(settings: Path, provision: Provision) -> None:
    done = provision("apply", "-o", "local-legacy", "-o", "local", "--json")
    judged(done, Code.PARTIAL_SUCCESS, 68)
    assert [org["status"] for org in done.document["result"]["orgs"]] == ["done", "failed"]
    assert settings.exists()
