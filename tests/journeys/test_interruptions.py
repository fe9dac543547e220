"""A connection that breaks at any request of a run: the next run finishes the work, and nothing is there twice."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import everything, find, set_document, update

FILES = {"local-legacy": "settings", "local": "modern"}
MOST_REQUESTS = 14


@pytest.fixture(params=FILES, ids=str)
def place(request: pytest.FixtureRequest, provision: Provision) -> tuple[Path, str]:
    """A settings file and the name of its local org, of each kind of app."""
    path: Path = request.getfixturevalue(FILES[request.param])
    assert provision("plan").code == 0
    return path, str(request.param)


def fresh(path: Path, name: str) -> LocalOrg:
    """Return an empty org, with an empty store for it."""
    store = path.parent / ".provision"
    shutil.rmtree(store / name, ignore_errors=True)
    LocalOrg.open(store / FILE_NAME, name).reset()
    return LocalOrg.open(store / FILE_NAME, name)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_set_up_that_was_cut_off_anywhere_is_finished_by_the_next_run(
    kind: str, place: tuple[Path, str], provision: Provision
) -> None:
    path, name = place
    stopped = 0
    for nth in range(1, MOST_REQUESTS + 1):
        local = fresh(path, name)
        local.fault(kind, nth=nth)
        cut = provision("apply", "--no-verify", "--json")
        local.clear_faults()
        stopped += cut.code != 0
        done = provision("apply", "--no-verify", "--json")
        assert done.code == 0, (nth, done.document)
        assert provision("plan", "--exit-code").code == 0, nth
        doubled = [row for row, number in Counter(everything(local)).items() if number > 1]
        assert doubled == [], nth
        [user] = find(local, "User", Username="billing.bot@acme.example")
        held = Counter(
            str(row["PermissionSetId"]) for row in find(local, "PermissionSetAssignment", AssigneeId=user["Id"])
        )
        assert set(held.values()) == {1}, nth
    assert stopped >= 3, "writes that are cut off stop a run: they are not repeated blindly"


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_removal_that_was_cut_off_anywhere_is_finished_by_the_next_run(
    kind: str, place: tuple[Path, str], provision: Provision
) -> None:
    path, name = place
    confirmed = ("--confirm", name, "--confirm", "billing-sync", "--irreversible", "--json")
    for nth in range(1, MOST_REQUESTS + 1):
        local = fresh(path, name)
        before = everything(local)
        assert provision("apply", "--no-verify").code == 0
        local.fault(kind, nth=nth)
        provision("destroy", *confirmed)
        local.clear_faults()
        done = provision("destroy", *confirmed)
        assert done.code == 0, (nth, done.document)
        rest = [row for row in everything(local) if row not in before]
        assert [row for row in rest if not row.startswith(("User ", "PermissionSetAssignment "))] == [], nth


def test_requests_stay_few_whatever_the_number_of_permission_sets(
    place: tuple[Path, str], provision: Provision
) -> None:
    """At most 14 for the first app with both grants and 6 without changes, polls included, the proof apart."""
    path, _name = place
    names = [f"Further_{number}" for number in range(9)]
    edit(path, "permission_sets: [Billing_Data]", f"permission_sets: [Billing_Data, {', '.join(names)}]")
    extra = "".join(f"  {name}: {{label: {name}, objects: {{Contact: [read]}}}}\n" for name in names)
    edit(path, "permission_sets:\n  Billing_Data:", f"permission_sets:\n{extra}  Billing_Data:")
    first = provision("apply", "--no-verify", "--json")
    assert first.code == 0, first.document
    again = provision("apply", "--no-verify", "--json").org["api_calls"]
    assert (first.org["api_calls"] <= 14, again <= 6) == (True, True), (first.org["api_calls"], again)


def rename(local: LocalOrg) -> None:
    [user] = find(local, "User", Username="billing.bot@acme.example")
    update(local, user, LastName="Renamed")


def deactivate(local: LocalOrg) -> None:
    [user] = find(local, "User", Username="billing.bot@acme.example")
    update(local, user, IsActive=False)


def unassign(local: LocalOrg) -> None:
    [held] = find(local, "PermissionSet", Name="Billing_Data")
    _delete(local, "PermissionSetAssignment", PermissionSetId=held["Id"])


def take_license(local: LocalOrg) -> None:
    _delete(local, "PermissionSetLicenseAssign")


def take_rights(local: LocalOrg) -> None:
    [held] = find(local, "PermissionSet", Name="Billing_Data")
    _delete(local, "FieldPermissions", ParentId=held["Id"])


def relabel(local: LocalOrg) -> None:
    [held] = find(local, "PermissionSet", Name="Billing_Data")
    update(local, held, Label="Other")


def switch_off(local: LocalOrg) -> None:
    set_document(local, "oauthConfig", isClientCredentialEnabled="false", oauthClientCredentialUser=None)


def _delete(local: LocalOrg, sobject: str, **equals: object) -> None:
    with local.transaction() as transaction:
        records = transaction.records(local.org_id)
        for record in records.find(sobject, **equals):
            records.delete(record.id)


DRIFT = (
    (rename, "User", "update"),
    (deactivate, "User", "update"),
    (unassign, "PermissionSetAssignment", "create"),
    (take_license, "PermissionSetLicenseAssign", "create"),
    (take_rights, "PermissionSet", "update"),
    (relabel, "PermissionSet", "update"),
    (switch_off, "ConnectedApp", "update"),
)


@pytest.mark.parametrize(("drift", "kind", "action"), DRIFT, ids=lambda item: getattr(item, "__name__", ""))
def test_drift_by_hand_is_seen_and_set_right(
    drift: object, kind: str, action: str, settings: Path, provision: Provision
) -> None:
    assert provision("apply", "--no-verify").code == 0
    local = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local-legacy")
    assert callable(drift)
    drift(local)
    planned = provision("plan", "--json")
    assert [(change["type"], change["action"]) for change in planned.org["changes"]] == [(kind, action)]
    assert provision("apply", "--no-verify").code == 0
    assert provision("plan", "--exit-code").code == 0
