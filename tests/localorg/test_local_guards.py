"""What org, app and profile demand of a login: rate, addresses, blocks, session level and lifetime, limits."""

import datetime as dt

import pytest

from provision.localorg.store.orgs import Switches, changed
from tests.localorg.visitor import KEY, V, error, refused

BLOCKED = ("app_blocked", "this app is blocked by admin")
RATE = ("invalid_grant", "login rate exceeded")
IP = ("invalid_grant", "ip restricted")
PROFILE = "Minimum Access - API Only Integrations"
FLOWS = ["jwt_bearer", "client_credentials"]


def ask(visitor, flow):
    return getattr(visitor, flow)()


def statuses(visitor):
    return [status for (status,) in visitor.values("SELECT Status FROM LoginHistory ORDER BY LoginTime")]


@pytest.mark.parametrize("flow", FLOWS)
def test_more_logins_than_an_hour_allows_are_refused_and_noted(open_org, flow):
    visitor = open_org(logins_per_hour=2)
    visitor.ready()
    assert [ask(visitor, flow).status_code for _ in range(2)] == [200, 200]
    assert refused(ask(visitor, flow)) == RATE
    assert statuses(visitor) == ["Success", "Success", "Login rate exceeded"]


def test_an_hour_later_logins_are_allowed_again(open_org):
    visitor = open_org(logins_per_hour=1)
    visitor.ready()
    assert visitor.jwt_bearer().status_code == 200
    assert refused(visitor.jwt_bearer()) == RATE
    visitor.clock.advance(dt.timedelta(hours=1))
    assert visitor.jwt_bearer().status_code == 200


@pytest.mark.parametrize("flow", FLOWS)
def test_addresses_outside_the_ranges_of_the_profile_are_refused(visitor, flow):
    visitor.ready()
    visitor.local.restrict_logins(PROFILE, ("10.0.0.0", "10.0.0.255"), ("2001:db8::1", "2001:db8::ffff"))
    assert refused(ask(visitor, flow)) == IP
    assert statuses(visitor) == ["Restricted IP"]
    visitor.local.restrict_logins(PROFILE, ("127.0.0.1", "127.0.0.1"))
    assert ask(visitor, flow).status_code == 200
    visitor.local.restrict_logins(PROFILE)
    assert ask(visitor, flow).status_code == 200


def test_ranges_of_another_profile_do_not_matter(visitor):
    visitor.ready()
    visitor.local.restrict_logins("System Administrator", ("10.0.0.0", "10.0.0.255"))
    assert visitor.jwt_bearer().status_code == 200


@pytest.mark.parametrize("relaxation", ["BYPASS", "Bypass_2factor"])
def test_an_app_relaxes_ranges_for_client_credentials_but_never_for_jwt_bearer(visitor, relaxation):
    visitor.ready(ip_relaxation=relaxation)
    visitor.local.restrict_logins(PROFILE, ("10.0.0.0", "10.0.0.255"))
    assert visitor.client_credentials().status_code == 200
    assert refused(visitor.jwt_bearer()) == IP


@pytest.mark.parametrize("flow", FLOWS)
def test_an_app_that_demands_high_assurance_gets_no_token(visitor, flow):
    visitor.ready(high_assurance=True)
    assert refused(ask(visitor, flow))[0] == "invalid_grant"


@pytest.mark.parametrize("flow", FLOWS)
def test_an_org_that_demands_high_assurance_gives_tokens_that_rest_refuses(open_org, flow):
    visitor = open_org(session_level="high-assurance")
    visitor.ready()
    token = ask(visitor, flow).json["access_token"]
    answer = visitor.as_user(token).send("GET", f"{V}/limits")
    assert error(answer) == (401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_blocked_app_gets_no_token(visitor, flow):
    visitor.ready()
    visitor.local.block(KEY)
    assert refused(ask(visitor, flow)) == BLOCKED


def test_only_a_known_app_can_be_blocked(visitor):
    with pytest.raises(LookupError):
        visitor.local.block("nobody")


class TestApiAccessControl:
    def test_apps_for_admin_approved_users_pass(self, open_org):
        visitor = open_org(api_access_control="on")
        visitor.ready()
        assert visitor.jwt_bearer().status_code == 200

    def test_other_apps_are_blocked(self, open_org):
        visitor = open_org(api_access_control="on")
        visitor.ready(admin_approved=False)
        assert refused(visitor.client_credentials()) == BLOCKED

    def test_users_with_the_permission_pass_with_any_app(self, open_org):
        visitor = open_org(api_access_control="on")
        admin = visitor.id_of("User", Username=visitor.local.admin_username)
        visitor.ready(admin_approved=False, run_as_user_id=admin)
        token = visitor.client_credentials().json["access_token"]
        assert visitor.as_user(token).send("GET", f"{V}/limits").status_code == 200

    def test_tokens_from_before_are_refused_by_rest(self, visitor):
        visitor.ready(admin_approved=False)
        token = visitor.client_credentials().json["access_token"]
        visitor.local.switch(api_access_control="on")
        answer = visitor.as_user(token).send("GET", f"{V}/limits")
        assert error(answer)[:2] == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize(("app", "minutes"), [({}, 15), ({"session_timeout_minutes": 30}, 30)])
def test_sessions_end_when_app_or_org_say(open_org, app, minutes):
    visitor = open_org(session_timeout_minutes=15)
    visitor.ready(**app)
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    visitor.clock.advance(dt.timedelta(minutes=minutes, seconds=-1))
    assert user.send("GET", f"{V}/limits").status_code == 200
    visitor.clock.advance(dt.timedelta(seconds=1))
    assert error(user.send("GET", f"{V}/limits"))[:2] == (401, "INVALID_SESSION_ID")


def test_an_org_without_rest_says_so(open_org):
    answer = open_org(rest_api="disabled").send("GET", f"{V}/limits")
    assert error(answer) == (403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.")


def test_calls_beyond_the_allowance_of_the_day_are_refused_until_the_next(open_org):
    visitor = open_org(api_calls_per_day=2)
    used = [visitor.send("GET", f"{V}/limits").headers["Sforce-Limit-Info"] for _ in range(2)]
    assert used == ["api-usage=1/2", "api-usage=2/2"]
    answer = visitor.send("GET", f"{V}/limits")
    assert error(answer) == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    visitor.clock.advance(dt.timedelta(days=1))
    visitor.token = visitor.local.admin_session
    assert visitor.send("GET", f"{V}/limits").json["DailyApiRequests"] == {"Max": 2, "Remaining": 2}


@pytest.mark.parametrize(
    "change", [{"rest_api": "off"}, {"session_level": 1}, {"logins_per_hour": -1}, {"api_calls_per_day": True}]
)
def test_switches_take_their_own_values_only(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        changed(Switches(), change)
