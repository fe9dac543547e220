"""Taking down what was set up: all of it, nothing else, and nothing that was not confirmed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from provision.store.file import FileStore
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import APP, USERNAME, delete, everything, find, insert, person, update, written

NAME = "local-legacy"
YES = ("--confirm", NAME, "--confirm", "billing-sync", "--no-prompt")


@pytest.fixture
def local(settings: Path, provision: Provision) -> LocalOrg:
    """The local org behind `local-legacy`, fresh."""
    assert provision("plan").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


@pytest.fixture
def applied(local: LocalOrg, provision: Provision) -> LocalOrg:
    """The same after `provision apply`, with its proof."""
    assert provision("apply").code == 0
    return local


def changes(done: Done) -> list[tuple[str, str, str]]:
    return [(change["type"], change["name"], change["outcome"]) for change in done.org["changes"]]


def bot(local: LocalOrg) -> dict[str, Any]:
    [found] = find(local, "User", Username=USERNAME)
    return found


def needs(done: Done) -> list[str]:
    assert (done.code, done.document["code"]) == (2, "CONFIRMATION_REQUIRED"), done.document
    flags: list[str] = done.document["context"]["flags"]
    return flags


def test_the_org_is_as_it_was_but_for_a_deactivated_user(local: LocalOrg, provision: Provision) -> None:
    before = everything(local)
    assert provision("apply").code == 0
    assert everything(local) != before
    done = provision("destroy", *YES, "--json")
    assert done.code == 0, done.document
    assert [kind for kind, _name, outcome in changes(done) if outcome == "applied"] == [
        "OauthToken",
        "PermissionSetAssignment",
        "PermissionSetAssignment",
        "ConnectedApp",
        "PermissionSet",
        "PermissionSet",
        "PermissionSetLicenseAssign",
        "User",
    ]
    assert bot(local)["IsActive"] is False
    left = [row for row in everything(local) if row not in before]
    assert [row for row in left if not row.startswith(("User ", "PermissionSetAssignment "))] == []
    assert [row for row in before if row not in everything(local)] == []
    assert any("deactivated" in note for note in done.org["notes"])
    assert provision("destroy", "--confirm", NAME).out.startswith(f"{NAME}: nothing to take down.")


def test_what_was_taken_down_is_made_again_with_the_same_keys(applied: LocalOrg, provision: Provision) -> None:
    before = provision("verify", "--json").org["apps"][0]
    assert provision("destroy", *YES).code == 0
    again = provision("apply", "--json")
    assert again.code == 0, again.document
    after = again.org["apps"][0]
    assert (after["consumer_key"], after["certificate"]) == (before["consumer_key"], before["certificate"])
    assert bot(applied)["IsActive"] is True


def test_tokens_end_before_the_app_does(applied: LocalOrg, provision: Provision) -> None:
    assert find(applied, "OauthToken", UserId=bot(applied)["Id"])
    applied.fault("row-lock", times=None, method="POST", path="*/composite")
    assert provision("destroy", *YES).code == 1
    assert find(applied, "OauthToken", UserId=bot(applied)["Id"]) == []
    assert "Billing_Sync" in written(applied)


def test_a_dry_run_shows_everything_and_changes_nothing(applied: LocalOrg, provision: Provision) -> None:
    before = everything(applied)
    done = provision("destroy", "--dry-run", "--json")
    assert (done.code, {outcome for *_, outcome in changes(done)}) == (0, {"planned"})
    text = provision("destroy", "--dry-run").out
    assert "  - ConnectedApp Billing_Sync" in text
    assert 'IsActive = "true" -> "false"' in text
    assert everything(applied) == before


# What has to be confirmed


def test_nothing_goes_that_was_not_confirmed(applied: LocalOrg, provision: Provision) -> None:
    before = everything(applied)
    assert needs(provision("destroy", "--no-prompt", "--json")) == [f"--confirm {NAME}", "--confirm billing-sync"]
    assert needs(provision("destroy", "--confirm", NAME, "--json")) == ["--confirm billing-sync"]
    assert needs(provision("destroy", "--confirm", "billing-sync", "--no-prompt", "--json")) == [f"--confirm {NAME}"]
    assert everything(applied) == before


def test_a_run_that_holds_the_org_keeps_a_removal_out(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    before = everything(applied)
    with FileStore(settings.parent / ".provision").exclusive(NAME):
        done = provision("destroy", *YES, "--json")
        assert (done.code, done.document["code"]) == (1, "STORE_LOCKED")
        assert provision("destroy", "--dry-run").code == 0, "looking needs no lock"
    assert everything(applied) == before
    assert provision("destroy", *YES).code == 0


def test_an_app_that_nobody_used_lately_needs_no_name(local: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    assert provision("destroy", "--confirm", NAME).code == 0
    assert written(local) == [USERNAME]


def test_somebody_else_who_uses_the_app_makes_it_one_in_use(local: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    ann = person(local, "ann@acme.example", uses_the_app=False)
    insert(local, "OauthToken", UserId=ann, AppName="Billing Sync", UseCount=1, LastUsedDate=bot(local)["CreatedDate"])
    assert needs(provision("destroy", "--confirm", NAME, "--json")) == ["--confirm billing-sync"]


def test_production_has_to_be_named(applied: LocalOrg, provision: Provision) -> None:
    [organization] = find(applied, "Organization")
    update(applied, organization, IsSandbox=False, OrganizationType="Enterprise Edition")
    done = provision("destroy", *YES, "--json")
    assert (done.code, done.document["code"]) == (2, "PRODUCTION_NOT_NAMED")
    assert APP in written(applied)
    assert provision("destroy", "-o", NAME, *YES).code == 0


def test_a_connected_app_that_could_not_be_made_again_is_guarded(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    edit(settings, "connected_app_creation: enabled", "connected_app_creation: blocked")
    assert needs(provision("destroy", *YES, "--json")) == ["--irreversible"]
    assert APP in written(applied)
    assert provision("destroy", *YES, "--irreversible").code == 0
    assert APP not in written(applied)


def test_an_app_whose_secrets_are_not_stored_is_guarded(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    shutil.rmtree(settings.parent / ".provision" / NAME / "billing-sync")
    assert needs(provision("destroy", *YES, "--json")) == ["--not-stored"]
    assert APP in written(applied)
    assert provision("destroy", *YES, "--not-stored").code == 0
    assert APP not in written(applied)


# What stays


def test_what_was_there_before_stays(local: LocalOrg, settings: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    (settings.parent / ".provision" / NAME / ".made.json").unlink()
    before = everything(local)
    done = provision("destroy", "--confirm", NAME, "--json")
    assert (done.code, done.org["status"], done.org["changes"]) == (0, "unchanged", [])
    assert sum("was there before" in note for note in done.org["notes"]) == 6
    assert everything(local) == before
    assert provision("destroy", "--confirm", NAME, "--adopted").code == 0
    assert written(local) == [USERNAME]


def test_a_permission_set_that_somebody_else_holds_stays(applied: LocalOrg, provision: Provision) -> None:
    ann = person(applied, "ann@acme.example", uses_the_app=False)
    [data] = find(applied, "PermissionSet", Name="Billing_Data")
    held = insert(applied, "PermissionSetAssignment", AssigneeId=ann, PermissionSetId=data["Id"])
    done = provision("destroy", *YES, "--json")
    assert done.code == 0, done.document
    assert "PermissionSet Billing_Data stays: ann@acme.example is assigned it" in done.org["notes"]
    assert written(applied) == ["Billing_Data", USERNAME]
    delete(applied, {"Id": held})
    assert provision("destroy", "--confirm", NAME).code == 0
    assert written(applied) == [USERNAME]


def test_a_user_of_another_app_stays_active(applied: LocalOrg, provision: Provision) -> None:
    insert(applied, "OauthToken", UserId=bot(applied)["Id"], AppName="Another App", UseCount=1, LastUsedDate=None)
    done = provision("destroy", *YES, "--json")
    assert done.code == 0, done.document
    assert f"User {USERNAME} stays: they also use Another App" in done.org["notes"]
    assert bot(applied)["IsActive"] is True
    assert written(applied) == [USERNAME]


SECOND = """\
  ledger-sync:
    label: Ledger Sync
    contact_email: integrations@acme.example
    user: billing-bot
