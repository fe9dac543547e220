"""Drift by hand in what consists of several components: External Client Apps, and groups of permission sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import delete, find, update

GROUP = """\
permission_set_groups:
  Billing:
    label: Billing
    permission_sets: [Billing_Data]
"""
DECLARED = """\
    user: billing-bot
    callback_urls: [https://acme.example/callback]
    policy: {permitted_users: admin-approved, ip_relaxation: enforce}
"""
DRIFT = (
    ("ExternalClientApplication", "contactEmail", "other@acme.example"),
    ("ExtlClntAppOauthSettings", "commaSeparatedOauthScopes", "Api"),
    ("ExtlClntAppGlobalOauthSettings", "isClientCredentialsFlowEnabled", "false"),
    ("ExtlClntAppGlobalOauthSettings", "callbackUrl", "https://other.example/callback"),
    ("ExtlClntAppGlobalOauthSettings", "certificate", None),
    ("ExtlClntAppConfigurablePolicies", "isEnabled", "false"),
    ("ExtlClntAppConfigurablePolicies", "isOauthPluginEnabled", "false"),
    ("ExtlClntAppOauthConfigurablePolicies", "ipRelaxationPolicyType", "Bypass"),
    ("ExtlClntAppOauthConfigurablePolicies", "permittedUsersPolicyType", "AllSelfAuthorized"),
    ("ExtlClntAppOauthConfigurablePolicies", "isClientCredentialsFlowEnabled", "false"),
)


def change(local: LocalOrg, type_name: str, element: str, value: str | None) -> None:
    """Give an element of the only component of a type another value, or take it away."""
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        [name] = documents.list(type_name)
        held, record_id = documents.get(type_name, name), documents.record_id(type_name, name)
        assert held is not None
        assert held[element] != value
        rest = {key: item for key, item in held.items() if key != element}
        documents.put(type_name, name, rest if value is None else {**rest, element: value}, record_id)


@pytest.mark.parametrize(("type_name", "element", "value"), DRIFT, ids=[" ".join(row[:2]) for row in DRIFT])
def test_drift_in_any_component_is_seen_where_it_is_and_set_right(
    type_name: str, element: str, value: str | None, modern: Path, provision: Provision
) -> None:
    edit(modern, "    user: billing-bot\n", DECLARED)
    change(applied(modern, provision), type_name, element, value)
    set_right(provision, type_name, element)


def test_a_grant_that_somebody_took_away_is_seen_and_set_right(modern: Path, provision: Provision) -> None:
    local = applied(modern, provision)
    [access] = find(local, "PermissionSet", Name="Billing_Sync_Access")
    for row in find(local, "SetupEntityAccess", ParentId=access["Id"]):
        delete(local, row)
    set_right(provision, "ExtlClntAppOauthConfigurablePolicies", "commaSeparatedPermissionSet")


def relabel(local: LocalOrg) -> None:
    [group] = find(local, "PermissionSetGroup", DeveloperName="Billing")
    update(local, group, MasterLabel="Other")


def take_out(local: LocalOrg) -> None:
    [row] = find(local, "PermissionSetGroupComponent")
    delete(local, row)


@pytest.mark.parametrize(("drift", "element"), [(relabel, "label"), (take_out, "permissionSets")])
def test_drift_in_a_group_is_seen_and_set_right(
    drift: Callable[[LocalOrg], None], element: str, modern: Path, provision: Provision
) -> None:
    edit(modern, "    permission_sets: [Billing_Data]\n", "    permission_set_groups: [Billing]\n")
    modern.write_text(modern.read_text() + GROUP)
    drift(applied(modern, provision))
    set_right(provision, "PermissionSetGroup", element)


def applied(settings: Path, provision: Provision) -> LocalOrg:
    """Set the org up and return it."""
    assert provision("apply", "--no-verify").code == 0
    assert provision("plan", "--exit-code").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local")


def set_right(provision: Provision, type_name: str, element: str) -> None:
    """Expect just this in the plan, and nothing once it was applied."""
    [found] = provision("plan", "--json").org["changes"]
    assert (found["type"], found["action"]) == (type_name, "update")
    assert [row["field"].partition("[")[0] for row in found["fields"]] == [element]
    assert provision("apply", "--no-verify").code == 0
    assert provision("plan", "--exit-code").code == 0
