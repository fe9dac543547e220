"""Logging in with a password: over SOAP, and with the OAuth flow; both are off in new orgs."""

import re

import pytest

from tests.localorg.visitor import KEY, SECRET, V, refused

PASSWORD = "correct horse 5"


def envelope(username, password, operation="login"):
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:p="urn:partner.soap.sforce.com">'
        f"<soapenv:Body><p:{operation}><p:username>{username}</p:username><p:password>{password}</p:password>"
        f"</p:{operation}></soapenv:Body></soapenv:Envelope>"
    )


def log_in(visitor, *, password=PASSWORD, version="64.0", host=None, username=None, operation="login"):
    return visitor.client.post(
        f"/services/Soap/u/{version}",
        base_url=f"https://{host or visitor.local.my_domain}",
        data=envelope(username or visitor.local.admin_username, password, operation),
        content_type="text/xml",
        headers={"SOAPAction": '""'},
    )


def fault(answer):
    assert answer.status_code == 500
    return tuple(
        re.search(rf"<{tag}>(.*?)</{tag}>", answer.text)[1] for tag in ("sf:exceptionCode", "sf:exceptionMessage")
    )


@pytest.fixture
def with_password(open_org):
    visitor = open_org(soap_login="enabled", password_flow="allowed")
    visitor.local.set_password(visitor.local.admin_username, PASSWORD)
    return visitor


@pytest.mark.parametrize("host", [None, "test.salesforce.com", "login.salesforce.com"])
def test_soap_login_gives_a_session_and_where_to_go_on(with_password, host):
    answer = log_in(with_password, host=host)
    assert answer.status_code == 200, answer.text
    value = dict(re.findall(r"<(\w+)>([^<]*)</\1>", answer.text))
    assert (
        value["serverUrl"] == f"https://{with_password.local.my_domain}/services/Soap/u/64.0/{value['serverUrl'][-15:]}"
    )
    assert value["organizationId"] == with_password.local.org_id
    assert value["sandbox"] == "true"
    assert with_password.as_user(value["sessionId"]).rows("SELECT Id FROM Organization")


def test_wrong_credentials_are_refused_alike(with_password):
    wrong = log_in(with_password, password="wrong")
    unknown = log_in(with_password, username="nobody@dev.example")
    assert fault(wrong) == fault(unknown)
    assert fault(wrong)[0] == "INVALID_LOGIN"
    assert "<faultcode>sf:INVALID_LOGIN</faultcode>" in wrong.text


def test_a_user_without_a_password_cannot_log_in(with_password):
    with_password.user("sync@dev.example")
    assert fault(log_in(with_password, username="sync@dev.example", password=""))[0] == "INVALID_LOGIN"


@pytest.mark.parametrize(
    ("version", "switches", "code", "text"),
    [
        ("64.0", {}, "INVALID_OPERATION", "SOAP API login() is disabled by default in this org."),
        ("65.0", {"soap_login": "enabled"}, "INVALID_OPERATION", "not available in this API version"),
        ("30.0", {"soap_login": "enabled"}, "UNSUPPORTED_API_VERSION", ""),
        ("x", {"soap_login": "enabled"}, "UNSUPPORTED_API_VERSION", ""),
    ],
)
def test_soap_login_is_off_in_new_orgs_and_gone_from_65(open_org, version, switches, code, text):
    visitor = open_org(**switches)
    visitor.local.set_password(visitor.local.admin_username, PASSWORD)
    found = fault(log_in(visitor, version=version))
    assert found[0] == code
    assert text in found[1]


@pytest.mark.parametrize("body", [b"", b"<a/>", b"\xff", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_login_is_refused(with_password, body):
    answer = with_password.client.post(
        "/services/Soap/u/64.0", base_url=f"https://{with_password.local.my_domain}", data=body, content_type="text/xml"
    )
    assert fault(answer)[0] == "INVALID_OPERATION"
    assert fault(log_in(with_password, operation="convertLead"))[0] == "INVALID_OPERATION"


def with_flow(visitor, **changed):
    form = {
        "grant_type": "password",
        "client_id": KEY,
        "client_secret": SECRET,
        "username": visitor.local.admin_username,
        "password": PASSWORD,
    }
    return visitor.client.post(
        "/services/oauth2/token", base_url=f"https://{visitor.local.my_domain}", data=form | changed
    )


def test_the_password_flow_answers_with_the_recorded_keys(with_password):
    with_password.app(admin_approved=False)
    answer = with_flow(with_password)
    assert list(answer.json) == ["id", "issued_at", "instance_url", "signature", "access_token", "token_type"]
    assert with_password.as_user(answer.json["access_token"]).rows("SELECT Id FROM Organization")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"password": "wrong"}, ("invalid_grant", "authentication failure")),
        ({"username": "nobody@dev.example"}, ("invalid_grant", "authentication failure")),
        ({"client_secret": "wrong"}, ("invalid_client", "invalid client credentials")),
        ({"client_id": "unknown"}, ("invalid_client_id", "client identifier invalid")),
    ],
)
def test_the_password_flow_refuses(with_password, changed, error):
    with_password.app(admin_approved=False)
    assert refused(with_flow(with_password, **changed)) == error


def test_the_password_flow_asks_a_grant_where_the_app_is_for_admin_approved_users(with_password):
    with_password.app(admin_approved=True)
    assert refused(with_flow(with_password))[0] == "invalid_app_access"


def test_external_client_apps_take_no_passwords(with_password):
    with_password.app("external-client-app", admin_approved=False)
    assert refused(with_flow(with_password)) == ("invalid_grant", "authentication failure")


def test_the_password_flow_is_off_in_new_orgs(visitor):
    visitor.app(admin_approved=False)
    visitor.local.set_password(visitor.local.admin_username, PASSWORD)
    assert refused(with_flow(visitor)) == ("unsupported_grant_type", "grant type not supported")


def test_an_administrator_sets_passwords_over_rest(with_password):
    user = with_password.user("sync@dev.example")
    path = f"{V}/sobjects/User/{user}/password"
    assert with_password.send("POST", path, json={"NewPassword": "new one 12"}).status_code == 204
    assert with_password.send("GET", path).json == {"isExpired": False}
    assert log_in(with_password, username="sync@dev.example", password="new one 12").status_code == 200
    assert with_password.send("POST", path, json={}).status_code == 400
    assert with_password.send("POST", f"{V}/sobjects/User/005000000000000AAA/password", json={}).status_code == 404


@pytest.mark.parametrize("audience", ["https://login.salesforce.com", "https://test.salesforce.com"])
@pytest.mark.parametrize("kind", ["connected-app", "external-client-app"])
def test_a_loopback_address_takes_the_audience_of_any_login_host(visitor, audience, kind):
    """Clients that hard-code a login host reach the org only there."""
    from provision.localorg.app import App

    visitor.ready(kind)
    visitor.client.application = App(visitor.local._database, {"localhost:8443": "dev"})
    answer = visitor.jwt_bearer(host="localhost:8443", aud=audience)
    assert answer.status_code == 200, answer.text
    assert answer.json["instance_url"] == "https://localhost:8443"