"""


def test_one_of_two_apps_of_a_user_goes_alone(local: LocalOrg, settings: Path, provision: Provision) -> None:
    settings.write_text(settings.read_text() + SECOND)
    assert provision("apply", "--no-verify").code == 0
    done = provision("destroy", "-a", "ledger-sync", "--confirm", NAME, "--json")
    assert done.code == 0, done.document
    assert changes(done) == [
        ("PermissionSetAssignment", f"{USERNAME}: Ledger_Sync_Access", "applied"),
        ("ConnectedApp", "Ledger_Sync", "applied"),
        ("PermissionSet", "Ledger_Sync_Access", "applied"),
    ]
    assert provision("verify", "-a", "billing-sync").code == 0
    assert bot(local)["IsActive"] is True


def test_a_stopped_run_goes_on_where_it_stopped(applied: LocalOrg, provision: Provision) -> None:
    applied.fault("row-lock", times=1, method="POST", path="*/composite", containing="IsActive")
    stopped = provision("destroy", *YES, "--json")
    assert stopped.code == 1
    assert ("ConnectedApp", APP, "applied") in changes(stopped)
    assert ("User", USERNAME, "failed") in changes(stopped)
    done = provision("destroy", *YES, "--json")
    assert done.code == 0, done.document
    assert {kind for kind, *_ in changes(done)} <= {"PermissionSetLicenseAssign", "User"}
    assert bot(applied)["IsActive"] is False


def test_no_delete_token_is_shown_or_kept(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    tokens = [str(row["DeleteToken"]) for row in find(applied, "OauthToken")]
    spoken = [provision("destroy", "--dry-run", "--debug"), provision("destroy", *YES, "--json", "--debug")]
    assert len(tokens) == 1
    for done in spoken:
        assert tokens[0] not in done.out + done.err
    kept = (settings.parent / ".provision" / NAME).rglob("*.json")
    assert tokens[0] not in json.dumps([path.read_text() for path in kept])


@pytest.mark.parametrize("grants", ["jwt-bearer, client-credentials", "jwt-bearer", "client-credentials"])
def test_an_external_client_app_goes_with_all_its_members(modern: Path, provision: Provision, grants: str) -> None:
    edit(modern, "[jwt-bearer, client-credentials]", f"[{grants}]")
    assert provision("plan").code == 0
    local = LocalOrg.open(modern.parent / ".provision" / FILE_NAME, "local")
    before = everything(local)
    assert provision("apply").code == 0
    done = provision("destroy", "--confirm", "local", "--confirm", "billing-sync", "--json")
    assert done.code == 0, done.document
    assert [kind for kind, _name, outcome in changes(done) if outcome == "applied"] == [
        "OauthToken",
        "PermissionSetAssignment",
        "PermissionSetAssignment",
        "ExternalClientApplication",
        "PermissionSet",
        "PermissionSet",
        "PermissionSetLicenseAssign",
        "User",
    ]
    assert bot(local)["IsActive"] is False
    assert find(local, "OauthToken", UserId=bot(local)["Id"]) == []
    left = [row for row in everything(local) if row not in before]
    assert [row for row in left if not row.startswith(("User ", "PermissionSetAssignment "))] == []
    assert [row for row in before if row not in everything(local)] == []
    assert provision("destroy", "--confirm", "local").out.startswith("local: nothing to take down.")
    again = provision("apply", "--json")
    assert again.code == 0, again.document
    assert {check["status"] for check in again.org["apps"][0]["checks"]} == {"passed"}


# What is only partly ours, or not what the settings say


def set_up_by_others(modern: Path, provision: Provision) -> LocalOrg:
    """Return an org whose External Client App is not remembered as made."""
    assert provision("apply", "--no-verify").code == 0
    (modern.parent / ".provision" / "local" / ".made.json").unlink()
    return LocalOrg.open(modern.parent / ".provision" / FILE_NAME, "local")


def test_an_app_of_others_stays_though_we_made_one_of_its_members(modern: Path, provision: Provision) -> None:
    local = set_up_by_others(modern, provision)
    with local.transaction() as transaction:
        transaction.documents(local.org_id).delete("ExtlClntAppConfigurablePolicies", "Billing_Sync_defaultPolicy")
    again = provision("apply", "--no-verify", "--json")
    assert [change["action"] for change in again.org["changes"]] == ["create"]
    done = provision("destroy", "--confirm", "local", "--json")
    assert (done.code, done.org["changes"]) == (0, [])
    assert "Billing_Sync" in written(local)
    assert any("ExternalClientApplication Billing_Sync stays" in note for note in done.org["notes"])


def test_an_app_of_another_kind_than_declared_stays(modern: Path, provision: Provision) -> None:
    local = set_up_by_others(modern, provision)
    edit(modern, "    user: billing-bot\n", "    user: billing-bot\n    kind: connected-app\n")
    done = provision("destroy", "--adopted", "--confirm", "local", "--json")
    assert done.code == 0, done.document
    assert "Billing_Sync" in written(local)
    assert any("is declared as a Connected App" in note for note in done.org["notes"])


def test_an_app_is_in_use_under_the_label_that_it_has_in_the_org(
    local: LocalOrg, settings: Path, provision: Provision
) -> None:
    assert provision("apply", "--no-verify").code == 0
    ann = person(local, "ann@acme.example", uses_the_app=False)
    insert(local, "OauthToken", UserId=ann, AppName="Billing Sync", UseCount=1, LastUsedDate=bot(local)["CreatedDate"])
    edit(settings, "label: Billing Sync", "label: Billing Synchronisation")
    assert needs(provision("destroy", "--confirm", NAME, "--json")) == ["--confirm billing-sync"]


# Two apps that are called the same

TWIN = """\
  ledger-sync:
    label: Billing Sync
    name: Ledger_Sync
    contact_email: integrations@acme.example
    user: billing-bot
