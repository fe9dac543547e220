"""Refresh tokens: what an approval leaves behind, how it is used, and how it ends."""

import datetime as dt

import pytest

from provision.localorg import LocalOrg
from tests.localorg.visitor import KEY, SECRET, V, Visitor, refused

EXPIRED = ("invalid_grant", "expired access/refresh token")
USER = "sync@dev.example"


@pytest.fixture
def approved(visitor):
    """An org whose user approved the app; the visitor and the refresh token."""
    visitor.ready(admin_approved=False, scopes=frozenset({"api", "refresh_token"}))
    return visitor, visitor.local.approve(KEY, USER)


def refresh(visitor, token, host=None, **form):
    given = {"grant_type": "refresh_token", "client_id": KEY, "client_secret": SECRET, "refresh_token": token} | form
    data = {name: value for name, value in given.items() if value is not None}
    return visitor.client.post(
        "/services/oauth2/token", base_url=f"https://{host or visitor.local.my_domain}", data=data
    )


def works(visitor, token):
    return visitor.as_user(token).send("GET", f"{V}/limits").status_code == 200


@pytest.mark.parametrize("host", [None, "test.salesforce.com", "login.salesforce.com"])
def test_a_refresh_gives_a_new_access_token_and_no_refresh_token(approved, host):
    visitor, token = approved
    answer = refresh(visitor, token, host)
    assert list(answer.json) == ["id", "issued_at", "instance_url", "signature", "access_token", "token_type"]
    assert answer.json["instance_url"] == f"https://{visitor.local.my_domain}"
    assert works(visitor, answer.json["access_token"])


def test_a_refresh_token_can_be_used_again(approved):
    visitor, token = approved
    first, second = (refresh(visitor, token).json["access_token"] for _ in range(2))
    assert first != second
    assert works(visitor, first)


WRONG = [
    ("unknown token", {"refresh_token": "5Aep861nothing"}, EXPIRED),
    ("no token", {"refresh_token": None}, EXPIRED),
    ("wrong secret", {"client_secret": "wrong"}, ("invalid_client", "invalid client credentials")),
    ("no secret", {"client_secret": None}, ("invalid_client", "invalid client credentials")),
    ("unknown app", {"client_id": "nobody"}, ("invalid_client_id", "client identifier invalid")),
    ("scope asked for", {"scope": "api"}, ("invalid_request", "scope parameter not supported")),
]


