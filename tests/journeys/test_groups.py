"""Permission set groups by the commands that people type."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Provision, edit

GROUPS = """\
permission_set_groups:
  Billing:
    label: All of Billing
    description: What billing needs
    permission_sets: [Billing_Data]
"""


@pytest.fixture
def grouped(settings: Path) -> Path:
    """The settings of `provision init` and a group."""
    settings.write_text(settings.read_text() + GROUPS)
    return settings


def test_a_group_goes_with_the_same_deploy_and_a_second_run_changes_nothing(
    grouped: Path, provision: Provision
) -> None:
    done = provision("apply", "--no-verify", "--json", "--config", str(grouped))
    assert done.code == 0, done.out
    [change] = [change for change in done.org["changes"] if change["type"] == "PermissionSetGroup"]
    assert (change["action"], change["name"], change["outcome"]) == ("create", "Billing", "applied")
    assert provision("plan", "--exit-code").code == 0


def test_a_member_is_added_and_nothing_else_changed(grouped: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify", "--json").code == 0
    edit(grouped, "permission_sets:\n  Billing_Data:", "permission_sets:\n  More: {label: More}\n  Billing_Data:")
    edit(grouped, "needs\n    permission_sets: [Billing_Data]", "needs\n    permission_sets: [Billing_Data, More]")
    changes = provision("deploy", "--json").org["changes"]
    assert [(change["action"], change["type"], change["name"]) for change in changes] == [
        ("create", "PermissionSet", "More"),
        ("update", "PermissionSetGroup", "Billing"),
    ]
    [row] = changes[1]["fields"]
    assert (row["field"], row["new"]) == ("permissionSets", "Billing_Data, More")


def test_a_group_is_rendered_and_named_in_the_manifest(grouped: Path, provision: Provision) -> None:
    files = provision("render", "--json", "--config", str(grouped)).document["result"]["files"]
    text = files["force-app/main/default/permissionsetgroups/Billing.permissionsetgroup-meta.xml"]
    assert "<permissionSets>Billing_Data</permissionSets>" in text
    assert "<name>PermissionSetGroup</name>" in provision("render", "--manifest").out


def test_a_member_that_nobody_has_stops_the_plan(grouped: Path, provision: Provision) -> None:
    edit(grouped, "needs\n    permission_sets: [Billing_Data]", "needs\n    permission_sets: [Billing_Date]")
    done = provision("plan", "--json")
    assert (done.code, done.document["code"]) == (1, "PERMISSION_SET_MISSING")
    assert "permission_set_groups.Billing.permission_sets" in done.document["message"]
