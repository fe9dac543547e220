"""What goes wrong with External Client Apps wherever it is forgotten: each shown on an org that minds."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.acts.deploy import Deployment, deploy
from provision.metadata.package import from_zip
from provision.model.event import silent
from provision.model.metadata import Component, Package
from provision.org.connect import connect
from provision.settings.load import load
from tests.journeys.conftest import Done, Provision, edit
from tests.journeys.test_external_client_apps import local_org

GLOBAL, POLICY = "ExtlClntAppGlobalOauthSettings", "ExtlClntAppOauthConfigurablePolicies"
FLOW = "isClientCredentialsFlowEnabled"
ON, OFF = f"<{FLOW}>true</{FLOW}>", f"<{FLOW}>false</{FLOW}>"
RUN_AS = "<clientCredentialsFlowUser>billing.bot@acme.example</clientCredentialsFlowUser>"
NAMED_USER_JWT = "<isNamedUserJwtEnabled>{}</isNamedUserJwtEnabled>"


def retrieved(settings: Path, type_name: str, org: str = "local", api_version: str = "67.0") -> Component:
    """Return the one component of a type."""
    there = connect(load(settings, {}), org, {}, api_version)
    [component] = from_zip(there.metadata.retrieve({type_name: ["*"]})).components
    return component


def by_hand(settings: Path, type_name: str, words: dict[str, str], api_version: str = "67.0") -> None:
    """Change what the org has of the app, as somebody else would."""
    component = retrieved(settings, type_name, api_version=api_version)
    text = component.content.decode()
    for old, new in words.items():
        assert old in text, text
        text = text.replace(old, new)
    changed = Package((Component(type_name, component.full_name, text.encode()),), api_version)
    deploy(connect(load(settings, {}), "local", {}, api_version), changed, Deployment(), silent)


def failed(done: Done, check: str) -> dict[str, str]:
    """Return a check, which must have failed."""
    [one] = [one for one in done.org["apps"][0]["checks"] if one["check"] == check]
    assert one["status"] == "failed", one
    return dict(one)


@pytest.mark.parametrize(
    ("type_name", "off"), [(GLOBAL, {ON: OFF}), (POLICY, {ON: OFF, RUN_AS: ""})], ids=["settings", "policy"]
)
def test_client_credentials_need_the_switch_in_the_settings_and_the_one_in_the_policy(
    modern: Path, provision: Provision, type_name: str, off: dict[str, str]
) -> None:
    assert provision("apply", "--no-verify").code == 0
    by_hand(modern, type_name, off)
    refused = failed(provision("verify", "--grant", "client-credentials", "--json"), "client-credentials/token")
    assert "client credentials flow not enabled" in str(refused)
    assert "in the OAuth settings and in the OAuth policy of Billing_Sync" in refused["remedy"]
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    [change] = done.org["changes"]
    assert change["type"] == type_name
    assert FLOW in str(change["fields"])


@pytest.mark.parametrize(
    ("type_name", "api_version"),
    [(POLICY, "61.0"), (POLICY, "63.0"), (GLOBAL, "61.0"), (GLOBAL, "67.0")],
)
def test_the_switch_for_jwt_access_tokens_survives_in_the_versions_that_have_it(
    modern: Path, provision: Provision, type_name: str, api_version: str
) -> None:
    """The policy has it from API 61 to 63, the settings from 61 on; what somebody set there stays."""
    assert provision("apply", "--no-verify").code == 0
    by_hand(modern, type_name, {NAMED_USER_JWT.format("false"): NAMED_USER_JWT.format("true")}, api_version)
    edit(modern, "scopes:", "callback_urls: [https://acme.example/done]\n    scopes:")
    edit(modern, "scopes:", "policy: {ip_relaxation: bypass}\n    scopes:")
    done = provision("apply", "--api-version", api_version, "--json")
    assert done.code == 0, done.out
    assert {change["type"] for change in done.org["changes"]} == {GLOBAL, POLICY}
    assert NAMED_USER_JWT.format("true") in retrieved(modern, type_name, api_version=api_version).content.decode()


@pytest.mark.parametrize("api_version", ["60.0", "64.0", "67.0"])
def test_a_policy_with_the_switch_for_jwt_access_tokens_is_updated_where_the_version_lacks_it(
    modern: Path, provision: Provision, api_version: str
) -> None:
    """An element that another API version wrote must not be sent with one that does not know it."""
    assert provision("apply", "--no-verify").code == 0
    by_hand(modern, POLICY, {NAMED_USER_JWT.format("false"): NAMED_USER_JWT.format("true")}, "63.0")
    edit(modern, "scopes:", "policy: {ip_relaxation: bypass}\n    scopes:")
    done = provision("apply", "--api-version", api_version, "--json")
    assert done.code == 0, done.out
    assert [change["type"] for change in done.org["changes"]] == [POLICY]
    assert "isNamedUserJwtEnabled" not in retrieved(modern, POLICY, api_version=api_version).content.decode()


@pytest.mark.parametrize(
    ("org", "type_name", "written"),
    [
        ("local", "ExtlClntAppOauthSettings", "Api, RefreshToken, SFApiPlatform"),
        ("local-legacy", "ConnectedApp", "<scopes>SFAP</scopes>"),
    ],
    ids=["external-client-app", "connected-app"],
)
def test_scopes_have_other_names_in_each_kind_and_in_a_token(
    modern: Path, provision: Provision, org: str, type_name: str, written: str
) -> None:
    edit(modern, "scopes: [api, refresh_token]", "scopes: [api, refresh_token, sfap_api]")
    done = provision("apply", "-o", org, "--json")
    assert done.code == 0, done.out
    text = retrieved(modern, type_name, org).content.decode()
    assert written in text
    assert "sfap_api" not in text
    assert {check["status"] for check in done.org["apps"][0]["checks"]} == {"passed"}
    assert provision("plan", "-o", org, "--exit-code").code == 0


@pytest.mark.parametrize("switch", ["isEnabled", "isOauthPluginEnabled"])
@pytest.mark.parametrize("grant", ["jwt-bearer", "client-credentials"])
def test_an_app_that_somebody_switched_off_is_not_found(
    modern: Path, provision: Provision, grant: str, switch: str
) -> None:
    """The org answers as if it were not there; it is told where it is switched on."""
    assert provision("apply", "--no-verify").code == 0
    by_hand(modern, "ExtlClntAppConfigurablePolicies", {f"<{switch}>true": f"<{switch}>false"})
    done = provision("verify", "--grant", grant, "--json")
    assert done.code != 0
    refused = failed(done, f"{grant}/token")
    assert "External client app is not installed in this org" in str(refused)
    assert "isEnabled and isOauthPluginEnabled" in refused["remedy"]
    assert "Billing_Sync" in refused["remedy"]
    [change] = provision("plan", "--json").org["changes"]
    assert [(row["field"], row["old"], row["new"]) for row in change["fields"]] == [(switch, "false", "true")]
    edit(modern, "    scopes:", f"    ignore: [{switch}]\n    scopes:")
    assert provision("plan", "--exit-code").code == 0
    edit(modern, f"    ignore: [{switch}]\n", "")
    assert provision("apply").code == 0


def test_an_app_that_is_declared_as_off_stays_off(modern: Path, provision: Provision) -> None:
    edit(modern, "    scopes:", "    metadata: {ExtlClntAppConfigurablePolicies: {isEnabled: false}}\n    scopes:")
    assert provision("apply", "--no-verify").code == 0
    assert "<isEnabled>false" in retrieved(modern, "ExtlClntAppConfigurablePolicies").content.decode()
    assert provision("plan", "--exit-code").code == 0


@pytest.mark.parametrize("grant", ["jwt-bearer", "client-credentials"])
def test_an_app_that_somebody_deleted_is_told_as_gone_and_made_again(
    modern: Path, provision: Provision, grant: str
) -> None:
    """The org says the same as of an app that is switched off, or of one that it never had."""
    assert provision("apply", "--no-verify").code == 0
    gone = Package((), "67.0", delete_before=(("ExternalClientApplication", "Billing_Sync"),))
    deploy(connect(load(modern, {}), "local", {}, "67.0"), gone, Deployment(), silent)
    done = provision("verify", "--grant", grant, "--json")
    assert (done.code, done.document["code"]) == (1, "CHECKS_FAILED")
    refused = failed(done, f"{grant}/token")
    assert "Billing_Sync" in str(refused)
    assert "provision apply" in refused["remedy"]
    again = provision("apply", "--json")
    assert again.code == 0, again.out
    assert {check["status"] for check in again.org["apps"][0]["checks"]} == {"passed"}


def test_a_run_as_user_without_api_only_is_told_where_the_org_wants_one(modern: Path, provision: Provision) -> None:
    """Documented: the user of client credentials is an API-only user."""
    local_org(modern).switch(execution_user="api-only")
    own = "    profile: Standard User\n    license: Salesforce\n    permission_set_licenses: []\n"
    edit(modern, "    permission_sets: [Billing_Data]\n", f"{own}    permission_sets: [Billing_Data]\n")
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "USER_UNSUITABLE"), done.out
    assert "Enter a valid execution user for the OAuth client credentials flow." in done.document["message"]
    assert "API-only where the org asks for that" in " ".join(done.document["actions"])
