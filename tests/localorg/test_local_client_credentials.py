"""Client credentials at the token endpoint."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.localorg import LocalOrg
from provision.localorg.clock import SystemClock
from tests.localorg.visitor import KEY, SECRET, Visitor, refused

WRONG_DOMAIN = ("invalid_grant", "request not supported on this domain")
UNKNOWN = ("invalid_client_id", "client identifier invalid")
WRONG_SECRET = ("invalid_client", "invalid client credentials")
NO_USER = ("invalid_grant", "no client credentials user enabled")
NO_SCOPES = ("invalid_grant", "no valid scopes defined")
NOT_ADMIN_APPROVED = ("invalid_app_access", "user is not admin approved to access this app")


def test_a_granted_token_has_the_documented_keys_in_order_and_a_true_signature(visitor):
    user_id = visitor.ready()
    body = visitor.client_credentials().json
    assert list(body) == [
        "access_token",
        "signature",
        "token_format",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
    ]
    assert body["issued_at"] == str(int(visitor.clock.now().timestamp() * 1000))
    assert body["id"].endswith(f"/id/{visitor.local.org_id}/{user_id}")
    digest = hmac.new(SECRET.encode(), (body["id"] + body["issued_at"]).encode(), hashlib.sha256).digest()
    assert body["signature"] == base64.b64encode(digest).decode()


def test_key_and_secret_may_come_as_basic_header(visitor):
    visitor.ready()
    answer = visitor.client.post(
        "/services/oauth2/token",
        base_url=f"https://{visitor.local.my_domain}",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["login.salesforce.com", "test.salesforce.com"])
def test_login_hosts_do_not_take_this_grant(visitor, host):
    visitor.ready()
    assert refused(visitor.client_credentials(host=host)) == WRONG_DOMAIN


REQUESTS = [
    ({"key": "nobody"}, UNKNOWN),
    ({"key": ""}, UNKNOWN),
    ({"secret": "wrong"}, WRONG_SECRET),
    ({"secret": ""}, WRONG_SECRET),
    ({"secret": SECRET.lower()}, WRONG_SECRET),
    ({"scope": "api"}, ("invalid_request", "scope parameter not supported")),
    ({"grant_type": "made_up"}, ("unsupported_grant_type", "grant type not supported")),
    ({"grant_type": ""}, ("unsupported_grant_type", "grant type not supported")),
    ({"grant_type": "password"}, ("unsupported_grant_type", "grant type not supported")),
]


@pytest.mark.parametrize(("sent", "expected"), REQUESTS)
def test_wrong_requests_are_refused_in_salesforces_words(visitor, sent, expected):
    visitor.ready()
    assert refused(visitor.client_credentials(**sent)) == expected


APPS = [
    ({"client_credentials": False}, ("invalid_grant", "client credentials flow not enabled")),
    ({"run_as_user_id": None}, NO_USER),
    ({"run_as_user_id": "0055g000000zzzzAAA"}, NO_USER),
    ({"scopes": frozenset()}, NO_SCOPES),
    ({"scopes": frozenset({"full"})}, NO_SCOPES),
    ({"scopes": frozenset({"full", "refresh_token"})}, NO_SCOPES),
]


@pytest.mark.parametrize(("app", "expected"), APPS)
def test_apps_that_are_not_set_up_for_the_flow_refuse(visitor, app, expected):
    visitor.ready(**app)
    assert refused(visitor.client_credentials()) == expected


@pytest.mark.parametrize(
    ("changes", "sobject", "key"), [({"IsActive": False}, "User", "Id"), ({"IsFrozen": True}, "UserLogin", "UserId")]
)
def test_a_run_as_user_who_cannot_log_in_counts_as_none(visitor, changes, sobject, key):
    user_id = visitor.ready()
    row = visitor.id_of(sobject, **{key: user_id})
    visitor.send("PATCH", f"/services/data/v66.0/sobjects/{sobject}/{row}", json=changes)
    assert refused(visitor.client_credentials()) == NO_USER


@pytest.mark.parametrize(("switch", "status"), [("enforced", 400), ("ignored", 200)])
def test_whether_the_run_as_user_needs_the_grant_is_a_switch(open_org, switch, status):
    visitor = open_org(client_credentials_preauthorization=switch)
    visitor.app(run_as_user_id=visitor.user())
    answer = visitor.client_credentials()
    assert answer.status_code == status
    assert status == 200 or refused(answer) == NOT_ADMIN_APPROVED


def test_an_app_of_another_org_is_unknown(open_org):
    visitor, elsewhere = open_org(), open_org("elsewhere")
    elsewhere.ready()
    assert refused(visitor.client_credentials()) == UNKNOWN
    assert elsewhere.client_credentials().status_code == 200


def test_a_wrong_secret_shows_in_the_login_history_of_the_run_as_user(visitor):
    user_id = visitor.ready()
    visitor.client_credentials(secret="wrong")
    visitor.client_credentials()
    history = visitor.values(f"SELECT Status FROM LoginHistory WHERE UserId = '{user_id}' ORDER BY LoginTime")
    assert sorted(history) == [("Failed: Missing Consumer Key Parameter",), ("Success",)]


def test_a_body_of_another_type_is_as_good_as_none(visitor):
    visitor.ready()
    body = {"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET}
    answer = visitor.client.post("/services/oauth2/token", base_url=f"https://{visitor.local.my_domain}", json=body)
    assert refused(answer) == ("unsupported_grant_type", "grant type not supported")


def test_only_post_gets_a_token(visitor):
    answer = visitor.send("GET", "/services/oauth2/token")
    assert refused(answer) == ("invalid_request", "must use HTTP POST")


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    clock = SystemClock()
    visitor = Visitor(LocalOrg.open(tmp_path_factory.mktemp("org") / "orgs.sqlite", "dev", clock), clock)
    visitor.ready()
    return visitor


names = st.sampled_from(["grant_type", "client_id", "client_secret", "assertion", "scope", "x"])
texts = st.sampled_from(["client_credentials", KEY, "urn:ietf:params:oauth:grant-type:jwt-bearer"]) | st.text(
    max_size=9
)


@settings(deadline=None, max_examples=80)
@given(
    form=st.dictionaries(names, texts, max_size=5),
    basic=st.none() | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20),
)
def test_any_form_is_answered_with_a_refusal(lasting, form, basic):
    headers = {"Authorization": f"Basic {basic}"} if basic is not None else {}
    answer = lasting.client.post(
        "/services/oauth2/token", base_url=f"https://{lasting.local.my_domain}", data=form, headers=headers
    )
    refused(answer)
