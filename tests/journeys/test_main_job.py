"""From nothing to proven server-to-server access, by the commands that people type."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from tests.journeys.conftest import Provision, edit

CHECKS = {
    "jwt-bearer/token",
    "jwt-bearer/identity",
    "jwt-bearer/api",
    "jwt-bearer/scopes",
    "jwt-bearer/foreign-key",
    "client-credentials/token",
    "client-credentials/token-basic",
    "client-credentials/identity",
    "client-credentials/api",
    "client-credentials/wrong-secret",
    "user/api-only",
    "app/certificate",
}


def statuses(org: dict[str, object]) -> dict[str, str]:
    [app] = org["apps"]  # type: ignore[misc]
    return {check["check"]: check["status"] for check in app["checks"]}  # type: ignore[index]


def test_apply_does_the_whole_job_and_proves_it(settings: Path, provision: Provision) -> None:
    done = provision("apply", "--json")
    assert done.code == 0, done.err
    org = done.org
    assert org["status"] == "done"
    assert [change["type"] for change in org["changes"]] == [
        "KeyPair",
        "User",
        "PermissionSetLicenseAssign",
        "PermissionSet",
        "PermissionSet",
        "ConnectedApp",
        "PermissionSetAssignment",
        "PermissionSetAssignment",
    ]
    assert {change["outcome"] for change in org["changes"]} == {"applied"}
    found = statuses(org)
    assert set(found) >= CHECKS
    assert {found[check] for check in CHECKS} == {"passed"}
    assert "failed" not in found.values()
    assert settings.exists()


def test_a_second_run_changes_nothing_and_writes_nothing(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--json").code == 0
    before = snapshot(settings.parent / ".provision")
    done = provision("apply", "--json")
    assert done.code == 0
    assert (done.org["status"], done.org["changes"]) == ("unchanged", [])
    assert snapshot(settings.parent / ".provision") == before


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every stored file but the local org's own database and the time of the last proof."""
    return {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "sqlite" not in path.name
        and not path.name.endswith(".lock")
        and path.parent.name != "proof"
    }


def test_plan_says_what_apply_does_and_writes_nothing(settings: Path, provision: Provision) -> None:
    planned = provision("plan", "--json")
    assert planned.code == 0
    assert provision("plan", "--exit-code").code == 30
    assert not list((settings.parent / ".provision").rglob("*.pem"))
    applied = provision("apply", "--json")
    strip = [{k: v for k, v in change.items() if k != "outcome"} for change in planned.org["changes"]]
    assert strip == [{k: v for k, v in change.items() if k != "outcome"} for change in applied.org["changes"]] or [
        (change["type"], change["name"]) for change in strip
    ] == [(change["type"], change["name"]) for change in applied.org["changes"]]
    again = provision("plan", "--exit-code")
    assert again.code == 0
    assert "No changes." in again.out


def test_verify_proves_by_itself(settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify", "--json").org["apps"] == []
    done = provision("verify", "--json", "--config", str(settings))
    assert done.code == 0
    assert {check for check, status in statuses(done.org).items() if status == "passed"} >= CHECKS
    one = provision("verify", "--json", "--grant", "jwt-bearer", "--no-negative")
    assert not any(check.startswith("client") or "foreign" in check for check in statuses(one.org))


def test_the_table_of_checks_ends_the_text(settings: Path, provision: Provision) -> None:
    done = provision("apply", "--config", str(settings))
    assert done.code == 0
    lines = done.out.rstrip().splitlines()
    assert re.fullmatch(r"\d+ checks: \d+ passed(, \d+ skipped)?", lines[-1])
    assert sum(line.startswith("  passed") for line in lines) >= len(CHECKS)
    assert "\x1b[" not in done.out


def test_keys_are_private_files(settings: Path, provision: Provision) -> None:
    provision("apply", "--json")
    store = settings.parent / ".provision"
    keys = list(store.rglob("*.key.pem"))
    assert len(keys) == 1
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert all(
        stat.S_IMODE(Path(root).stat().st_mode) == 0o700 for root, _dirs, _files in os.walk(store / "local-legacy")
    )


def test_deploy_stops_early_and_names_assign_where_the_run_as_user_is_missing(
    settings: Path, provision: Provision
) -> None:
    done = provision("deploy", "--json", "--config", str(settings))
    assert done.code == 1
    assert done.document["code"] == "USER_MISSING"
    assert any("assign" in action for action in done.document["actions"])


def test_assign_then_deploy_then_assign_is_the_long_way_to_the_same_end(settings: Path, provision: Provision) -> None:
    first = provision("assign", "--json")
    assert first.code == 0
    outcomes = {(change["type"], change["outcome"]) for change in first.org["changes"]}
    assert ("User", "applied") in outcomes
    assert ("PermissionSetAssignment", "skipped") in outcomes
    assert any("provision deploy" in warning for warning in first.document["warnings"])
    assert provision("deploy", "--json").code == 0
    assert provision("assign", "--json").code == 0
    assert provision("plan", "--exit-code", "--json", "--config", str(settings)).code == 0
    assert provision("verify", "--json").code == 0


def test_a_dry_run_changes_nothing(settings: Path, provision: Provision) -> None:
    done = provision("apply", "--dry-run", "--json")
    assert done.code == 0
    assert {change["outcome"] for change in done.org["changes"]} == {"planned"}
    assert not list((settings.parent / ".provision").rglob("*.pem"))
    assert provision("plan", "--exit-code").code == 30


def test_what_a_person_added_stays(settings: Path, provision: Provision) -> None:
    provision("apply", "--json")
    edit(settings, "Account.Rating: read", "Account.Rating: edit")
    edit(settings, "Account: [read]", "Account: [read, edit]")
    done = provision("apply", "--json")
    assert done.code == 0
    assert [(c["action"], c["type"], c["name"]) for c in done.org["changes"]] == [
        ("update", "PermissionSet", "Billing_Data")
    ]
    fields = {row["field"]: (row["old"], row["new"]) for row in done.org["changes"][0]["fields"]}
    assert any("editable" in field or "allowEdit" in field for field in fields)
