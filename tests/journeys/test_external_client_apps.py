"""External Client Apps: the same job on an org of today."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provision.acts.deploy import Deployment, deploy
from provision.localorg import FILE_NAME, LocalOrg
from provision.metadata.package import from_zip
from provision.model.event import silent
from provision.model.metadata import Component, Package
from provision.org.client import Org
from provision.org.connect import connect
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.journeys.conftest import Provision, edit

COMPONENTS = [
    ("ExternalClientApplication", "Billing_Sync"),
    ("ExtlClntAppOauthSettings", "Billing_Sync_oauth"),
    ("ExtlClntAppGlobalOauthSettings", "Billing_Sync_glbloauth"),
    ("ExtlClntAppConfigurablePolicies", "Billing_Sync_defaultPolicy"),
    ("ExtlClntAppOauthConfigurablePolicies", "Billing_Sync_oauth_defaultPolicy"),
]

PARENT = "<externalClientApplication>Billing_Sync</externalClientApplication>"
FOREIGN = {
    ("PermissionSet", "Somebody_Elses"): "<label>Somebody's</label>",
    ("ExternalClientApplication", "Billing_Sync"): "<contactEmail>a@acme.example</contactEmail><label>By hand</label>",
    (
        "ExtlClntAppOauthSettings",
        "BillingSettings",
    ): f"<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>{PARENT}",
    ("ExtlClntAppGlobalOauthSettings", "Glbl"): (
        f"<callbackUrl>https://acme.example</callbackUrl>{PARENT}"
        "<isIntrospectAllTokens>true</isIntrospectAllTokens><isPkceRequired>false</isPkceRequired>"
    ),
    ("ExtlClntAppOauthConfigurablePolicies", "BillingSettings_policy"): (
        f"<commaSeparatedPermissionSet>Somebody_Elses</commaSeparatedPermissionSet>{PARENT}"
        "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>"
    ),
}
"""An app that somebody made, its members named as they liked."""

SECOND = """\
  local: {local: {}}
  second:
    local: {}
    users: {billing-bot: {username: billing.bot@acme.example.second}}
