"""Integration users: what is created, what is left alone, what is refused before anything is written."""

from __future__ import annotations

import pytest

from provision.errors import Code
from provision.model.change import Action
from provision.model.observed import Seats
from provision.steps import user as step
from tests.factories import desired, existing_user, observed, situation, user


def test_a_missing_user_is_created_with_all_that_salesforce_requires() -> None:
    fields = step.creation_fields(user(), "00e1")
    required = {
        "Username",
        "LastName",
        "Alias",
        "Email",
        "ProfileId",
        "TimeZoneSidKey",
        "LocaleSidKey",
        "EmailEncodingKey",
        "LanguageLocaleKey",
    }
    assert required <= set(fields)
    assert len(str(fields["Alias"])) <= 8
    assert "Password" not in fields
    [change] = step.diff(situation())
    assert (change.action, change.name) == (Action.CREATE, "billing.bot@acme.example")


def test_a_user_that_is_right_is_left_alone() -> None:
    there = observed(users={"billing.bot@acme.example": existing_user()})
    assert step.diff(situation(there=there)) == ()


def test_a_user_is_found_whatever_the_case_of_the_username() -> None:
    there = observed(users={"billing.bot@acme.example": existing_user(username="Billing.Bot@acme.example")})
    assert step.diff(situation(there=there)) == ()


def test_the_address_that_a_sandbox_made_invalid_is_no_difference() -> None:
    fields = {**existing_user().fields, "Email": "integrations@acme.example.invalid"}
    there = observed(users={"billing.bot@acme.example": existing_user(fields=fields)})
    assert step.diff(situation(there=there)) == ()


def test_an_inactive_user_is_to_be_activated() -> None:
    fields = {**existing_user().fields, "IsActive": False}
    there = observed(users={"billing.bot@acme.example": existing_user(fields=fields, is_active=False)})
    [change] = step.diff(situation(there=there))
    assert [(row.field, row.old, row.new) for row in change.fields] == [("IsActive", "false", "true")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"user_licenses": {}}, Code.LICENSE_MISSING),
        ({"user_licenses": {"Salesforce Integration": Seats("1", "x", 5, 5)}}, Code.LICENSE_FULL),
        ({"profiles": {}}, Code.LICENSE_MISSING),
    ],
)
def test_what_would_make_the_user_impossible_is_known_before_any_write(changes: dict[str, object], code: Code) -> None:
    [problem] = step.problems(situation(there=observed(**changes)))
    assert problem.code is code
    assert problem.remedy


def test_an_existing_user_needs_no_seat() -> None:
    full = {"Salesforce Integration": Seats("1", "x", 5, 5)}
    there = observed(users={"billing.bot@acme.example": existing_user()}, user_licenses=full)
    assert step.problems(situation(there=there, wanted=desired())) == ()
