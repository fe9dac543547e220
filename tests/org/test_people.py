"""People keep their accounts, and what is said of each change is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.errors import Code
from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import USERNAME, find, person, update, written
from tests.org.conftest import NAME


def user(local: LocalOrg) -> dict[str, object]:
    [found] = find(local, "User", Username=USERNAME)
    return found


@pytest.mark.parametrize("command", ["plan", "apply", "assign"])
def test_a_person_is_not_taken_over(local: LocalOrg, provision: Provision, command: str) -> None:
    person(local, USERNAME, uses_the_app=False)
    before, assigned = user(local), find(local, "PermissionSetAssignment")
    done = provision(command, "--json")
    assert (done.code, done.document["code"]) == (1, Code.USER_UNSUITABLE)
    assert "Standard User" in done.document["message"]
    assert user(local) == before
    assert find(local, "PermissionSetAssignment") == assigned
    assert written(local) == [USERNAME]


def test_a_user_with_another_api_only_profile_is_the_one_that_is_meant(local: LocalOrg, provision: Provision) -> None:
    person(local, USERNAME, uses_the_app=False)
    [profile] = find(local, "Profile", Name="Standard User")
    update(local, profile, PermissionsApiUserOnly=True)
    assert provision("plan").code == 0


@pytest.mark.parametrize("command", ["plan", "apply", "assign"])
def test_a_frozen_user_stays_frozen_and_is_named(local: LocalOrg, provision: Provision, command: str) -> None:
    assert provision("apply", "--no-verify").code == 0
    [login] = find(local, "UserLogin", UserId=user(local)["Id"])
    update(local, login, IsFrozen=True)
    done = provision(command, "--json")
    assert (done.code, done.document["code"]) == (1, Code.USER_UNSUITABLE)
    assert "frozen" in done.document["message"]
    [login] = find(local, "UserLogin", UserId=user(local)["Id"])
    assert login["IsFrozen"] is True


SECOND = """  second-bot:
    username: second.bot@acme.example
    last_name: Second
    email: integrations@acme.example
    permission_sets: [Billing_Data]

permission_sets:
"""


def test_what_is_said_of_each_change_is_so_when_a_later_user_is_refused(
    settings: Path, local: LocalOrg, provision: Provision
) -> None:
    edit(settings, "permission_sets:\n  Billing_Data:", f"{SECOND}  Billing_Data:")
    assert provision("plan", "-o", "local").code == 0
    elsewhere = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local")
    person(elsewhere, "second.bot@acme.example", uses_the_app=False)
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, Code.USERNAME_TAKEN)
    said = {(change["type"], change["name"].partition(": ")[0]): change["outcome"] for change in done.org["changes"]}
    assert said == {
        ("KeyPair", "billing-sync"): "applied",
        ("User", USERNAME): "applied",
        ("PermissionSetLicenseAssign", USERNAME): "applied",
        ("User", "second.bot@acme.example"): "failed",
        ("PermissionSetLicenseAssign", "second.bot@acme.example"): "failed",
        ("PermissionSet", "Billing_Data"): "skipped",
        ("PermissionSet", "Billing_Sync_Access"): "skipped",
        ("ConnectedApp", "Billing_Sync"): "skipped",
        ("PermissionSetAssignment", USERNAME): "skipped",
        ("PermissionSetAssignment", "second.bot@acme.example"): "skipped",
    }
    assert written(local) == [USERNAME]
    assert len(find(local, "PermissionSetLicenseAssign")) == 1
    assert len(list((settings.parent / ".provision" / NAME).rglob("*.key.pem"))) == 1
