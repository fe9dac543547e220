"""Documents about a token's user, revocation, introspection, discovery."""

import datetime as dt

import pytest

from tests.localorg.visitor import KEY, SECRET, refused

HOSTS = [None, "test.salesforce.com"]


@pytest.fixture
def user(visitor):
    visitor.ready()
    return visitor.as_user(visitor.jwt_bearer().json["access_token"])


def introspect(visitor, token, secret=SECRET):
    form = {"token": token, "token_type_hint": "access_token", "client_id": KEY, "client_secret": secret}
    return visitor.send("POST", "/services/oauth2/introspect", data=form)


@pytest.mark.parametrize("host", HOSTS)
def test_userinfo_says_who_the_user_is_and_that_it_is_an_integration_user(user, host):
    body = user.send("GET", "/services/oauth2/userinfo", host=host).json
    assert list(body)[:5] == ["sub", "user_id", "organization_id", "preferred_username", "nickname"]
    assert body["preferred_username"] == "sync@dev.example"
    assert body["organization_id"] == user.local.org_id
    assert body["is_salesforce_integration_user"] is True


def test_the_identity_url_of_a_token_answers_with_the_recorded_keys(user):
    identity = user.jwt_bearer().json["id"]
    body = user.send("GET", identity.removeprefix("https://test.salesforce.com"), host="test.salesforce.com").json
    assert list(body)[:6] == ["id", "asserted_user", "user_id", "organization_id", "username", "nick_name"]
    assert list(body)[-6:] == ["user_type", "language", "locale", "utcOffset", "last_modified_date", "is_app_installed"]
    assert body["id"] == identity
    assert body["utcOffset"] == -28800000
    assert body["urls"]["metadata"].endswith(f"/services/Soap/m/{{version}}/{user.local.org_id[:15]}")


@pytest.mark.parametrize("path", ["/services/oauth2/userinfo", "/id/00D5g0000000001EAA/0055g0000000001AAA"])
@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Basic YTpi"])
def test_identity_resources_refuse_bad_tokens_with_403_in_plain_text(visitor, path, header):
    answer = visitor.send("GET", path, headers={"Authorization": header})
    assert (answer.status_code, answer.text) == (403, "Bad_OAuth_Token")


def test_the_identity_of_another_user_is_not_shown(user):
    answer = user.send("GET", f"/id/{user.local.org_id}/0055g0000000001AAA")
    assert (answer.status_code, answer.text) == (403, "Bad_OAuth_Token")


def test_a_token_of_another_org_is_bad_here(open_org, user):
    elsewhere = open_org("elsewhere")
    answer = elsewhere.as_user(user.token).send("GET", "/services/oauth2/userinfo")
    assert answer.status_code == 403


@pytest.mark.parametrize("how", [{"method": "POST", "data": True}, {"method": "GET", "data": False}])
def test_a_revoked_token_is_good_for_nothing(user, how):
    given = {"data": {"token": user.token}} if how["data"] else {"query_string": {"token": user.token}}
    answer = user.send(how["method"], "/services/oauth2/revoke", **given)
    assert (answer.status_code, answer.text) == (200, "")
    assert user.send("GET", "/services/oauth2/userinfo").status_code == 403
    assert user.send("GET", "/services/data/v66.0").status_code == 401
    again = user.send(how["method"], "/services/oauth2/revoke", **given)
    assert refused(again) == ("invalid_token", "Token was invalid")


def test_a_token_ends_with_the_session_timeout(user):
    user.clock.advance(dt.timedelta(hours=2) - dt.timedelta(seconds=1))
    assert user.send("GET", "/services/data/v66.0").status_code == 200
    user.clock.advance(dt.timedelta(seconds=1))
    assert user.send("GET", "/services/data/v66.0").status_code == 401


def test_introspection_tells_an_app_about_its_own_live_tokens(user):
    body = introspect(user, user.token).json
    assert body["active"] is True
    assert body["username"] == "sync@dev.example"
    assert body["exp"] - body["iat"] == 7200
    assert body["scope"] == "web api"


def test_introspection_calls_all_other_tokens_inactive(user):
    assert introspect(user, "nonsense").json == {"active": False}
    assert introspect(user, user.local.admin_session).json == {"active": False}


def test_introspection_asks_for_the_apps_secret(user):
    assert refused(introspect(user, user.token, secret="x")) == ("invalid_client", "invalid client credentials")


def test_discovery_names_the_host_that_was_asked(visitor):
    for host in (visitor.local.my_domain, "login.salesforce.com", "test.salesforce.com"):
        body = visitor.send("GET", "/.well-known/openid-configuration", host=host).json
        assert body["issuer"] == f"https://{host}"
        assert body["token_endpoint"] == f"https://{host}/services/oauth2/token"
        assert visitor.send("GET", "/id/keys", host=host).json == {"keys": []}


def test_the_uses_of_an_app_are_counted_by_user(visitor):
    visitor.ready()
    for _ in range(3):
        assert visitor.jwt_bearer().status_code == 200
        visitor.clock.advance(dt.timedelta(minutes=1))
    [use] = visitor.rows("SELECT AppName, UseCount, LastUsedDate, User.Username FROM OauthToken")
    assert (use["AppName"], use["UseCount"], use["User"]["Username"]) == ("Sync", 3, "sync@dev.example")
    assert use["LastUsedDate"] == "2026-09-01T12:02:00.000+0000"
