"""Envelopes and answers of the Metadata API."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from lxml import etree

from provision.errors import Code, ProvisionError, Unreachable
from provision.model.deployment import ComponentFailure
from provision.org.deploy_result import deploy_result
from provision.org.soap import ENVELOPE, METADATA, call, envelope, mapping, text
from provision.transport import Transport

HOST = "acme.my.salesforce.com"
URL = f"https://{HOST}/services/Soap/m/67.0"


def answering(body: str, status: int = 200) -> Transport:
    def app(_environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response(f"{status} X", [("Content-Type", "text/xml")])
        return [body.encode()]

    return Transport([HOST], app=app)


def soap(body: str) -> str:
    return f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns="{METADATA}"><e:Body>{body}</e:Body></e:Envelope>'


def fault(code: str, message: str) -> str:
    return soap(
        f"<e:Fault><faultcode xmlns=''>sf:{code}</faultcode><faultstring xmlns=''>{message}</faultstring></e:Fault>"
    )


def test_an_envelope_escapes_what_it_carries() -> None:
    root = etree.fromstring(envelope("00D!<&>", "deploy", [("a", "x<y"), ("b", [("c", "é")])]))
    assert root.findtext(f".//{{{METADATA}}}sessionId") == "00D!<&>"
    operation = root.find(f".//{{{METADATA}}}deploy")
    assert operation is not None
    assert text(operation, "a") == "x<y"
    assert operation.findtext(f"{{{METADATA}}}b/{{{METADATA}}}c") == "é"


def test_a_fault_is_a_refusal_with_the_code_once() -> None:
    broken = answering(fault("INVALID_SESSION_ID", "INVALID_SESSION_ID: Illegal Session"), 500)
    with pytest.raises(ProvisionError) as caught:
        call(broken, URL, "s", "deploy", [])
    assert caught.value.code is Code.SESSION_EXPIRED
    assert caught.value.detail == "INVALID_SESSION_ID: Illegal Session"


def test_a_fault_of_the_server_is_a_server_error() -> None:
    with pytest.raises(Unreachable):
        call(answering(fault("SERVER_UNAVAILABLE", "SERVER_UNAVAILABLE: maintenance"), 500), URL, "s", "deploy", [])


@pytest.mark.parametrize("body", ["<html><body>Down</body></html>", "no xml", ""])
def test_an_answer_that_is_no_soap_is_a_server_error(body: str) -> None:
    with pytest.raises(Unreachable) as caught:
        call(answering(body, 503), URL, "s", "deploy", [])
    assert caught.value.code is Code.SERVER_ERROR


def test_nothing_of_a_deploy_result_is_dropped() -> None:
    result = etree.fromstring(
        f"""<result xmlns="{METADATA}">
        <checkOnly>true</checkOnly>
        <details>
          <componentFailures>
            <columnNumber>7</columnNumber><componentType>ConnectedApp</componentType><fileName>a/X.connectedApp</fileName>
            <fullName>X</fullName><lineNumber>3</lineNumber><problem>no</problem><problemType>Error</problemType>
            <success>false</success>
          </componentFailures>
          <componentSuccesses>
            <componentType></componentType><fileName>package.xml</fileName><fullName>package.xml</fullName>
            <success>true</success>
          </componentSuccesses>
          <componentSuccesses>
            <componentType>PermissionSet</componentType><fullName>P</fullName><problem>careful</problem>
            <problemType>Warning</problemType><success>true</success>
          </componentSuccesses>
        </details>
        <done>true</done><errorMessage>whole</errorMessage><errorStatusCode>UNKNOWN_EXCEPTION</errorStatusCode>
        <id>0Af</id><numberComponentErrors>1</numberComponentErrors><numberComponentsDeployed>1</numberComponentsDeployed>
        <numberComponentsTotal>2</numberComponentsTotal><status>Failed</status><success>false</success></result>"""
    )
    read = deploy_result(mapping(result))
    assert read.failures == (ComponentFailure("ConnectedApp", "X", "no", "Error", "a/X.connectedApp", 3, 7),)
    assert [warning.problem for warning in read.warnings] == ["careful"]
    assert (read.status, read.done, read.success, read.check_only) == ("Failed", True, False, True)
    assert (read.error_message, read.error_status_code) == ("whole", "UNKNOWN_EXCEPTION")
    assert (read.components_total, read.components_deployed, read.component_errors) == (2, 1, 1)
