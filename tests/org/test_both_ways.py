"""Deploys over SOAP and over REST are the same deploys; a token in JWT format goes the way that takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provision.errors import Code, Failed, Refused
from provision.metadata.package import from_zip, to_zip
from provision.model.deployment import ComponentFailure, DeployOptions, DeployResult
from provision.model.event import silent
from provision.model.metadata import Component, Package
from provision.org.client import Org
from provision.org.deploy_result import deploy_result
from provision.org.deploys import Deploys, RestDeploys, SoapDeploys
from provision.org.rest import Rest
from provision.org.session import Session
from tests.org.external_client_app import AnOrg
from tests.org.wire import Asked, Said, Wire

NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
SOAP, REST = "/services/Soap/m/", "/metadata/deployRequest"


def permission_set(label: str, *more: str) -> bytes:
    xml = f"<PermissionSet {NAMESPACE}>{''.join(more)}<label>{label}</label></PermissionSet>"
    return to_zip(Package((Component("PermissionSet", "Reader", xml.encode()),), "66.0"))


GOOD = permission_set("Reader")
BAD = permission_set(
    "Reader",
    "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit>"
    "<allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Nowhere__c</object>"
    "<viewAllRecords>false</viewAllRecords></objectPermissions>",
)


def over_soap(org: Org) -> Deploys:
    return SoapDeploys(org.site.transport, Session(org.instance_url, org.access_token, org.site.api_version))


def over_rest(org: Org) -> Deploys:
    return RestDeploys(Rest(org.site.transport, Session(org.instance_url, org.access_token, org.site.api_version)))


Way = Callable[[Org], Deploys]
WAYS = pytest.mark.parametrize("way", [over_soap, over_rest])


@pytest.fixture
def there(tmp_path: Path) -> AnOrg:
    return AnOrg(tmp_path, version="66.0")


def finished(deploys: Deploys, deploy_id: str) -> DeployResult:
    for _ in range(20):
        if (result := deploys.status(deploy_id)).done:
            return result
    raise AssertionError("the deploy never ended")


@WAYS
def test_a_package_is_deployed(there: AnOrg, way: Way) -> None:
    deploys = way(there.org())
    deploy_id = deploys.start(GOOD, DeployOptions())
    assert deploy_id.startswith("0Af")
    first = deploys.status(deploy_id)
    assert (first.id[:15], first.done, first.success) == (deploy_id[:15], False, False)
    result = finished(deploys, deploy_id)
    assert (result.status, result.success, result.components_deployed) == ("Succeeded", True, 1)
    assert "Reader" in str(from_zip(there.org().metadata.retrieve({"PermissionSet": ["Reader"]})).components)


@WAYS
def test_a_check_changes_nothing(there: AnOrg, way: Way) -> None:
    deploys = way(there.org())
    result = finished(deploys, deploys.start(GOOD, DeployOptions(check_only=True)))
    assert (result.success, result.check_only) == (True, True)
    assert from_zip(there.org().metadata.retrieve({"PermissionSet": ["Reader"]})).components == ()


def test_both_say_the_same_about_a_failure(there: AnOrg) -> None:
    said = []
    for way in (over_soap, over_rest):
        deploys = way(there.org())
        said.append(replace(finished(deploys, deploys.start(BAD, DeployOptions())), id=""))
    assert said[0] == said[1]
    assert said[0].status == "Failed"
    [failure] = said[0].failures
    assert (failure.type, failure.full_name) == ("PermissionSet", "Reader")
    assert "Nowhere__c" in failure.problem


@WAYS
def test_a_deploy_is_cancelled(there: AnOrg, way: Way) -> None:
    deploys = way(there.org())
    deploy_id = deploys.start(GOOD, DeployOptions())
    deploys.cancel(deploy_id)
    assert finished(deploys, deploy_id).status == "Canceled"
    with pytest.raises(Refused) as raised:
        deploys.cancel(deploy_id)
    assert "Deployment already completed" in str(raised.value.detail)


@WAYS
@pytest.mark.parametrize("deploy_id", ["0Af000000000000AAA", "../../../../oauth2/userinfo", "a?b#c"])
def test_what_is_no_deploy_is_refused(there: AnOrg, way: Way, deploy_id: str) -> None:
    with pytest.raises(Refused) as raised:
        way(there.org()).status(deploy_id)
    assert raised.value.code is Code.REQUEST_REFUSED


def test_an_ended_session_is_told_alike(there: AnOrg) -> None:
    for way in (over_soap, over_rest):
        with pytest.raises(Refused) as raised:
            way(there.org(token="00D!gone")).start(GOOD, DeployOptions())
        assert raised.value.code is Code.SESSION_EXPIRED


def test_what_one_way_started_the_other_finishes(there: AnOrg) -> None:
    deploy_id = over_rest(there.org()).start(GOOD, DeployOptions())
    assert finished(over_soap(there.org()), deploy_id).success


class TestTheWayTaken:
    """Opaque tokens go over SOAP; signed ones over REST until SOAP takes them."""

    @pytest.mark.parametrize(
        ("version", "signed", "way"),
        [("66.0", False, SOAP), ("66.0", True, REST), ("58.0", True, REST), ("68.0", True, SOAP)],
    )
    def test_it_depends_on_token_and_version(self, tmp_path: Path, version: str, signed: bool, way: str) -> None:
        there = AnOrg(tmp_path, version)
        wire = Wire(there.local.app)
        org = there.org(wire, there.signed_token() if signed else None)
        deploy_id = org.metadata.start_deploy(GOOD, DeployOptions())
        assert org.metadata.wait_for_deploy(deploy_id, minutes=1, listen=silent).success
        assert wire.asked
        assert all(way in asked.path for asked in wire.asked)

    def test_soap_would_have_refused_the_token(self, there: AnOrg) -> None:
        with pytest.raises(Refused) as raised:
            over_soap(there.org(token=there.signed_token())).start(GOOD, DeployOptions())
        assert "JWT-based access tokens" in str(raised.value.detail)

    @pytest.mark.parametrize("version", ["60.0", "66.0", "68.0"])
    def test_a_retrieve_brings_what_the_version_of_the_settings_has(self, tmp_path: Path, version: str) -> None:
        there = AnOrg(tmp_path, version)
        wanted = {"ExtlClntAppGlobalOauthSettings": ["*"], "ExtlClntAppOauthConfigurablePolicies": ["*"]}
        token = there.signed_token()
        signed = from_zip(there.org(token=token).metadata.retrieve(wanted))
        assert signed == from_zip(there.org().metadata.retrieve(wanted))
        assert (signed.api_version, len(signed.components)) == (version, 2)

    @pytest.mark.parametrize("said", ["UNSUPPORTED_API_VERSION", "SOAP API does not support JWT-based access tokens."])
    def test_an_org_that_takes_no_signed_token_for_it_is_explained(self, there: AnOrg, said: str) -> None:
        org = there.org(fault(there, said), there.signed_token())
        with pytest.raises(Refused) as raised:
            org.metadata.retrieve({"PermissionSet": ["Reader"]})
        assert "JWT format" in raised.value.summary
        assert said in str(raised.value.detail)
        assert "sf org login web" in raised.value.remedy[0]

    def test_another_refusal_is_not_blamed_on_the_token(self, there: AnOrg) -> None:
        org = there.org(fault(there, "INSUFFICIENT_ACCESS"), there.signed_token())
        with pytest.raises(Refused) as raised:
            org.metadata.retrieve({"PermissionSet": ["Reader"]})
        assert "JWT" not in raised.value.summary

    @pytest.mark.parametrize(
        ("token", "is_jwt"),
        [
            ("00D000000000001!AQEAQ.ab.cd", False),
            ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", True),
            ("00D000000000001!AQEAQab", False),
            ("", False),
        ],
    )
    def test_dots_alone_make_no_jwt(self, token: str, is_jwt: bool) -> None:
        assert Session("https://x", token, "66.0").has_jwt is is_jwt


def fault(there: AnOrg, text: str) -> Wire:
    def refusing(asked: Asked, said: Said) -> Said:
        if SOAP not in asked.path:
            return said
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>'
            f"<faultcode>sf:X</faultcode><faultstring>{text}</faultstring></e:Fault></e:Body></e:Envelope>"
        )
        return Said(500, body.encode(), "text/xml")

    return Wire(there.local.app, refusing)


class TestReading:
    """Whatever notation an answer is in."""

    @pytest.mark.parametrize("yes", [True, "true"])
    def test_numbers_and_booleans_may_be_texts(self, yes: object) -> None:
        read = deploy_result({"id": "0Af", "done": yes, "success": yes, "numberComponentsTotal": "3"})
        assert (read.done, read.success, read.components_total) == (True, True, 3)

    @pytest.mark.parametrize("details", [None, {}, {"componentFailures": None}, {"componentFailures": []}])
    def test_lists_may_be_absent(self, details: Any) -> None:
        assert deploy_result({"status": "Surprising", "details": details}).failures == ()

    @pytest.mark.parametrize("name", ["runTestResult", "runTestResults"])
    def test_tests_that_failed_are_failures(self, name: str) -> None:
        run = {"failures": [{"name": "T", "methodName": "m", "message": "no"}], "numFailures": 1}
        assert deploy_result({"details": {name: run}}).failures == (ComponentFailure("ApexTest", "T.m", "no"),)

    def test_a_lone_message_is_a_list_of_one(self) -> None:
        message = {"componentType": "ConnectedApp", "fullName": "X", "problem": "no", "lineNumber": 3}
        read = deploy_result({"details": {"componentFailures": message}})
        assert read.failures == (ComponentFailure("ConnectedApp", "X", "no", line=3),)

    def test_an_empty_answer_is_no_deploy(self, there: AnOrg) -> None:
        wire = Wire(there.local.app, lambda asked, said: Said(201, b"{}") if REST in asked.path else said)
        for ask in (lambda d: d.start(GOOD, DeployOptions()), lambda d: d.status("0Af1")):
            with pytest.raises(Failed):
                ask(over_rest(there.org(wire)))
