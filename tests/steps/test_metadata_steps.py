"""Permission sets, apps, licences and assignments: the difference between wanted and there."""

from __future__ import annotations

import pytest

from provision.errors import Code, ProvisionError
from provision.model.change import Action
from provision.model.desired import AppKind
from provision.model.metadata import Document
from provision.model.observed import ObservedPermissionSet, Seats
from provision.model.situation import Situation
from provision.notation import NO_CHANGES, lines
from provision.plan import STEPS, Plan, make_plan
from provision.steps import app as app_step
from provision.steps import assignment, permission_set, permission_set_license
from tests.factories import (
    CLIENT_CREDENTIALS_ONLY,
    app,
    data_set,
    desired,
    existing_app,
    existing_user,
    observed,
    situation,
)

USERNAME = "billing.bot@acme.example"


def without_keys() -> Situation:
    return situation(wanted=desired(app(grants=CLIENT_CREDENTIALS_ONLY)))


def everything_there() -> Situation:
    """The org after a complete run of `without_keys`."""
    start = without_keys()
    sets = {
        item.name: ObservedPermissionSet("0PS", item.name, item.label, permission_set.document(start, item))
        for item in start.permission_sets()
    }
    [document] = app_step.documents(start, start.desired.apps[0], ("k" * 85, "s" * 64)).values()
    there = observed(
        users={USERNAME: existing_user()},
        permission_sets=sets,
        apps={"Billing_Sync": existing_app(document)},
    )
    return Situation(start.desired, there, {})


def test_a_first_plan_makes_everything_in_order() -> None:
    plan = make_plan("uat", without_keys())
    assert [(change.action, change.type, change.name) for change in plan.changes] == [
        (Action.CREATE, "User", USERNAME),
        (Action.CREATE, "PermissionSetLicenseAssign", f"{USERNAME}: SalesforceAPIIntegrationPsl"),
        (Action.CREATE, "PermissionSet", "Billing_Data"),
        (Action.CREATE, "PermissionSet", "Billing_Sync_Access"),
        (Action.CREATE, "ConnectedApp", "Billing_Sync"),
        (Action.CREATE, "PermissionSetAssignment", f"{USERNAME}: Billing_Data"),
        (Action.CREATE, "PermissionSetAssignment", f"{USERNAME}: Billing_Sync_Access"),
    ]


def test_a_second_plan_is_empty() -> None:
    plan = make_plan("uat", everything_there())
    assert plan.changes == ()
    assert list(lines(plan))[-1] == NO_CHANGES
    assert [(item.field, item.handling) for item in plan.unread] == [("oauthConfig.consumerSecret", "decided by proof")]


def test_a_permission_set_that_grew_elsewhere_keeps_what_it_has() -> None:
    start = everything_there()
    set_there = start.observed.permission_sets["Billing_Data"]
    assert set_there.document is not None
    foreign = {"enabled": "true", "name": "ViewSetup"}
    grown = Document("PermissionSet", {**set_there.document.fields, "userPermissions": (foreign,)})
    start.observed.permission_sets["Billing_Data"] = ObservedPermissionSet("0PS", "Billing_Data", "x", grown)  # type: ignore[index]
    assert make_plan("uat", start).changes == ()
    kept = permission_set.document(start, data_set(fields={"Account.Rating": "edit"}))
    assert kept.fields["userPermissions"] == (foreign,)


def test_an_app_of_another_kind_by_the_same_name_is_refused() -> None:
    document = Document("ExternalClientApplication", {})
    there = observed(
        apps={"Billing_Sync": existing_app(document, kind=AppKind.EXTERNAL_CLIENT_APP)},
        users={USERNAME: existing_user()},
    )
    [problem] = app_step.problems(situation(there=there))
    assert problem.code is Code.APP_KIND_DIFFERS


def test_a_secret_is_never_in_a_plan() -> None:
    [change] = [change for change in make_plan("uat", without_keys()).changes if change.type == "ConnectedApp"]
    [secret] = [row for row in change.fields if row.sensitive]
    assert secret.field == "oauthConfig.consumerSecret"
    text = "\n".join(lines(Plan("uat", "00D", (change,))))
    assert "(sensitive value)" in text
    assert "chosen by us" not in text


def test_a_licence_without_seats_stops_the_plan_with_every_problem_named() -> None:
    there = observed(
        user_licenses={"Salesforce Integration": Seats("1", "x", 5, 5)},
        permission_set_licenses={"SalesforceAPIIntegrationPsl": Seats("2", "y", 5, 5)},
    )
    start = situation(there=there, wanted=desired(app(grants=CLIENT_CREDENTIALS_ONLY)))
    assert len([problem for step in STEPS for problem in step.problems(start)]) == 2
    with pytest.raises(ProvisionError) as caught:
        make_plan("uat", start)
    assert caught.value.code is Code.LICENSE_FULL
    assert "SalesforceAPIIntegrationPsl" in (caught.value.detail or "")


def test_a_missing_licence_of_a_permission_set_licence_is_named() -> None:
    [problem] = permission_set_license.problems(situation(there=observed(permission_set_licenses={})))
    assert problem.code is Code.LICENSE_MISSING


def test_assignments_that_are_there_are_left_alone() -> None:
    held = existing_user(permission_sets=frozenset({"Billing_Sync_Access", "Somebody_Elses"}))
    changes = assignment.diff(situation(there=observed(users={USERNAME: held})))
    assert [change.name for change in changes] == [f"{USERNAME}: Billing_Data"]


def test_a_run_as_user_has_to_exist_before_the_app() -> None:
    one = without_keys()
    assert app_step.run_as_missing(one, one.desired.apps[0])
    assert not app_step.run_as_missing(everything_there(), one.desired.apps[0])
