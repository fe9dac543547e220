"""Deletions: only what is named, only where it exists, and only after the plan has shown it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Provision

OLD = "  Old_Data: {label: Old Data}\n"
DELETION = "delete: {after: {PermissionSet: [Old_Data, Never_There]}}\n"


@pytest.fixture
def renamed(settings: Path, provision: Provision) -> Path:
    """An org with a permission set that the settings no longer declare."""
    text = settings.read_text()
    settings.write_text(text.replace("permission_sets:\n  Billing_Data:", f"permission_sets:\n{OLD}  Billing_Data:"))
    assert provision("apply", "--no-verify", "--json").code == 0
    settings.write_text(text)
    return settings


def test_what_is_no_longer_declared_stays(renamed: Path, provision: Provision) -> None:
    assert renamed.exists()
    assert provision("plan", "--exit-code").code == 0


def test_a_deletion_is_shown_made_once_and_then_nothing(renamed: Path, provision: Provision) -> None:
    renamed.write_text(renamed.read_text() + DELETION)
    planned = provision("plan")
    assert "  - PermissionSet Old_Data" in planned.out.splitlines()
    assert "Plan: 0 to add, 0 to change, 1 to destroy." in planned.out
    assert "Never_There" not in planned.out
    checked = provision("deploy", "--dry-run", "--json")
    assert [(change["action"], change["outcome"]) for change in checked.org["changes"]] == [("delete", "planned")]
    assert provision("plan", "--exit-code").code == 30
    done = provision("apply", "--no-verify", "--json")
    assert done.code == 0, done.out
    assert [(c["action"], c["type"], c["name"], c["outcome"]) for c in done.org["changes"]] == [
        ("delete", "PermissionSet", "Old_Data", "applied")
    ]
    assert provision("plan", "--exit-code").code == 0


def test_an_app_is_deleted_with_the_deploy_of_another(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify", "--json").code == 0
    text = settings.read_text().replace("  billing-sync:\n", "  second-sync:\n")
    settings.write_text(text + "delete: {before: {ConnectedApp: [Billing_Sync]}}\n")
    done = provision("apply", "--no-verify", "--json")
    assert done.code == 0, done.out
    apps = [(c["action"], c["name"]) for c in done.org["changes"] if c["type"] == "ConnectedApp"]
    assert apps == [("create", "Second_Sync"), ("delete", "Billing_Sync")]
    assert provision("plan", "--exit-code").code == 0


def test_what_the_org_does_not_let_go_is_said_in_its_words(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify", "--json").code == 0
    text = settings.read_text()
    start, end = text.index("  Billing_Data:\n"), text.index("# OAuth clients")
    text = text[:start] + "  Other: {label: Other}\n" + text[end:]
    text = text.replace("permission_sets: [Billing_Data]", "permission_sets: [Other]")
    settings.write_text(text + "delete: {after: {PermissionSet: [Billing_Data]}}\n")
    done = provision("apply", "--no-verify", "--json")
    assert (done.code, done.document["code"]) == (1, "DEPLOY_FAILED")
    assert "PermissionSet Billing_Data: " in done.document["message"]
    assert {c["outcome"] for c in done.org["changes"] if c["type"] == "PermissionSet"} == {"failed"}