@pytest.mark.parametrize(("form", "expected"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_requests_are_refused(approved, form, expected):
    visitor, token = approved
    assert refused(refresh(visitor, token, **form)) == expected


def test_an_app_that_needs_no_secret_may_leave_it_out_but_not_send_another(visitor):
    visitor.ready(consumer_secret_optional=True)
    token = visitor.local.approve(KEY, USER)
    assert refresh(visitor, token, client_secret=None).status_code == 200
    assert refused(refresh(visitor, token, client_secret="wrong"))[0] == "invalid_client"


def test_a_revoked_refresh_token_takes_its_access_tokens_and_the_approval_along(approved):
    visitor, token = approved
    came, other = refresh(visitor, token).json["access_token"], visitor.jwt_bearer().json["access_token"]
    assert visitor.send("POST", "/services/oauth2/revoke", data={"token": token}).status_code == 200
    assert refused(refresh(visitor, token)) == EXPIRED
    assert not works(visitor, came)
    assert works(visitor, other)
    assert refused(visitor.jwt_bearer()) == ("invalid_grant", "user hasn't approved this consumer")


def test_the_approval_stays_as_long_as_one_refresh_token_of_it(approved):
    visitor, token = approved
    visitor.local.approve(KEY, USER)
    visitor.send("POST", "/services/oauth2/revoke", data={"token": token})
    assert visitor.jwt_bearer().status_code == 200


def test_a_revoked_access_token_leaves_the_refresh_token(approved):
    visitor, token = approved
    came = refresh(visitor, token).json["access_token"]
    visitor.send("POST", "/services/oauth2/revoke", data={"token": came})
    assert not works(visitor, came)
    assert refresh(visitor, token).status_code == 200


@pytest.mark.parametrize(
    ("relaxation", "expected"),
    [("ENFORCE", ("invalid_grant", "ip restricted")), ("ENFORCE_RELAXREFRESH", None), ("BYPASS", None)],
)
def test_apps_may_relax_addresses_for_refreshes_alone(visitor, relaxation, expected):
    visitor.ready(admin_approved=False, scopes=frozenset({"api", "refresh_token"}), ip_relaxation=relaxation)
    token = visitor.local.approve(KEY, USER)
    visitor.local.restrict_logins("Minimum Access - API Only Integrations", ("10.0.0.0", "10.0.0.255"))
    answer = refresh(visitor, token)
    assert (refused(answer) if expected else answer.status_code) == (expected or 200)
    assert (visitor.client_credentials().status_code == 200) == (relaxation == "BYPASS")


def test_a_refresh_token_is_unknown_to_other_orgs(approved, tmp_path, clock):
    visitor, token = approved
    other = Visitor(LocalOrg.open(tmp_path / "orgs.sqlite", "other", clock), clock)
    assert other.send("POST", "/services/oauth2/revoke", data={"token": token}).status_code == 400
    assert refresh(visitor, token).status_code == 200


def test_a_refresh_token_survives_the_session_but_not_the_grant(visitor):
    user = visitor.ready()
    token = visitor.local.approve(KEY, USER)
    visitor.clock.advance(dt.timedelta(days=30))
    visitor.token = visitor.local.admin_session
    assert refresh(visitor, token).status_code == 200
    row = visitor.rows(f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user}'")
    for each in row:
        visitor.send("DELETE", f"{V}/sobjects/PermissionSetAssignment/{each['Id']}")
    assert refused(refresh(visitor, token))[0] == "invalid_app_access"


def introspect(visitor, token, key=KEY):
    form = {"token": token, "client_id": key, "client_secret": SECRET}
    return visitor.send("POST", "/services/oauth2/introspect", data=form).json


def test_refresh_tokens_can_be_introspected(approved):
    visitor, token = approved
    shown = introspect(visitor, token)
    assert (shown["active"], shown["token_type"], shown["client_id"]) == (True, "refresh_token", KEY)
    assert (shown["username"], shown["scope"]) == (USER, "refresh_token api")


@pytest.mark.parametrize("introspect_all", [False, True])
def test_only_an_app_that_may_sees_tokens_of_other_apps(visitor, introspect_all):
    visitor.ready()
    token = visitor.jwt_bearer().json["access_token"]
    other = "3MVG9" + "o" * 80
    visitor.app("external-client-app", key=other, introspect_all=introspect_all)
    assert introspect(visitor, token, other)["active"] is introspect_all
    if introspect_all:
        assert introspect(visitor, token, other)["client_id"] == KEY


def test_a_delete_token_ends_all_that_a_user_got_by_way_of_an_app(approved):
    visitor, token = approved
    came = refresh(visitor, token).json["access_token"]
    with visitor.local.transaction() as transaction:
        [use] = transaction.records(visitor.local.org_id).find("OauthToken", AppName="Sync")
    assert visitor.send("POST", "/services/oauth2/revoke", data={"token": use.fields["DeleteToken"]}).status_code == 200
    assert not works(visitor, came)
    assert refused(refresh(visitor, token)) == EXPIRED
    with visitor.local.transaction() as transaction:
        assert transaction.records(visitor.local.org_id).find("OauthToken", AppName="Sync") == []
    again = visitor.send("POST", "/services/oauth2/revoke", data={"token": use.fields["DeleteToken"]})
    assert again.status_code == 400


def test_a_delete_token_is_of_one_app_whatever_the_app_is_called(approved):
    """The row names its app by AppMenuItem.ApplicationId; its text may be that of another app."""
    visitor, token = approved
    came = refresh(visitor, token).json["access_token"]
    [row] = visitor.rows("SELECT DeleteToken, AppMenuItem.ApplicationId FROM OauthToken")
    with visitor.local.transaction() as transaction:
        records = transaction.records(visitor.local.org_id)
        [use] = records.find("OauthToken", AppName="Sync")
        records.update(use.id, {"AppName": "Another"})
        consumer = transaction.consumers(visitor.local.org_id).by_key(KEY)
    assert row["AppMenuItem"]["ApplicationId"] == consumer.app_id
    visitor.send("POST", "/services/oauth2/revoke", data={"token": row["DeleteToken"]})
    assert not works(visitor, came)


@pytest.mark.parametrize("presented", ["", "nothing", "null"])
def test_what_is_no_delete_token_ends_nothing(approved, presented):
    visitor, token = approved
    came = refresh(visitor, token).json["access_token"]
    assert visitor.send("POST", "/services/oauth2/revoke", data={"token": presented}).status_code == 400
    assert works(visitor, came)
