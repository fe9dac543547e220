"""Answers that are none of Salesforce's: redirects are not followed with a token, a portal's page is no bug of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provision.errors import Code, ProvisionError, Unreachable
from provision.model.check import Refusal
from provision.model.deployment import DeployOptions
from provision.org import oauth
from provision.org.client import Org, Site
from provision.org.oauth import Token
from provision.org.records import Write
from provision.transport import Transport
from tests.journeys.conftest import Provision
from tests.org.real_org import RealOrg
from tests.org.wire import Asked, Said, Wire, WSGIApp

HOST = "acme.my.salesforce.com"
TOKEN = Token(
    "00DXX0000000001!CANARY", f"https://{HOST}", f"https://{HOST}/id/00DXX0000000001AAA/005XX0000000001AAA", None
)
PORTAL = Said(200, b"<html><body>Welcome to the guest network</body></html>", "text/html")
ELSEWHERE = (f"https://{HOST}/elsewhere", "/elsewhere", "https://evil.example/", f"http://{HOST}/plain")


def never(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    """An org behind which nothing is: every answer comes from the wire."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b""]


def org_on(app: WSGIApp) -> Org:
    site = Site("uat", Transport([HOST], app=app), HOST, HOST, "67.0")
    return Org(site, TOKEN.access_token, f"https://{HOST}", "test")


def answering(said: Said) -> Wire:
    return Wire(never, lambda _asked, _said: said)


WITH_SESSION: dict[str, Callable[[Org], object]] = {
    "query": lambda org: org.records.query("SELECT Id FROM User"),
    "queries": lambda org: org.records.queries({"users": "SELECT Id FROM User"}),
    "write": lambda org: org.records.write([Write("one", "POST", "sobjects/User", {})], all_or_none=True),
    "deploy": lambda org: org.metadata.start_deploy(b"PK", DeployOptions()),
    "retrieve": lambda org: org.metadata.retrieve({"ConnectedApp": ["A"]}),
}
OAUTH: dict[str, Callable[[Transport], object]] = {
    "jwt-bearer": lambda transport: oauth.jwt_bearer(transport, HOST, "CANARY"),
    "in body": lambda transport: oauth.client_credentials_in_body(transport, HOST, "key", "CANARY"),
    "basic": lambda transport: oauth.client_credentials_as_basic(transport, HOST, "key", "CANARY"),
    "userinfo": lambda transport: oauth.userinfo(transport, TOKEN),
    "resources": lambda transport: oauth.resources(transport, TOKEN, "67.0"),
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ELSEWHERE)
@pytest.mark.parametrize("name", WITH_SESSION)
def test_a_redirect_is_not_followed_with_a_session(name: str, location: str, status: int) -> None:
    wire = answering(Said(status, b"", "text/html", location))
    with pytest.raises(ProvisionError) as caught:
        WITH_SESSION[name](org_on(wire))
    assert caught.value.code is not Code.BUG
    assert len(wire.asked) == 1
    assert "elsewhere" not in wire.asked[0].path


@pytest.mark.parametrize("status", [301, 302, 307])
@pytest.mark.parametrize("location", ELSEWHERE)
@pytest.mark.parametrize("name", OAUTH)
def test_a_redirect_is_not_followed_with_a_credential(name: str, location: str, status: int) -> None:
    wire = answering(Said(status, b"", "text/html", location))
    answer = OAUTH[name](Transport([HOST], app=wire))
    assert isinstance(answer, Refusal)
    assert answer.status == status
    assert len(wire.asked) == 1


@pytest.mark.parametrize("name", WITH_SESSION)
def test_a_page_instead_of_an_answer_is_no_bug(name: str) -> None:
    wire = answering(PORTAL)
    with pytest.raises(Unreachable) as caught:
        WITH_SESSION[name](org_on(wire))
    assert caught.value.code is Code.SERVER_ERROR
    assert caught.value.exit_code == 20
    assert "CANARY" not in str(vars(caught.value))


@pytest.mark.parametrize("name", ["jwt-bearer", "in body", "basic", "userinfo"])
def test_a_page_instead_of_a_token_is_a_refusal(name: str) -> None:
    answer = OAUTH[name](Transport([HOST], app=answering(PORTAL)))
    assert isinstance(answer, Refusal)


@pytest.mark.parametrize("command", ["plan", "apply", "deploy", "assign", "verify"])
def test_a_command_that_meets_a_portal_says_that_salesforce_was_not_reached(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real_org.declare("access-token")
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    real_org.wire.rewrite = lambda _asked, _said: PORTAL
    done = provision(command, "-o", "uat", "--json")
    assert (done.code, done.document["code"]) == (20, Code.SERVER_ERROR)


@pytest.mark.parametrize("answer", [PORTAL, Said(302, b"", "text/html", "/elsewhere"), Said(503, b"no", "text/plain")])
def test_a_proof_that_meets_a_portal_fails_and_ends(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch, answer: Said
) -> None:
    real_org.declare("access-token")
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    assert provision("apply", "-o", "uat", "--no-verify").code == 0

    def rewrite(asked: Asked, said: Said) -> Said:
        return answer if asked.path.endswith("/token") else said

    real_org.wire.rewrite = rewrite
    done = provision("verify", "-o", "uat", "--json")
    assert (done.code, done.document["code"]) == (1, Code.CHECKS_FAILED)
    [app] = done.org["apps"]
    assert {check["status"] for check in app["checks"] if "/token" in check["check"]} == {"failed"}
