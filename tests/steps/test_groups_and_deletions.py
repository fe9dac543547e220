"""Permission set groups, permission sets that are in the org already, and deletions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.acts.deploy import package
from provision.errors import Code
from provision.metadata.package import from_zip, to_zip
from provision.model.change import Action, FieldChange
from provision.model.desired import Desired, PermissionSet, PermissionSetGroup
from provision.model.metadata import Document
from provision.model.observed import ObservedPermissionSet, ObservedPermissionSetGroup
from provision.model.situation import Situation
from provision.steps import assignment, deletion, permission_set, permission_set_group
from tests.factories import USERNAME, data_set, existing_user, observed, user

GROUP = PermissionSetGroup("Billing", "All of Billing", "Bills", ("Billing_Data", "Elsewhere"))
ELSEWHERE = ObservedPermissionSet("0PS1", "Elsewhere", "Elsewhere", None)
SHARED = PermissionSet("Shared", "Shared", existing=True)


def wanted(**changes: object) -> Desired:
    base = Desired((), (user(permission_set_groups=("Billing",)),), (data_set(),), (GROUP,))
    return replace(base, **changes)  # type: ignore[arg-type]


def there(**changes: object) -> Situation:
    base: dict[str, object] = {"permission_sets": {"Elsewhere": ELSEWHERE}, "users": {USERNAME: existing_user()}}
    return Situation(wanted(), observed(**{**base, **changes}), {})


def with_group(document: Document | None) -> Situation:
    return there(permission_set_groups={"Billing": ObservedPermissionSetGroup("Billing", "0PG1", document)})


def test_a_group_is_created_with_its_members() -> None:
    [change] = permission_set_group.diff(there())
    assert (change.action, change.type, change.name) == (Action.CREATE, "PermissionSetGroup", "Billing")
    assert change.fields == (
        FieldChange("description", None, "Bills"),
        FieldChange("label", None, "All of Billing"),
        FieldChange("permissionSets", None, "Billing_Data, Elsewhere"),
    )


def test_a_group_that_is_there_with_more_members_is_left_alone() -> None:
    fields = {**permission_set_group.declared(GROUP), "permissionSets": ("Billing_Data", "Elsewhere", "Third")}
    assert permission_set_group.diff(with_group(Document("PermissionSetGroup", {**fields, "status": "Updated"}))) == ()


def test_a_group_that_lacks_a_member_gets_it_and_keeps_the_others() -> None:
    document = Document(
        "PermissionSetGroup",
        {"description": "Bills", "label": "All of Billing", "permissionSets": ("Third",), "status": "Updated"},
    )
    start = with_group(document)
    [change] = permission_set_group.diff(start)
    assert change.action is Action.UPDATE
    assert [row.field for row in change.fields] == ["permissionSets"]
    deployed = permission_set_group.document(start, GROUP).fields
    assert deployed["permissionSets"] == ("Third", "Billing_Data", "Elsewhere")
    assert "status" not in deployed


def test_a_member_that_is_neither_declared_nor_in_the_org_stops_the_plan() -> None:
    assert permission_set_group.problems(there()) == ()
    [problem] = permission_set_group.problems(there(permission_sets={}))
    assert problem.code is Code.PERMISSION_SET_MISSING
    assert "Elsewhere" in problem.summary


def test_a_group_is_assigned_once() -> None:
    names = [change.name for change in assignment.diff(with_group(None))]
    assert names == [f"{USERNAME}: Billing"]
    holder = existing_user(permission_set_groups=frozenset({"Billing"}))
    assert assignment.diff(there(users={USERNAME: holder})) == ()


def test_what_exists_already_is_assigned_and_not_deployed() -> None:
    existing = PermissionSetGroup("Billing", "Billing", existing=True)
    start = replace(
        there(permission_sets={"Shared": ObservedPermissionSet("0PS2", "Shared", "Shared it is", None)}),
        desired=wanted(
            users=(user(permission_sets=("Shared",)),), permission_sets=(SHARED,), permission_set_groups=(existing,)
        ),
    )
    assert permission_set.diff(start) == permission_set_group.diff(start) == ()
    assert permission_set.problems(start) == ()
    assert [change.name for change in assignment.diff(start)] == [f"{USERNAME}: Shared"]


def test_what_is_to_exist_already_and_does_not_stops_the_plan() -> None:
    existing = PermissionSetGroup("Billing", "Billing", existing=True)
    start = replace(there(), desired=wanted(permission_sets=(SHARED,), permission_set_groups=(existing,)))
    problems = [*permission_set.problems(start), *permission_set_group.problems(start)]
    assert [problem.summary for problem in problems] == [
        "The org has no permission set Shared",
        "The org has no permission set group Billing",
    ]


OLD, OLDER = ("PermissionSet", "Old"), ("ConnectedApp", "Older")


@pytest.mark.parametrize("present", [frozenset(), frozenset({OLD}), frozenset({OLD, OLDER})])
def test_only_what_exists_is_deleted(present: frozenset[tuple[str, str]]) -> None:
    start = replace(there(present=present), desired=wanted(delete_before=(OLD,), delete_after=(OLDER,)))
    changes = deletion.diff(start)
    assert {(change.type, change.name) for change in changes} == present
    assert {change.action for change in changes} <= {Action.DELETE}


def test_deletions_go_with_the_package_before_and_after() -> None:
    start = replace(
        there(present=frozenset({OLD, OLDER})),
        desired=wanted(delete_before=(OLD,), delete_after=(OLDER, ("PermissionSet", "Never_There"))),
    )
    changes = (*permission_set_group.diff(start), *deletion.diff(start))
    made = package(start, changes, {}, "67.0")
    assert [(item.type, item.full_name) for item in made.components] == [("PermissionSetGroup", "Billing")]
    assert (made.delete_before, made.delete_after) == ((OLD,), (OLDER,))
    assert from_zip(to_zip(made)) == made


def test_nothing_is_deleted_that_the_plan_does_not_hold() -> None:
    start = replace(there(present=frozenset({OLD})), desired=wanted(delete_before=(OLD,)))
    made = package(start, permission_set_group.diff(start), {}, "67.0")
    assert made.delete_before == ()
