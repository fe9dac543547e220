"""Every kind of mistake in a settings file: where it is reported and what is said."""

from __future__ import annotations

import pytest

from provision.errors import Code, Usage
from tests.settings.mistakes import ROWS, app, user
from tests.settings.settings_files import WHOLE, faults, read


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_mistake_is_reported_at_its_place_with_what_is_allowed(row):
    text, *expected = row
    assert faults(text) == expected


def test_a_scope_by_its_metadata_name_is_answered_with_the_runtime_name_that_is_near():
    (fault,) = faults(app("scopes: [api, RefreshToken]"))
    assert fault.startswith('4:74 apps.a.scopes[1]: "RefreshToken": not an OAuth scope; allowed: id, api, web, ')
    assert fault.endswith('; did you mean "refresh_token"?')


def test_everything_that_is_wrong_is_reported_at_once_and_in_the_order_of_the_file():
    text = WHOLE.replace("billing-bot: {username: billing.bot@acme.example,", "billing-bot: {username: x, aliass: y,")
    text = text.replace("user: stock-bot", "user: stok-bot").replace("[read]", "[edit]").replace("local\n", "lcal\n")
    text += "apps: {}\n"
    with pytest.raises(Usage) as caught:
        read(text)
    assert [(row["line"], row["path"]) for row in caught.value.context["problems"]] == [
        (2, "default_org"),
        (10, "users.billing-bot.username"),
        (10, "users.billing-bot.aliass"),
        (13, "permission_sets.Billing_Data.objects.Account"),
        (17, "apps.stock-sync.user"),
        (18, "apps"),
    ]


def test_the_error_has_a_line_for_each_problem_and_the_same_as_data():
    with pytest.raises(Usage) as caught:
        read("version: 2\nwho: 1\n")
    error = caught.value
    assert error.code is Code.SETTINGS_INVALID
    assert error.summary == "The settings have 2 problems"
    rows = error.context["problems"]
    assert error.detail == "\n".join(
        f"{row['file']}:{row['line']}:{row['column']} {row['path']}: {row['message']}" for row in rows
    )
    assert {row["file"].rpartition("/")[2] for row in rows} == {"provision.yaml"}


@pytest.mark.parametrize(
    "text",
    [
        user("username: '${LEAK}'"),
        user("username: b@acme.example, permission_sets: ['${LEAK}']"),
        app("access: '${LEAK}'"),
        app("name: '${LEAK}'"),
        app("scopes: ['${LEAK}']"),
        app("key: {days: '${LEAK}'}"),
        "version: 1\ndefault_org: ${LEAK}\n",
        "version: 1\norgs: ${LEAK}\n",
    ],
)
@pytest.mark.parametrize("secret", ["00Dxx!AQEAQ.canary_of_a_token", "canary__9"])
def test_a_value_from_the_environment_is_never_repeated_as_it_may_be_a_secret(text, secret):
    found = faults(text, {"LEAK": secret})
    assert found
    assert not any(secret in fault for fault in found)
    assert any("${LEAK}" in fault for fault in found)
