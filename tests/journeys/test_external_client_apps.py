"""External Client Apps: the same job on an org of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Provision, edit

COMPONENTS = [
    ("ExternalClientApplication", "Billing_Sync"),
    ("ExtlClntAppOauthSettings", "Billing_Sync_oauth"),
    ("ExtlClntAppGlobalOauthSettings", "Billing_Sync_glbloauth"),
    ("ExtlClntAppConfigurablePolicies", "Billing_Sync_defaultPolicy"),
    ("ExtlClntAppOauthConfigurablePolicies", "Billing_Sync_oauth_defaultPolicy"),
]


@pytest.mark.parametrize(
    "grants", ["[jwt-bearer, client-credentials]", "[jwt-bearer]", "[client-credentials]"], ids=["both", "jwt", "cc"]
)
def test_every_grant_is_set_up_and_proved(modern: Path, provision: Provision, grants: str) -> None:
    edit(modern, "[jwt-bearer, client-credentials]", grants)
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    [app] = done.org["apps"]
    assert app["kind"] == "external-client-app"
    assert {check["status"] for check in app["checks"]} == {"passed"}
    made = [(change["type"], change["name"]) for change in done.org["changes"] if change["app"] == "billing-sync"]
    assert [one for one in made if one in COMPONENTS] == COMPONENTS
    again = provision("apply", "--no-verify", "--json")
    assert (again.code, again.org["changes"]) == (0, [])


def test_requests_stay_few(modern: Path, provision: Provision) -> None:
    """A first run within 14 requests and a run without changes within 6, the proof apart."""
    first = provision("apply", "--no-verify", "--json").org["api_calls"]
    again = provision("apply", "--no-verify", "--json").org["api_calls"]
    assert (first <= 14, again <= 6) == (True, True), (first, again)
    assert modern.exists()


def test_one_set_of_settings_serves_both_kinds(modern: Path, provision: Provision) -> None:
    """An app is an External Client App where new ones are, and a Connected App in the org that makes those."""
    done = provision("apply", "-o", "local", "-o", "local-legacy", "--json")
    assert done.code == 0, done.out
    kinds = [app["kind"] for org in done.document["result"]["orgs"] for app in org["apps"]]
    assert kinds == ["external-client-app", "connected-app"]
    assert modern.exists()
