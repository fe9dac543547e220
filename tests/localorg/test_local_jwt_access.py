"""JWT bearer at the token endpoint: which apps, users and hosts go together."""

import datetime as dt

import pytest

from tests.localorg.visitor import KEY, refused

NOT_APPROVED = ("invalid_grant", "user hasn't approved this consumer")
NOT_ADMIN_APPROVED = ("invalid_app_access", "user is not admin approved to access this app")
UNKNOWN = ("invalid_client_id", "client identifier invalid")
NOT_IN_ORG = ("app_not_found", "External client app is not installed in this org")


def test_a_new_app_is_unknown_until_it_has_propagated(visitor):
    visitor.ready(effective_at=visitor.clock.now() + dt.timedelta(minutes=2))
    assert refused(visitor.jwt_bearer()) == UNKNOWN
    visitor.clock.advance(dt.timedelta(minutes=2))
    assert visitor.jwt_bearer().status_code == 200


def test_deactivated_and_frozen_users_get_no_token_and_lose_theirs(visitor):
    user_id = visitor.ready()
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    login = visitor.id_of("UserLogin", UserId=user_id)
    path = f"/services/data/v66.0/sobjects/UserLogin/{login}"
    assert visitor.send("PATCH", path, json={"IsFrozen": True}).status_code == 204
    assert refused(visitor.jwt_bearer()) == ("invalid_grant", "authentication failure")
    assert user.send("GET", "/services/data/v66.0").status_code == 401
    visitor.send("PATCH", path, json={"IsFrozen": False})
    visitor.send("PATCH", f"/services/data/v66.0/sobjects/User/{user_id}", json={"IsActive": False})
    assert refused(visitor.jwt_bearer()) == ("invalid_grant", "inactive user")


def test_grant_and_assignment_are_both_needed(visitor):
    user_id, app_id = visitor.user(), visitor.app()
    permission_set = visitor.permission_set()
    assert refused(visitor.jwt_bearer()) == NOT_ADMIN_APPROVED
    visitor.created("SetupEntityAccess", ParentId=permission_set, SetupEntityId=app_id)
    assert refused(visitor.jwt_bearer()) == NOT_ADMIN_APPROVED
    assignment = visitor.assigned(user_id, permission_set)
    assert visitor.jwt_bearer().status_code == 200
    visitor.send("DELETE", f"/services/data/v66.0/sobjects/PermissionSetAssignment/{assignment}")
    assert refused(visitor.jwt_bearer()) == NOT_ADMIN_APPROVED


def test_a_grant_to_the_profile_counts_too(visitor):
    visitor.user()
    app_id = visitor.app()
    profile = visitor.id_of("Profile", Name="Minimum Access - API Only Integrations")
    owned = visitor.rows(f"SELECT Id FROM PermissionSet WHERE ProfileId = '{profile}'")[0]["Id"]
    visitor.created("SetupEntityAccess", ParentId=owned, SetupEntityId=app_id)
    assert visitor.jwt_bearer().status_code == 200


SELF_AUTHORIZED = [
    (frozenset({"api"}), False, 400),
    (frozenset({"api"}), True, 400),
    (frozenset({"api", "refresh_token"}), False, 400),
    (frozenset({"api", "refresh_token"}), True, 200),
    (frozenset({"api", "offline_access"}), True, 200),
]


@pytest.mark.parametrize(("scopes", "approved", "status"), SELF_AUTHORIZED)
def test_without_admin_approval_the_user_must_have_approved_the_app_for_any_time(visitor, scopes, approved, status):
    visitor.ready(admin_approved=False, scopes=scopes)
    if approved:
        visitor.local.approve(KEY, "sync@dev.example")
    answer = visitor.jwt_bearer()
    assert answer.status_code == status
    assert status == 200 or refused(answer) == NOT_APPROVED


HOSTS = [
    ("connected-app", "test.salesforce.com", "https://test.salesforce.com", None),
    ("connected-app", "login.salesforce.com", "https://login.salesforce.com", NOT_APPROVED),
    ("external-client-app", "test.salesforce.com", "https://local--dev.sandbox.my.salesforce.com", None),
    ("external-client-app", "test.salesforce.com", "https://test.salesforce.com", NOT_IN_ORG),
    ("external-client-app", "login.salesforce.com", "https://login.salesforce.com", NOT_IN_ORG),
]


@pytest.mark.parametrize(("kind", "host", "audience", "expected"), HOSTS)
def test_login_hosts_reach_the_orgs_of_their_kind_only(visitor, kind, host, audience, expected):
    visitor.ready(kind)
    answer = visitor.jwt_bearer(host=host, aud=audience)
    if expected is None:
        assert answer.json["instance_url"] == f"https://{visitor.local.my_domain}"
    else:
        assert refused(answer) == expected


@pytest.mark.parametrize(("kind", "expected"), [("connected-app", NOT_APPROVED), ("external-client-app", NOT_IN_ORG)])
def test_an_app_of_another_org_is_refused(open_org, kind, expected):
    visitor, elsewhere = open_org(), open_org("elsewhere")
    visitor.user()
    elsewhere.app(kind)
    assert refused(visitor.jwt_bearer()) == expected


def test_every_attempt_of_a_known_user_is_in_the_login_history(visitor):
    visitor.user()
    visitor.app()
    visitor.jwt_bearer()
    visitor.jwt_bearer(aud="https://example.org")
    rows = visitor.rows("SELECT Status, LoginType, Application, LoginUrl FROM LoginHistory")
    assert [row["Status"] for row in rows] == ["Failed: Not approved for access"]
    assert rows[0]["LoginType"] == "Remote Access 2.0"
    assert rows[0]["Application"] == "Sync"
