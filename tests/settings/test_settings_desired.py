"""What the settings want of one org."""

from __future__ import annotations

import pytest

from provision.errors import Code, Usage
from provision.model.desired import (
    AppKind,
    AppPolicy,
    IntegrationUser,
    KeySpec,
    PermissionSet,
    PermissionSetGroup,
    RefreshTokenPolicy,
)
from provision.settings.desired import desired
from provision.settings.naming import developer_name
from tests.settings.settings_files import WHOLE, read


def test_an_org_that_lists_its_apps_gets_these_with_users_and_permission_sets():
    wanted = desired(read(WHOLE), "uat")
    assert [app.key for app in wanted.apps] == ["billing-sync"]
    assert [user.key for user in wanted.users] == ["billing-bot"]
    assert [permission_set.name for permission_set in wanted.permission_sets] == ["Billing_Data"]


def test_any_other_org_gets_everything():
    wanted = desired(read(WHOLE), "dev")
    assert [app.key for app in wanted.apps] == ["billing-sync", "stock-sync"]
    assert [user.key for user in wanted.users] == ["billing-bot", "stock-bot"]
    assert [permission_set.name for permission_set in wanted.permission_sets] == ["Billing_Data", "Stock_Data"]


def test_a_user_is_overridden_for_one_org_alone():
    settings = read(WHOLE)
    assert desired(settings, "uat").users == (
        IntegrationUser(
            key="billing-bot",
            username="billing.bot@acme.example.uat",
            last_name="B",
            email="b@a.example",
            permission_sets=("Billing_Data",),
        ),
    )
    assert desired(settings, "dev").users[0].username == "billing.bot@acme.example"


def test_an_app_acts_as_the_user_of_this_org():
    app = desired(read(WHOLE), "uat").apps[0]
    assert app.user.username == "billing.bot@acme.example.uat"


def test_names_that_are_not_written_follow_from_the_key():
    app, other = desired(read(WHOLE), "dev").apps
    assert (app.name, app.access.name, app.access.label) == (
        "Billing_Sync",
        "Billing_Sync_Access",
        "Billing_Sync_Access",
    )
    assert (other.name, other.access.name) == ("StockSync", "Stock")
    assert app.access.license is None


def test_permission_sets_come_with_all_they_declare():
    assert desired(read(WHOLE), "dev").permission_sets == (
        PermissionSet(
            "Billing_Data", "Billing Data", objects={"Account": frozenset({"read"})}, fields={"Account.Rating": "edit"}
        ),
        PermissionSet(
            "Stock_Data",
            "Stock Data",
            license="Salesforce API Integration",
            user_permissions=frozenset({"ApiEnabled"}),
        ),
    )


def test_everything_that_is_said_of_an_app_arrives():
    more = """user: billing-bot,
      description: Sends bills, canary: nobody@acme.example, callback_urls: ["https://a.example/cb"],
      key: {bits: 4096, days: 30, subject: "CN=b,O=Acme"}, scopes: [id, api, id],
      policy: {permitted_users: all, ip_relaxation: bypass,
               refresh_token: {kind: specific-lifetime, period: 90, unit: days}}}"""
    app = desired(read(WHOLE.replace("user: billing-bot}", more)), "uat").apps[0]
    assert app.description == "Sends bills"
    assert app.canary == "nobody@acme.example"
    assert app.callback_urls == ("https://a.example/cb",)
    assert app.key_spec == KeySpec(4096, 30, "CN=b,O=Acme")
    assert app.scopes == ("id", "api")
    assert app.policy == AppPolicy("all", "bypass", RefreshTokenPolicy("specific-lifetime", 90, "days"))


GROUPS = (
    WHOLE.replace("permission_sets: [Billing_Data]}", "permission_set_groups: [Billing]}").replace(
        "permission_sets:\n", "permission_sets:\n  Shared: {existing: true}\n"
    )
    + """\
permission_set_groups:
  Billing: {label: All of Billing, description: Bills, permission_sets: [Billing_Data, Elsewhere]}
  Stores: {existing: true}
templates: own/templates
delete: {before: {PermissionSet: [Old, Old]}, after: {PermissionSet: [Older], ConnectedApp: [Old_App]}}
"""
)


def test_groups_of_the_chosen_users_come_with_the_permission_sets_in_them():
    wanted = desired(read(GROUPS), "uat")
    assert wanted.permission_set_groups == (
        PermissionSetGroup("Billing", "All of Billing", "Bills", ("Billing_Data", "Elsewhere")),
    )
    assert wanted.users[0].permission_set_groups == ("Billing",)
    assert [item.name for item in wanted.permission_sets] == ["Billing_Data"]
    everywhere = desired(read(GROUPS), "dev")
    assert everywhere.permission_set_groups[1] == PermissionSetGroup("Stores", "Stores", existing=True)
    assert everywhere.permission_sets[0] == PermissionSet("Shared", "Shared", existing=True)


def test_deletions_and_templates_are_for_every_org():
    settings = read(GROUPS)
    wanted = desired(settings, "uat")
    assert wanted.delete_before == (("PermissionSet", "Old"),)
    assert wanted.delete_after == (("ConnectedApp", "Old_App"), ("PermissionSet", "Older"))
    assert wanted.templates == settings.file.parent / "own/templates"
    assert desired(read(WHOLE), "uat").templates is None


@pytest.mark.parametrize(
    ("file", "name", "access"),
    [
        ("a/b/Billing_Sync.connectedApp-meta.xml", "Billing_Sync", "Billing_Sync_Access"),
        ("Billing_Sync.connectedApp", "Billing_Sync", "Billing_Sync_Access"),
        ("Force%2Ecom - App.connectedApp", "Force.com - App", "Force_Com_App_Access"),
        ("legacy.xml", "legacy", "legacy_Access"),
    ],
)
def test_an_app_given_as_a_file_has_the_name_of_the_file(file, name, access):
    given = WHOLE.replace("label: Billing Sync, contact_email: it@acme.example", f'file: "{file}"')
    app = desired(read(given), "uat").apps[0]
    assert (app.name, app.access.name, app.kind) == (name, access, AppKind.CONNECTED_APP)


def test_an_unknown_org_is_refused():
    with pytest.raises(Usage) as caught:
        desired(read(WHOLE), "nowhere")
    assert caught.value.code is Code.ORG_UNKNOWN


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("billing-sync", "Billing_Sync"),
        ("sync", "Sync"),
        ("SAP_to_CRM", "SAP_To_CRM"),
        ("a.b--c", "A_B_C"),
        ("orders2", "Orders2"),
    ],
)
def test_a_developer_name_is_made_of_the_words_of_a_key(key, name):
    assert developer_name(key) == name