"""


def local_org(settings: Path) -> LocalOrg:
    """The local org behind `local`."""
    connected(settings)
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local")


def connected(settings: Path) -> Org:
    return connect(load(settings, {}), "local", {}, "67.0")


def deployed(settings: Path, files: dict[tuple[str, str], str]) -> None:
    """Deploy files that are not ours."""
    made = tuple(
        Component(kind, name, f'<{kind} xmlns="http://soap.sforce.com/2006/04/metadata">{body}</{kind}>'.encode())
        for (kind, name), body in files.items()
    )
    deploy(connected(settings), Package(made, "67.0"), Deployment(), silent)


def retrieved(settings: Path, members: dict[str, list[str]]) -> str:
    """What the org has, as one text."""
    package = from_zip(connected(settings).metadata.retrieve(members))
    return "\n".join(component.content.decode() for component in package.components)


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


def test_it_says_what_an_app_is_to_be_and_why(modern: Path, provision: Provision) -> None:
    assert "not in the org; app_kind of the org is external-client-app" in provision("plan").err
    edit(modern, "label: Billing Sync\n", "label: Billing Sync\n    kind: external-client-app\n")
    assert "declared as external-client-app" in provision("apply", "--no-verify").err
    edit(modern, "kind: external-client-app", "kind: auto")
    assert "is an External Client App in the org and stays one" in provision("plan").err


def test_an_app_stays_what_it_is_where_new_ones_would_be_another_kind(modern: Path, provision: Provision) -> None:
    """A Connected App that is there is kept up to date as one."""
    assert provision("apply", "-o", "local-legacy", "--no-verify").code == 0
    edit(modern, "app_kind: connected-app", "app_kind: external-client-app")
    edit(modern, "scopes: [api, refresh_token]", "scopes: [api, refresh_token, web]")
    done = provision("apply", "-o", "local-legacy", "--json")
    assert done.code == 0, done.out
    assert [change["type"] for change in done.org["changes"]] == ["ConnectedApp"]


@pytest.mark.parametrize("first", ["connected-app", "external-client-app"])
def test_one_name_is_one_app(modern: Path, provision: Provision, first: str) -> None:
    [second] = {"connected-app", "external-client-app"} - {first}
    edit(modern, "label: Billing Sync\n", f"label: Billing Sync\n    kind: {first}\n")
    assert provision("apply", "-o", "local-legacy", "--no-verify").code == 0
    edit(modern, f"    kind: {first}", f"    kind: {second}")
    done = provision("apply", "-o", "local-legacy", "--json")
    assert (done.code, done.document["code"]) == (1, "APP_KIND_DIFFERS")
    assert done.org["changes"] == []
    assert "apps.billing-sync.name" in " ".join(done.document["actions"])


def test_members_of_any_name_are_found_and_updated_not_doubled(modern: Path, provision: Provision) -> None:
    deployed(modern, FOREIGN)
    edit(modern, "[jwt-bearer, client-credentials]", "[jwt-bearer]")
    # It shows no certificate, which may be hidden: a key is put on an app of others only where somebody says so.
    assert provision("apply", "--json").document["code"] == "KEY_MISSING"
    assert provision("keys", "generate", "-a", "billing-sync").code == 0
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    changed = {(c["type"], c["name"], c["action"]) for c in done.org["changes"] if c["app"]}
    assert changed >= {
        ("ExternalClientApplication", "Billing_Sync", "update"),
        ("ExtlClntAppOauthSettings", "BillingSettings", "update"),
        ("ExtlClntAppGlobalOauthSettings", "Glbl", "update"),
        ("ExtlClntAppOauthConfigurablePolicies", "BillingSettings_policy", "update"),
    }
    local = local_org(modern)
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        for type_name in ("ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings"):
            assert len(list(documents.list(type_name))) == 1
        assert len(list(documents.list("ExtlClntAppOauthConfigurablePolicies"))) == 1
        held = documents.get("ExtlClntAppGlobalOauthSettings", "Glbl")
        assert held is not None
        # What others set is still there.
        assert held["isPkceRequired"] == "false"
        assert held["isIntrospectAllTokens"] == "true"
    text = retrieved(modern, {"ExtlClntAppOauthConfigurablePolicies": ["*"]})
    assert "Somebody_Elses" in text
    assert "Billing_Sync_Access" in text
    assert provision("plan", "--exit-code").code == 0


def test_the_certificate_travels_with_every_update(modern: Path, provision: Provision) -> None:
    """A deploy without it would clear it and end JWT bearer; a policy without its list would drop the grant."""
    assert provision("apply", "--no-verify").code == 0
    edit(
        modern,
        "scopes:",
        "callback_urls: [https://acme.example/done]\n    policy: {ip_relaxation: bypass}\n    scopes:",
    )
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    assert {change["type"] for change in done.org["changes"]} == {
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthConfigurablePolicies",
    }


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("distributionState", "Managed"),
        ("distributionState", "Packaged"),
        ("orgScopedExternalApp", "00DXX0000000001:Billing_Sync"),
    ],
)
def test_an_app_of_a_package_or_another_org_is_not_touched(
    modern: Path, provision: Provision, element: str, value: str
) -> None:
    assert provision("apply", "--no-verify").code == 0
    set_header(local_org(modern), element, value)
    edit(modern, "label: Billing Sync\n", "label: Billing Synchronisation\n")
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "APP_NOT_OURS")
    assert value.partition(":")[0] in done.document["message"]
    assert done.org["changes"] == []


@pytest.mark.parametrize("length", [15, 18])
def test_an_app_that_names_its_own_org_in_either_length_is_its_own(
    modern: Path, provision: Provision, length: int
) -> None:
    assert provision("apply", "--no-verify").code == 0
    local = local_org(modern)
    set_header(local, "orgScopedExternalApp", f"{local.org_id[:length]}:Billing_Sync")
    assert provision("plan", "--exit-code").code == 0


def set_header(local: LocalOrg, element: str, value: str) -> None:
    """Change an element of the application by hand."""
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        held = documents.get("ExternalClientApplication", "Billing_Sync")
        assert held is not None
        record_id = documents.record_id("ExternalClientApplication", "Billing_Sync")
        documents.put("ExternalClientApplication", "Billing_Sync", {**held, element: value}, record_id)


def test_an_org_without_external_client_apps(modern: Path, provision: Provision) -> None:
    local_org(modern).switch(external_client_apps="disabled")
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "EXTERNAL_CLIENT_APPS_OFF")
    assert "Not available for deploy for this organization" in done.document["message"]
    assert "app_kind: connected-app" in " ".join(done.document["actions"])


@pytest.mark.parametrize("audience", ["https://login.salesforce.com", "https://test.salesforce.com"])
def test_login_hosts_are_no_audience(
    modern: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch, audience: str
) -> None:
    assert provision("apply", "--no-verify").code == 0
    monkeypatch.setenv("SF_AUDIENCE_URL", audience)
    done = provision("verify", "--grant", "jwt-bearer", "--json")
    [token] = [check for check in done.org["apps"][0]["checks"] if check["check"] == "jwt-bearer/token"]
    assert (token["status"], token["code"]) == ("failed", "AUDIENCE_REFUSED")
    assert "local--local.sandbox.my.salesforce.com" in token["remedy"]
    assert modern.exists()


@pytest.mark.parametrize("version", ["58.0", "59.0"])
@pytest.mark.parametrize("there", [False, True], ids=["new", "existing"])
def test_versions_that_lack_the_flows(modern: Path, provision: Provision, version: str, there: bool) -> None:
    """Certificate and flows do not show with them, so that an app that is there would seem to differ."""
    if there:
        assert provision("apply", "--no-verify").code == 0
    for command in ("plan", "apply", "status"):
        done = provision(command, "--api-version", version, "--json")
        assert (done.code, done.document["code"]) == (2, "KIND_NOT_SUPPORTED")
        assert ("kept" if there else "made") in done.document["message"]
        assert "since 60.0" in done.document["message"]
        assert "--api-version 60.0" in " ".join(done.document["actions"])
    assert modern.exists()


@pytest.mark.parametrize("version", [f"{number}.0" for number in range(58, 69)])
def test_every_version_for_connected_apps(settings: Path, provision: Provision, version: str) -> None:
    done = provision("apply", "--api-version", version, "--json")
    assert done.code == 0, done.out
    assert {check["status"] for check in done.org["apps"][0]["checks"]} == {"passed"}
    assert provision("plan", "--exit-code", "--api-version", version).code == 0
    assert settings.exists()


@pytest.mark.parametrize("version", [f"{number}.0" for number in range(60, 69)])
def test_every_version_that_has_them(modern: Path, provision: Provision, version: str) -> None:
    done = provision("apply", "--api-version", version, "--json")
    assert done.code == 0, done.out
    assert {check["status"] for check in done.org["apps"][0]["checks"]} == {"passed"}
    assert provision("plan", "--exit-code", "--api-version", version).code == 0
    assert modern.exists()


def test_a_run_as_user_whom_the_org_refuses(modern: Path, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    local = local_org(modern)
    with local.transaction() as transaction:
        records = transaction.records(local.org_id)
        user = records.user_named("billing.bot@acme.example")
        assert user is not None
        records.update(user.id, {"IsActive": False})
    edit(modern, "scopes:", "policy: {ip_relaxation: bypass}\n    scopes:")
    done = provision("deploy", "--json")
    assert (done.code, done.document["code"]) == (1, "USER_UNSUITABLE")
    assert "Enter a valid execution user for the OAuth client credentials flow." in done.document["message"]


def test_a_consumer_key_that_is_taken(modern: Path, provision: Provision) -> None:
    """Consumer keys are unique over all orgs."""
    assert provision("apply", "--no-verify").code == 0
    edit(modern, "  local: {local: {}}\n", SECOND)
    store = FileStore(modern.parent / ".provision")
    held = store.credentials(Slot("local", "billing-sync"))
    assert held is not None
    there = connect(load(modern, {}), "second", {}, "67.0").records.query("SELECT Id FROM Organization")[0]["Id"]
    store.save_credentials(Slot("second", "billing-sync"), replace(held, org_id=there))
    done = provision("apply", "-o", "second", "--json")
    assert (done.code, done.document["code"]) == (1, "CONSUMER_KEY_TAKEN"), done.out
    assert "The consumer key is already taken." in done.document["message"]


def test_what_the_kind_has_no_place_for_is_refused_and_not_dropped(modern: Path, provision: Provision) -> None:
    edit(modern, "scopes:", "saml: {acs_url: https://acme.example/acs, entity_url: acme}\n    scopes:")
    done = provision("plan", "--json")
    assert (done.code, done.document["code"]) == (2, "KIND_NOT_SUPPORTED")
    assert "apps.billing-sync.saml" in done.document["message"]


def test_further_settings_reach_the_members_they_belong_to(modern: Path, provision: Provision) -> None:
    more = "info_url: https://acme.example/i\n    start_url: https://acme.example/s"
    attributes = "attributes: {Org: $Organization.Name}"
    policy = "policy: {session: {timeout: 60, level: standard}, refresh_token: {kind: zero}}"
    ranges = "ip_ranges: [{start: 192.0.2.1, end: 192.0.2.9}]"
    edit(modern, "scopes:", f"{more}\n    {attributes}\n    {ranges}\n    {policy}\n    scopes:")
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    text = retrieved(modern, {kind: ["*"] for kind, _ in COMPONENTS})
    for said in (
        "<infoUrl>https://acme.example/i</infoUrl>",
        "<startUrl>https://acme.example/s</startUrl>",
        "<formula>$Organization.Name</formula>",
        "<startIpAddress>192.0.2.1</startIpAddress>",
        "<sessionTimeoutInMinutes>60</sessionTimeoutInMinutes>",
        "<refreshTokenPolicyType>Zero</refreshTokenPolicyType>",
    ):
        assert said in text
    assert provision("plan", "--exit-code").code == 0
