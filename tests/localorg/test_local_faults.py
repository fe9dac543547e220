"""Fault switches of an embedded org, as whoever asks meets them."""

import datetime as dt

import pytest

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.localorg.faulty import ANSWERS, ROW_LOCK, SOAP_FAULTS, metadata_call
from tests.localorg.visitor import V, error, refused

METADATA = "/services/Soap/m/66.0"


def accounts(visitor):
    return [name for (name,) in visitor.values("SELECT Name FROM Account ORDER BY Name")]


def tell(visitor, text, path=METADATA):
    return visitor.client.post(path, data=text, content_type="text/xml", base_url=f"https://{visitor.local.my_domain}")


def test_a_connection_dropped_before_the_effect_leaves_nothing(visitor):
    visitor.local.fault("drop-before", method="POST")
    with pytest.raises(ConnectionResetError):
        visitor.create("Account", Name="A")
    assert accounts(visitor) == []
    assert visitor.create("Account", Name="A").status_code == 201


def test_a_connection_dropped_after_the_effect_leaves_the_effect(visitor):
    visitor.local.fault("drop-after", method="POST")
    with pytest.raises(ConnectionResetError):
        visitor.create("Account", Name="A")
    assert accounts(visitor) == ["A"]


def test_the_request_to_meet_can_be_the_nth_that_fits(visitor):
    visitor.local.fault("drop-after", nth=7, method="POST", path="*/sobjects/Account")
    for number in range(6):
        visitor.created("Account", Name=str(number))
        visitor.created("Contact", LastName="does not count")
    with pytest.raises(ConnectionResetError):
        visitor.create("Account", Name="6")
    visitor.created("Account", Name="7")
    assert accounts(visitor) == ["0", "1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("kind", ANSWERS)
def test_refusals_have_nothing_to_do_with_the_request(visitor, kind):
    visitor.local.fault(kind, method="POST")
    answer = visitor.create("Account", Name="A")
    status, mime_type, part = ANSWERS[kind]
    assert (answer.status_code, answer.mimetype) == (status, mime_type)
    assert part in answer.text
    assert accounts(visitor) == []
    assert visitor.create("Account", Name="A").status_code == 201


@pytest.mark.parametrize("kind", SOAP_FAULTS)
@pytest.mark.parametrize("path", [METADATA, "/services/Soap/u/64.0", "/services/Soap/c/64.0/00D"])
def test_soap_calls_are_refused_with_faults(visitor, kind, path):
    visitor.local.fault(kind)
    answer = tell(visitor, metadata_call("describeMetadata", "", visitor.token), path)
    assert (answer.status_code, answer.mimetype) == (500, "text/xml")
    code = SOAP_FAULTS[kind].partition(":")[0]
    assert f"<faultcode>sf:{code}</faultcode><faultstring>{SOAP_FAULTS[kind]}</faultstring>" in answer.text


@pytest.mark.parametrize("kind", ["row-lock", "request-limit"])
def test_logins_know_neither_locks_nor_the_limit_of_the_apis(visitor, kind):
    visitor.ready()
    visitor.local.fault(kind, times=None)
    assert visitor.jwt_bearer().status_code == 200


def test_the_token_endpoint_meets_faults_also_at_the_login_host(visitor):
    visitor.ready()
    visitor.local.fault("unavailable", path="/services/oauth2/token")
    assert visitor.jwt_bearer(host=visitor.local.login_host).status_code == 503
    assert visitor.jwt_bearer(host=visitor.local.login_host, aud="https://test.salesforce.com").status_code == 200


def test_a_slow_answer_is_right_and_late(visitor):
    visitor.local.fault("slow", seconds=90)
    before = visitor.clock.now()
    assert visitor.query("SELECT Id FROM Organization").status_code == 200
    assert visitor.clock.now() - before == dt.timedelta(seconds=90)


def test_a_fault_meets_so_many_requests_and_then_no_more(visitor):
    visitor.local.fault("row-lock", times=2, nth=2)
    seen = [visitor.create("Account", Name="A").status_code for _ in range(4)]
    assert seen == [201, 400, 400, 201]


def test_a_fault_for_all_requests_lasts_until_it_is_cleared(visitor):
    visitor.local.fault("unavailable", times=None)
    assert [visitor.query("SELECT Id FROM Account").status_code for _ in range(3)] == [503] * 3
    visitor.local.clear_faults()
    assert visitor.query("SELECT Id FROM Account").status_code == 200


def test_a_fault_of_what_is_sent_looks_into_body_and_query(visitor):
    visitor.local.fault("row-lock", containing="describeMetadata")
    assert visitor.create("Account", Name="A").status_code == 201
    assert "UNABLE_TO_LOCK_ROW" in tell(visitor, metadata_call("describeMetadata", "", visitor.token)).text
    visitor.local.fault("row-lock", containing="FROM Account")
    assert visitor.query("SELECT Id FROM Contact").status_code == 200
    assert visitor.query("SELECT Id FROM Account").json == ROW_LOCK


@pytest.mark.parametrize(
    "unreadable",
    [{"environ_overrides": {"CONTENT_LENGTH": str(60_000_000)}}, {"environ_overrides": {"QUERY_STRING": "q=\xe4\xff"}}],
)
def test_a_fault_of_what_is_sent_leaves_alone_what_cannot_be_read(visitor, unreadable):
    ordinary = visitor.send("POST", f"{V}/sobjects/Account", json={}, **unreadable)
    visitor.local.fault("row-lock", containing="anything")
    answer = visitor.send("POST", f"{V}/sobjects/Account", json={}, **unreadable)
    assert (answer.status_code, answer.json) == (ordinary.status_code, ordinary.json)
    assert ordinary.status_code in {400, 413}


def test_faults_come_one_after_the_other(visitor):
    visitor.local.fault("unavailable", nth=2)
    visitor.local.fault("row-lock", times=2)
    seen = [visitor.query("SELECT Id FROM Account").status_code for _ in range(4)]
    assert seen == [400, 503, 400, 200]


def test_other_orgs_of_the_file_go_on(visitor, open_org):
    elsewhere = open_org("elsewhere")
    visitor.local.fault("unavailable", times=None)
    assert elsewhere.query("SELECT Id FROM Account").status_code == 200
    assert visitor.query("SELECT Id FROM Account").status_code == 503


@pytest.mark.parametrize(
    ("kind", "which", "kind_of_error"),
    [
        ("explode", {}, ValueError),
        ("slow", {"seconds": -1}, ValueError),
        ("slow", {"seconds": "1"}, TypeError),
        ("slow", {"nth": 0}, ValueError),
        ("slow", {"nth": True}, ValueError),
        ("slow", {"times": 0}, ValueError),
        ("slow", {"colour": "red"}, TypeError),
        ("slow", {"path": 1}, TypeError),
    ],
)
def test_a_fault_that_does_not_exist_is_refused(visitor, kind, which, kind_of_error):
    with pytest.raises(kind_of_error):
        visitor.local.fault(kind, **which)
    assert visitor.query("SELECT Id FROM Account").status_code == 200


def test_faults_are_remembered_with_the_requests_that_they_met(visitor):
    for kind in ("drop-before", "drop-after", "maintenance"):
        visitor.local.fault(kind)
        try:
            visitor.query("SELECT Id FROM Account")
        except ConnectionResetError:
            continue
    assert [(each.status, each.refusal) for each in visitor.local.requests()] == [
        (0, "DROPPED"),
        (0, "DROPPED"),
        (503, "SERVER_UNAVAILABLE"),
    ]


def test_a_reset_ends_all_faults(visitor):
    visitor.local.fault("unavailable", times=None)
    visitor.local.reset()
    fresh = visitor.as_user(visitor.local.admin_session)
    assert fresh.query("SELECT Id FROM Account").status_code == 200


# Switches


def test_an_app_is_unknown_until_it_has_propagated(visitor):
    visitor.local.switch(propagation_seconds=60)
    visitor.ready(effective_at=visitor.clock.now() + dt.timedelta(seconds=60))
    assert refused(visitor.jwt_bearer()) == ("invalid_client_id", "client identifier invalid")
    visitor.clock.advance(dt.timedelta(seconds=61))
    assert visitor.jwt_bearer().status_code == 200


def test_a_switch_that_does_not_exist_is_refused(visitor):
    for switches in ({"deploys": "never"}, {"no_such": 1}, {"propagation_seconds": -1}):
        with pytest.raises(ValueError, match=r"deploys|no switch|number"):
            visitor.local.switch(**switches)


def test_requests_after_the_daily_limit_are_refused_as_the_fault_says(visitor):
    """The fault and the real limit have one face."""
    visitor.local.fault("request-limit")
    as_fault = error(visitor.query("SELECT Id FROM Account"))
    visitor.local.switch(api_calls_per_day=1)
    visitor.query("SELECT Id FROM Account")
    assert error(visitor.query("SELECT Id FROM Account")) == as_fault


def test_faults_hold_for_everybody_who_opens_the_file(tmp_path):
    clock = FixedClock(dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    LocalOrg.open(tmp_path / "orgs.sqlite", "dev", clock).fault("slow", nth=3)
    again = LocalOrg.open(tmp_path / "orgs.sqlite", "dev", clock)
    with again.transaction() as transaction:
        [switch] = transaction.fault_switches.of(again.org_id)
    assert (switch.fault.kind, switch.fault.nth, switch.left) == ("slow", 3, 1)
