"""What the token may do is what is declared: less is found, and so is more."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest

from provision.checks import access, beyond
from provision.model.check import CheckStatus
from provision.model.desired import Desired
from tests.checks.bench import USERNAME, Bench
from tests.org.wire import Asked, Said


def test_declared_objects_and_fields_work_and_another_object_does_not(bench: Bench) -> None:
    found = bench.proof()
    assert (found[access.OBJECTS].status, found[access.OBJECTS].detail) == (CheckStatus.PASSED, "Account")
    assert (found[access.FIELDS].status, found[access.FIELDS].detail) == (CheckStatus.PASSED, "Account.Rating")
    assert (found[access.UNDECLARED].status, found[access.UNDECLARED].detail) == (
        CheckStatus.PASSED,
        "Contact: refused with INVALID_TYPE",
    )
    assert found[beyond.NAME].status is CheckStatus.PASSED


def unassign(bench: Bench, name: str) -> None:
    held = bench.record("PermissionSet", Name=name)
    row = bench.record("PermissionSetAssignment", PermissionSetId=held["Id"], AssigneeId=bench.user_id())
    with bench.local.transaction() as transaction:
        transaction.records(bench.local.org_id).delete(str(row["Id"]))


def test_a_permission_set_that_was_taken_away_is_found(bench: Bench) -> None:
    unassign(bench, "Billing_Data")
    found = bench.proof()
    for check in (access.OBJECTS, access.FIELDS):
        assert (found[check].status, found[check].code) == (CheckStatus.FAILED, "ACCESS_MISSING")
        assert "INVALID_TYPE" in (found[check].detail or "")


@pytest.mark.parametrize("field", ["PermissionsCreate", "PermissionsEdit"])
def test_a_write_that_is_declared_and_not_granted_is_found_without_writing(bench: Bench, field: str) -> None:
    wanted = "create" if field == "PermissionsCreate" else "edit"

    def change(desired: Desired) -> Desired:
        sets = (replace(item, objects={"Account": frozenset({"read", wanted})}) for item in desired.permission_sets)
        return replace(desired, permission_sets=tuple(sets))

    bench.change = change
    found = bench.proof()[access.OBJECTS]
    assert (found.status, found.code) == (CheckStatus.FAILED, "ACCESS_MISSING")
    held = bench.record("PermissionSet", Name="Billing_Data")
    row = bench.record("ObjectPermissions", ParentId=held["Id"], SobjectType="Account")
    bench.update(str(row["Id"]), **{field: True})
    assert bench.proof()[access.OBJECTS].status is CheckStatus.PASSED
    assert not [asked for asked in bench.wire.asked if "/sobjects/Account" in asked.path and asked.method != "GET"]


@pytest.mark.parametrize(
    "ignored", [{"objectPermissions[Account].allowEdit"}, {"objectPermissions[Account]"}, {"objectPermissions"}]
)
def test_an_access_that_people_own_need_not_be_granted(bench: Bench, ignored: set[str]) -> None:
    def change(desired: Desired) -> Desired:
        objects = {"Account": frozenset({"read", "edit"})}
        sets = (replace(item, objects=objects, ignore=frozenset(ignored)) for item in desired.permission_sets)
        return replace(desired, permission_sets=tuple(sets))

    bench.change = change
    found = bench.proof()
    assert (access.OBJECTS in found) is (ignored == {"objectPermissions[Account].allowEdit"})
    assert not [name for name, check in found.items() if check.status is CheckStatus.FAILED]


@pytest.mark.parametrize("ignored", [(), ("fieldPermissions",), ("fieldPermissions[Account.Gone__c].readable",)])
def test_a_field_that_people_own_need_not_be_readable(bench: Bench, ignored: tuple[str, ...]) -> None:
    def change(desired: Desired) -> Desired:
        [item] = desired.permission_sets
        owned = replace(item, fields={"Account.Gone__c": "read"}, ignore=frozenset(ignored))
        return replace(desired, permission_sets=(owned,))

    bench.change = change
    found = bench.proof().get(access.FIELDS)
    assert (found is None) if ignored else (found is not None and found.status is CheckStatus.FAILED)


def more(bench: Bench, **permissions: bool) -> str:
    """Give the user a permission set that the settings do not name."""
    bench.insert("PermissionSet", Name="Extra", Label="Extra", **permissions)
    held = bench.record("PermissionSet", Name="Extra")
    bench.insert("PermissionSetAssignment", AssigneeId=bench.user_id(USERNAME), PermissionSetId=held["Id"])
    return str(held["Id"])


def test_an_object_that_is_not_declared_and_can_be_read_is_found(bench: Bench) -> None:
    parent = more(bench)
    bench.insert("ObjectPermissions", ParentId=parent, SobjectType="Contact", PermissionsRead=True)
    found = bench.proof()
    assert (found[access.UNDECLARED].status, found[access.UNDECLARED].code) == (
        CheckStatus.FAILED,
        "MORE_THAN_DECLARED",
    )
    assert found[beyond.NAME].status is CheckStatus.PASSED
    assert "Contact Read" in (found[beyond.NAME].detail or "")


@pytest.mark.parametrize("grave", ["ModifyAllData", "ViewAllData"])
def test_a_grave_permission_beyond_the_declared_fails(bench: Bench, grave: str) -> None:
    more(bench, **{f"Permissions{grave}": True})
    found = bench.proof()[beyond.NAME]
    assert (found.status, found.code) == (CheckStatus.FAILED, "MORE_THAN_DECLARED")
    assert grave in (found.detail or "")


def test_permission_sets_that_are_only_named_may_allow_anything(bench: Bench) -> None:
    bench.change = lambda desired: replace(
        desired, permission_sets=tuple(replace(item, existing=True, objects={}) for item in desired.permission_sets)
    )
    found = bench.proof()
    assert found[access.UNDECLARED].status is CheckStatus.SKIPPED
    assert access.OBJECTS not in found


def test_a_refusal_for_another_reason_does_not_prove_that_an_object_is_closed(bench: Bench) -> None:
    def busy(asked: Asked, said: Said) -> Said:
        if "FROM Contact" not in unquote(asked.body):
            return said
        answer = json.loads(said.body)
        refusal = {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}
        answer["results"] = [{"statusCode": 403, "result": [refusal]}]
        return replace(said, body=json.dumps(answer).encode())

    bench.rewrite = busy
    found = bench.proof()[access.UNDECLARED]
    assert (found.status, found.code) == (CheckStatus.SKIPPED, "REQUEST_LIMIT_EXCEEDED")
