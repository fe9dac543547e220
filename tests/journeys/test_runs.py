"""Runs that stop: what they say, what they leave, and that the next one goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provision.apply import run_org
from provision.errors import Code
from provision.model.event import Event
from provision.model.observed import Organization
from provision.org.client import Org
from provision.org.connect import connect
from provision.plan import Plan
from provision.settings.desired import desired
from provision.settings.load import load
from provision.stages import Order
from provision.store.file import FileStore
from tests.journeys.conftest import Provision, edit

NAME = "local-legacy"


@pytest.fixture
def org(settings: Path) -> Org:
    return connect(load(settings, {}), NAME, {}, "67.0")


def store_of(settings: Path) -> FileStore:
    return FileStore(settings.parent / ".provision")


def test_an_org_that_is_not_the_pinned_one_is_not_written_to(settings: Path, org: Org) -> None:
    wanted = desired(load(settings, {}), NAME)
    result = run_org(org, wanted, store_of(settings), Order(pinned_org_id="00DXX0000000001AAA"))
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.code is Code.ORG_MISMATCH
    assert org.records.query("SELECT Id FROM User WHERE Username = 'billing.bot@acme.example'") == []


def test_the_pin_may_have_15_characters(settings: Path, org: Org) -> None:
    wanted = desired(load(settings, {}), NAME)
    org_id = org.records.query("SELECT Id FROM Organization")[0]["Id"]
    result = run_org(org, wanted, store_of(settings), Order(pinned_org_id=org_id[:15]))
    assert result.error is None


def test_an_expired_session_says_so_before_anything_is_written(settings: Path, org: Org) -> None:
    wanted = desired(load(settings, {}), NAME)
    expired = replace(org, access_token="00D5g0000000001!expired")
    result = run_org(expired, wanted, store_of(settings), Order())
    assert result.error is not None
    assert result.error.code is Code.SESSION_EXPIRED
    assert "Session expired or invalid" in (result.error.detail or "")
    assert result.outcomes == ()
    assert not list((settings.parent / ".provision").rglob("*.pem"))


def test_a_component_that_the_org_refuses_stops_the_run_and_a_rerun_continues(
    settings: Path, provision: Provision
) -> None:
    edit(settings, "Account.Rating: read", "Account.Rating: read\n      Account.Nope__c: read")
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, Code.DEPLOY_FAILED)
    assert "Nope__c" in done.document["message"]
    assert done.document["context"]["failures"]
    outcomes = [(change["type"], change["outcome"]) for change in done.org["changes"]]
    assert ("User", "applied") in outcomes
    assert ("ConnectedApp", "failed") in outcomes
    assert ("PermissionSetAssignment", "skipped") in outcomes
    edit(settings, "\n      Account.Nope__c: read", "")
    again = provision("apply", "--json")
    assert again.code == 0
    assert not {"User", "KeyPair"} & {change["type"] for change in again.org["changes"]}


def test_nothing_is_written_to_production_that_was_not_confirmed(settings: Path, org: Org) -> None:
    asked: list[Plan] = []

    def confirm(organization: Organization, plan: Plan) -> None:
        assert organization.org_id == plan.org_id
        asked.append(plan)
        raise KeyboardInterrupt

    wanted = desired(load(settings, {}), NAME)
    with pytest.raises(KeyboardInterrupt):
        run_org(org, wanted, store_of(settings), Order(confirm=confirm))
    assert len(asked) == 1
    assert org.records.query("SELECT Id FROM User WHERE Username = 'billing.bot@acme.example'") == []
    assert run_org(org, wanted, store_of(settings), Order()).status == "done"
    run_org(org, wanted, store_of(settings), Order(confirm=confirm))


def test_a_run_tells_its_progress_in_order(settings: Path, org: Org) -> None:
    heard: list[Event] = []
    run_org(org, desired(load(settings, {}), NAME), store_of(settings), Order(), heard.append)
    steps = list(dict.fromkeys(event.step for event in heard))
    assert steps == ["observe", "keys", "users", "deploy", "assignments", "verify"]


def test_requests_stay_few(settings: Path, provision: Provision) -> None:
    """A first run within 14 requests and a run without changes within 6, the proof apart."""
    first = provision("apply", "--no-verify", "--json").org["api_calls"]
    again = provision("apply", "--no-verify", "--json").org["api_calls"]
    assert (first <= 14, again <= 6) == (True, True), (first, again)
    assert settings.exists()