"""


@pytest.mark.parametrize("org", [NAME, "local"])
def test_tokens_of_an_app_with_the_same_label_go_on(modern: Path, provision: Provision, org: str) -> None:
    """Tokens are listed by label; which app they are of shows from the app that the org names beside it."""
    modern.write_text(modern.read_text() + TWIN)
    assert provision("apply", "-o", org).code == 0
    local = LocalOrg.open(modern.parent / ".provision" / FILE_NAME, org)
    rows = find(local, "OauthToken")
    assert len(rows) == 2
    for row in rows:
        update(local, row, AppName="Billing Sync")
    done = provision("destroy", "-o", org, "-a", "ledger-sync", "--confirm", org, "--confirm", "ledger-sync", "--json")
    assert done.code == 0, done.document
    assert [kind for kind, *_ in changes(done)].count("OauthToken") == 1
    [left] = find(local, "OauthToken")
    [item] = [row for row in find(local, "AppMenuItem") if row["Id"] == left["AppMenuItemId"]]
    kind = "ConnectedApplication" if org == NAME else "ExternalClientApplication"
    apps = find(local, kind)
    assert item["ApplicationId"] in {app["Id"] for app in apps}
    assert provision("verify", "-o", org, "-a", "billing-sync").code == 0


def test_tokens_of_an_app_that_is_not_installed_stay(applied: LocalOrg, provision: Provision) -> None:
    """The org names no app beside them, so that nothing says they are of the one that goes."""
    insert(applied, "OauthToken", UserId=bot(applied)["Id"], AppName="Billing Sync", UseCount=1, DeleteToken="d" * 40)
    done = provision("destroy", *YES, "--json")
    assert done.code == 0, done.document
    assert [kind for kind, *_ in changes(done)].count("OauthToken") == 1
    [left] = find(applied, "OauthToken")
    assert left["DeleteToken"] == "d" * 40
