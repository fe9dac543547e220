"""What must not happen: people are not taken over or locked out, production is not changed by mistake, nothing that was
not tried counts as proved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provision.apply import run_org
from provision.cli.calls import loss_confirmer
from provision.cli.options import Setup
from provision.cli.output import Output
from provision.errors import Code, Usage
from provision.localorg import FILE_NAME, LocalOrg
from provision.model.desired import App
from provision.org.connect import connect
from provision.settings.desired import desired
from provision.settings.load import load
from provision.stages import Order
from provision.store.file import FileStore
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import APP, USERNAME, delete, document, find, insert, person, set_document, written

NAME = "local-legacy"
CONTACT = "contact_email: integrations@acme.example"


@pytest.fixture
def local(settings: Path, provision: Provision) -> LocalOrg:
    """The local org behind `local-legacy`, fresh."""
    assert provision("plan").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


@pytest.fixture
def applied(local: LocalOrg, provision: Provision) -> LocalOrg:
    """The same after `provision apply`."""
    assert provision("apply", "--no-verify").code == 0
    return local


def changes(done: Done) -> list[tuple[str, str, str]]:
    return [(change["type"], change["name"], change["outcome"]) for change in done.org["changes"]]


def checks(done: Done) -> dict[str, tuple[str, str | None]]:
    [app] = done.org["apps"]
    return {check["check"]: (check["status"], check["code"]) for check in app["checks"]}


# What was not tried is not proved


def test_an_app_whose_store_is_lost_is_not_proved(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    assert provision("verify").code == 0
    shutil.rmtree(settings.parent / ".provision" / NAME)
    done = provision("verify", "--json")
    assert (done.code, done.document["code"]) == (1, Code.CHECKS_FAILED)
    assert checks(done)["jwt-bearer/token"] == ("failed", "KEY_MISSING")
    assert checks(done)["client-credentials/token"] == ("failed", "SECRET_MISSING")
    for grant in ("jwt-bearer", "client-credentials"):
        assert provision("verify", "--grant", grant).code == 1
    assert document(applied) is not None


def test_an_app_that_was_never_set_up_is_not_proved(local: LocalOrg, provision: Provision) -> None:
    done = provision("verify", "--json")
    assert (done.code, done.document["code"]) == (1, Code.CHECKS_FAILED)
    assert {status for check, (status, _code) in checks(done).items() if "token" in check} == {"failed"}
    assert written(local) == []


def test_an_app_that_a_refreshed_org_lost_is_not_proved(applied: LocalOrg, provision: Provision) -> None:
    applied.reset()
    done = provision("verify", "--json")
    assert (done.code, done.document["code"]) == (1, Code.CHECKS_FAILED)
    assert checks(done)["jwt-bearer/token"] == ("failed", "APP_MISSING")
    assert checks(done)["app/certificate"] == ("failed", "APP_MISSING")


def test_what_still_spreads_is_not_proved(local: LocalOrg, provision: Provision) -> None:
    local.switch(propagation_seconds=3600)
    done = provision("apply", "--json", "--propagation-timeout", "0.01")
    assert (done.code, done.document["code"]) == (1, Code.CHECKS_FAILED)
    assert checks(done)["jwt-bearer/token"][0] == "pending"
    patient = provision("verify", "--propagation-timeout", "0.01", "--json")
    assert (patient.code, checks(patient)["jwt-bearer/token"][0]) == (1, "pending")
    impatient = provision("verify", "--json")
    assert (impatient.code, checks(impatient)["jwt-bearer/token"][0]) == (1, "failed")


def test_a_user_declared_with_a_profile_for_people_is_not_proved(settings: Path, provision: Provision) -> None:
    profile = "license: Salesforce\n    profile: Minimum Access - Salesforce\n    permission_set_licenses: []"
    edit(settings, "    last_name: Billing Sync", f"    last_name: Billing Sync\n    {profile}")
    done = provision("apply", "--json")
    assert done.code == 1
    assert checks(done)["user/api-only"] == ("failed", "NOT_API_ONLY")


# Closing an app


def opened(local: LocalOrg, settings: Path) -> None:
    """Let the app be open to all users by hand, and ask for it to be closed."""
    set_document(local, "oauthConfig", isAdminApproved="false")
    edit(settings, f"    {CONTACT}", f"    {CONTACT}\n    policy: {{permitted_users: admin-approved}}")


def is_closed(local: LocalOrg) -> bool:
    held = document(local)
    assert held is not None
    return bool(held["oauthConfig"]["isAdminApproved"] == "true")


def users_of_an_open_app(local: LocalOrg, settings: Path) -> None:
    """Ann and Bob use the app without the permission set, Eve uses another one, Kim may go on."""
    opened(local, settings)
    person(local, "ann@acme.example")
    person(local, "bob@acme.example")
    eve = person(local, "eve@acme.example", uses_the_app=False)
    insert(local, "OauthToken", UserId=eve, AppName="Another App", UseCount=1, LastUsedDate=None)
    let_in = person(local, "kim@acme.example")
    [access] = find(local, "PermissionSet", Name="Billing_Sync_Access")
    insert(local, "PermissionSetAssignment", AssigneeId=let_in, PermissionSetId=access["Id"])


def test_closing_an_app_names_who_would_lose_it(applied: LocalOrg, settings: Path) -> None:
    users_of_an_open_app(applied, settings)
    asked: list[tuple[str, tuple[str, ...]]] = []

    def confirm(app: App, usernames: tuple[str, ...]) -> None:
        asked.append((app.key, usernames))
        assert not is_closed(applied)
        raise KeyboardInterrupt

    loaded = load(settings, {})
    org, store = connect(loaded, NAME, {}, "67.0"), FileStore(settings.parent / ".provision")
    with pytest.raises(KeyboardInterrupt):
        run_org(org, desired(loaded, NAME), store, Order(confirm_loss=confirm))
    assert asked == [("billing-sync", ("ann@acme.example", "bob@acme.example"))]
    assert not is_closed(applied)


@pytest.mark.parametrize("confirmed", [(), (NAME,), (APP,), ("Billing Sync",)])
def test_losing_an_app_is_confirmed_by_its_name_in_the_settings(settings: Path, confirmed: tuple[str, ...]) -> None:
    setup = Setup(Output(as_json=True), {}, None, None, may_prompt=False)
    [app] = desired(load(settings, {}), NAME).apps
    with pytest.raises(Usage) as caught:
        loss_confirmer(setup, confirmed)(app, ("ann@acme.example",))
    assert caught.value.code is Code.CONFIRMATION_REQUIRED
    assert caught.value.context["usernames"] == ["ann@acme.example"]
    assert any("--confirm billing-sync" in action for action in caught.value.remedy)


def test_an_app_is_closed_where_that_was_confirmed_and_stays_open_otherwise(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    users_of_an_open_app(applied, settings)
    for command in ("apply", "deploy"):
        assert provision(command, "--no-prompt").code == Usage.exit_code
        assert provision(command, "--no-prompt", "-o", NAME, "--confirm", NAME).code == Usage.exit_code
        assert not is_closed(applied)
    assert provision("apply", "--no-prompt", "--confirm", "billing-sync").code == 0
    assert is_closed(applied)


def test_those_who_would_lose_an_app_are_found_by_the_label_that_it_has(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    users_of_an_open_app(applied, settings)
    edit(settings, "label: Billing Sync", "label: Billing Synchronisation")
    done = provision("apply", "--no-prompt", "--json")
    assert (done.code, done.document["code"]) == (2, "CONFIRMATION_REQUIRED"), done.document
    assert done.document["context"]["usernames"] == ["ann@acme.example", "bob@acme.example"]
    assert {change["outcome"] for change in done.org["changes"]} == {"skipped"}
    assert not is_closed(applied)


def test_closing_an_app_that_nobody_else_uses_asks_nobody(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    opened(applied, settings)
    [access] = find(applied, "PermissionSet", Name="Billing_Sync_Access")
    [assigned] = find(applied, "PermissionSetAssignment", PermissionSetId=access["Id"])
    delete(applied, assigned)
    [bot] = find(applied, "User", Username=USERNAME)
    insert(applied, "OauthToken", UserId=bot["Id"], AppName="Billing Sync", UseCount=1, LastUsedDate=None)
    assert provision("apply", "--no-prompt").code == 0
    assert is_closed(applied)


def test_an_app_is_closed_after_its_user_was_let_in_and_not_before(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    opened(applied, settings)
    [access] = find(applied, "PermissionSet", Name="Billing_Sync_Access")
    [assigned] = find(applied, "PermissionSetAssignment", PermissionSetId=access["Id"])
    delete(applied, assigned)
    applied.fault("row-lock", times=None, method="POST", path="*/composite", containing="PermissionSetAssignment")
    stopped = provision("apply", "--json")
    assert stopped.code == 1
    assert not is_closed(applied)
    assert ("ConnectedApp", APP, "skipped") in changes(stopped)
    applied.clear_faults()
    done = provision("apply", "--json")
    assert done.code == 0
    assert [kind for kind, _name, _outcome in changes(done)] == ["PermissionSetAssignment", "ConnectedApp"]
    assert is_closed(applied)


def test_what_the_settings_do_not_say_of_an_app_stays(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    own = {"isAdminApproved": "false", "callbackUrl": "https://acme.example/callback"}
    policy = {"ipRelaxation": "BYPASS", "refreshTokenPolicy": "zero"}
    set_document(applied, "oauthConfig", **own)
    set_document(applied, "oauthPolicy", **policy)
    for grant in find(applied, "SetupEntityAccess"):
        delete(applied, grant)
    assert provision("plan", "--exit-code").code == 0
    edit(settings, CONTACT, "contact_email: new@acme.example")
    person(applied, "ann@acme.example")
    done = provision("apply", "--no-verify", "--no-prompt", "--json")
    assert (done.code, changes(done)) == (0, [("ConnectedApp", APP, "applied")]), done.document
    held = document(applied)
    assert held is not None
    assert held["contactEmail"] == "new@acme.example"
    assert {tag: held["oauthConfig"][tag] for tag in own} == own
    assert {tag: held["oauthPolicy"][tag] for tag in policy} == policy


# Two at work at once


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    applied: LocalOrg, settings: Path, provision: Provision
) -> None:
    edit(settings, CONTACT, "contact_email: new@acme.example")
    loaded = load(settings, {})
    org, store = connect(loaded, NAME, {}, "67.0"), FileStore(settings.parent / ".provision")

    def meanwhile(_organization: object, _plan: object) -> None:
        set_document(applied, "oauthPolicy", ipRelaxation="BYPASS")

    result = run_org(org, desired(loaded, NAME), store, Order(confirm=meanwhile))
    assert result.error is not None
    assert result.error.code is Code.CHANGED_MEANWHILE
    assert result.error.context["changed"] == ["org.apps.Billing_Sync"]
    held = document(applied)
    assert held is not None
    assert (held["oauthPolicy"]["ipRelaxation"], held["contactEmail"]) == ("BYPASS", "integrations@acme.example")
    assert provision("apply", "--no-verify").code == 0
    held = document(applied)
    assert held is not None
    assert (held["oauthPolicy"]["ipRelaxation"], held["contactEmail"]) == ("BYPASS", "new@acme.example")


def test_of_two_runs_that_share_no_store_the_later_one_is_told(
    local: LocalOrg, settings: Path, provision: Provision, tmp_path: Path
) -> None:
    loaded = load(settings, {})
    org, other = connect(loaded, NAME, {}, "67.0"), FileStore(tmp_path / "elsewhere")

    def meanwhile(_organization: object, _plan: object) -> None:
        assert run_org(connect(loaded, NAME, {}, "67.0"), desired(loaded, NAME), other, Order()).error is None

    store = FileStore(settings.parent / ".provision")
    result = run_org(org, desired(loaded, NAME), store, Order(confirm=meanwhile))
    assert result.error is not None
    assert document(local) is not None
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "KEY_MISSING"), "the app is the other run's, with its key"
