"""What was deployed as External Client App is what the token endpoint knows."""

import base64

import pytest

from provision.localorg.metadata import deploy
from provision.localorg.metadata.tenant import Tenant
from tests.localorg.metadata import families as eca
from tests.localorg.metadata.conftest import STRICT, manifest, zipped
from tests.localorg.metadata.families import element
from tests.localorg.visitor import KEY, SECRET, certificate_der, refused

NOT_HERE = ("app_not_found", "External client app is not installed in this org")
APPROVED = element("permittedUsersPolicyType", "AdminApprovedPreAuthorized")
FLOW = element("isClientCredentialsFlowEnabled", "true")
GRANTED = element("commaSeparatedPermissionSet", "Sync")
TYPES = (
    *("ExternalClientApplication", "ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings"),
    *("ExtlClntAppOauthConfigurablePolicies", "ExtlClntAppConfigurablePolicies"),
)


def deploy_files(visitor, files):
    with visitor.local.transaction() as transaction:
        org = transaction.orgs.get(visitor.local.org_id)
        admin = transaction.records(org.id).user_named(visitor.local.admin_username)
        package = zipped({"package.xml": manifest({name: ["*"] for name in TYPES}), **files})
        done = deploy.run(transaction, Tenant.of(transaction, org, admin.id, visitor.clock.now()), package, STRICT)
    assert done.status == "Succeeded", [message.problem for message in done.failures()]


def shared(*parts):
    certificate = element("certificate", base64.b64encode(certificate_der()).decode())
    return {eca.GLOBAL: eca.shared(certificate, *parts)}


@pytest.fixture
def ready(visitor):
    """An org with an app for admin-approved users, and a user who holds it."""
    user = visitor.user()
    visitor.assigned(user, visitor.permission_set())
    pair = element("consumerKey", KEY) + element("consumerSecret", SECRET)
    policy = {eca.POLICY: eca.policy(APPROVED, GRANTED)}
    deploy_files(visitor, eca.minimal() | shared(pair) | policy)
    return visitor


def test_a_jwt_for_the_my_domain_is_granted_and_the_token_works(ready):
    answer = ready.jwt_bearer()
    assert answer.status_code == 200, answer.text
    assert set(answer.json["scope"].split()) == {
        "api",
        "refresh_token",
    }
    caller = ready.as_user(answer.json["access_token"])
    assert caller.query("SELECT Id FROM Organization").status_code == 200


@pytest.mark.parametrize("audience", ["https://test.salesforce.com", "https://login.salesforce.com"])
def test_login_hosts_are_no_audience_for_external_client_apps(ready, audience):
    assert refused(ready.jwt_bearer(aud=audience)) == NOT_HERE


def test_the_login_hosts_are_an_audience_where_the_org_is_switched_so(open_org):
    visitor = open_org(external_client_app_test_audience="accepted")
    visitor.ready("external-client-app")
    assert visitor.jwt_bearer(aud="https://test.salesforce.com").status_code == 200


@pytest.mark.parametrize("flag", ["isEnabled", "isOauthPluginEnabled"])
def test_an_app_that_is_switched_off_is_not_found(ready, flag):
    on = {"isEnabled": "true", "isOauthPluginEnabled": "true"}
    off = "".join(element(name, value) for name, value in (on | {flag: "false"}).items())
    deploy_files(ready, {"extlClntAppPolicies/Sync_defaultPolicy.ecaPlcy": eca.switches(off)})
    assert refused(ready.jwt_bearer()) == NOT_HERE
    assert refused(ready.client_credentials()) == NOT_HERE
    again = "".join(element(name, value) for name, value in on.items())
    deploy_files(ready, {"extlClntAppPolicies/Sync_defaultPolicy.ecaPlcy": eca.switches(again)})
    assert ready.jwt_bearer().status_code == 200


def test_an_app_of_another_org_is_not_found(ready, open_org):
    other = open_org("other")
    other.user("sync@other.example")
    assert refused(other.jwt_bearer(sub="sync@other.example")) == NOT_HERE


def test_a_lost_certificate_ends_jwt_bearer(ready):
    deploy_files(ready, {eca.GLOBAL: eca.shared()})
    assert refused(ready.jwt_bearer()) == ("invalid_grant", "invalid assertion")


def test_a_lost_list_ends_access(ready):
    deploy_files(ready, {eca.POLICY: eca.policy(APPROVED)})
    error, description = refused(ready.jwt_bearer())
    assert (error, description) == ("invalid_app_access", "user is not admin approved to access this app")


def test_client_credentials_need_both_switches_and_act_as_the_execution_user(ready):
    run_as = element("clientCredentialsFlowUser", "sync@dev.example")
    flow_off = ("invalid_grant", "client credentials flow not enabled")
    assert refused(ready.client_credentials()) == flow_off
    deploy_files(ready, {eca.POLICY: eca.policy(APPROVED, GRANTED, FLOW, run_as)})
    assert refused(ready.client_credentials()) == flow_off
    deploy_files(ready, shared(FLOW))
    answer = ready.client_credentials()
    assert answer.status_code == 200, answer.text
    assert answer.json["id"].endswith(ready.id_of("User", Username="sync@dev.example"))


def test_a_new_app_reaches_the_token_endpoint_after_a_while(open_org):
    visitor = open_org(propagation_seconds=600)
    visitor.user()
    deploy_files(visitor, eca.minimal() | shared(element("consumerKey", KEY)))
    assert refused(visitor.jwt_bearer()) == ("invalid_client_id", "client identifier invalid")
