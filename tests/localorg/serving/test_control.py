"""The control host of a served org: what clients meet when it lets things go wrong."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.localorg.faulty import ANSWERS, SOAP_FAULTS, V, metadata_call
from tests.localorg.jwts import jwt
from tests.localorg.metadata.conftest import manifest, zipped
from tests.localorg.serving.running import Answer, Server
from tests.localorg.visitor import JWT_BEARER, certificate_der, private_key

Control = Callable[..., Any]
METADATA = "/services/Soap/m/66.0"
KEY = "3MVG9" + "c" * 80
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GONE = (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError)


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return server.env()["SF_ACCESS_TOKEN"]


@pytest.fixture
def control(server: Server) -> Iterator[Control]:
    """Ask the control host about the org `local`; afterwards everything goes right again."""
    before = server.ask("GET", server.control).json["orgs"][0]["switches"]

    def ask(method: str, what: str, body: Any = None) -> Any:
        answer = server.ask(method, f"{server.control}/orgs/local/{what}", body)
        assert answer.status == 200, answer.body
        return answer.json

    yield ask
    ask("DELETE", "faults")
    ask("PATCH", "switches", before)


class Client:
    """An administrator of the org."""

    def __init__(self, server: Server, token: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {token}"}
        self.token = token

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        return self._server.ask(method, self._server.base_url() + path, body, {**self._headers, **headers})

    def create(self, name: str) -> Answer:
        return self.send("POST", f"{V}/sobjects/Account", {"Name": name})

    def count(self, name: str) -> int:
        soql = quote(f"SELECT Id FROM Account WHERE Name = '{name}'")
        return int(self.send("GET", f"{V}/query?q={soql}").json["totalSize"])


@pytest.fixture
def client(server: Server, token: str) -> Client:
    return Client(server, token)


def start_deploy(client: Client, files: dict[str, str]) -> str:
    """Start a deploy of files of one package; returns the path of its status."""
    data = base64.b64encode(zipped(files)).decode()
    options = "<DeployOptions><singlePackage>true</singlePackage></DeployOptions>"
    call = metadata_call("deploy", f"<ZipFile>{data}</ZipFile>{options}", client.token)
    answer = client.send("POST", METADATA, call).body.decode()
    return f"{V}/metadata/deployRequest/{answer.partition('<id>')[2].partition('</id>')[0]}"


def statuses(client: Client, deploy: str, polls: int) -> list[str]:
    return [client.send("GET", deploy).json["deployResult"]["status"] for _ in range(polls)]


def app(label: str, scopes: str = "") -> dict[str, str]:
    certificate = base64.b64encode(certificate_der()).decode()
    config = (
        f"<callbackUrl>https://a.example</callbackUrl><certificate>{certificate}</certificate>"
        f"<consumerKey>{KEY}</consumerKey><scopes>Api</scopes>{scopes}"
    )
    text = f"<contactEmail>a@b.example</contactEmail><label>{label}</label><oauthConfig>{config}</oauthConfig>"
    file = f'<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">{text}</ConnectedApp>'
    return {"package.xml": manifest({"ConnectedApp": ["*"]}), "connectedApps/Late.connectedApp": file}


def log_in(client: Client) -> tuple[str, str]:
    """How the token endpoint refuses an assertion that nobody signed."""
    claims = {"iss": KEY, "sub": "nobody@a.example", "aud": "https://a.example", "exp": 2**31}
    form = {"grant_type": JWT_BEARER, "assertion": jwt(claims, private_key(1))}
    answer = client.send("POST", "/services/oauth2/token", urlencode(form), FORM).json
    return answer["error"], answer["error_description"]


@pytest.mark.parametrize(("kind", "made"), [("drop-before", 0), ("drop-after", 1)])
def test_a_connection_breaks_without_an_answer(control: Control, client: Client, kind: str, made: int) -> None:
    control("POST", "faults", {"kind": kind, "method": "POST"})
    with pytest.raises(GONE):
        client.create(kind)
    assert client.count(kind) == made
    assert client.create("again").status == 201


def test_the_seventh_request_of_all_workers_is_met(control: Control, client: Client) -> None:
    control("POST", "faults", {"kind": "drop-after", "nth": 7, "method": "POST", "path": "*/sobjects/Account"})
    for _ in range(6):
        assert client.create("counted").status == 201
    with pytest.raises(GONE):
        client.create("counted")
    assert client.create("counted").status == 201
    assert client.count("counted") == 8


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_request_is_refused(control: Control, client: Client, kind: str) -> None:
    control("POST", "faults", {"kind": kind, "method": "POST"})
    answer = client.create(kind)
    status, mime_type, part = ANSWERS[kind]
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (status, mime_type)
    assert part in answer.body.decode()
    assert client.count(kind) == 0


@pytest.mark.parametrize("kind", SOAP_FAULTS)
def test_a_soap_call_is_refused(control: Control, client: Client, kind: str) -> None:
    control("POST", "faults", {"kind": kind, "containing": "describeMetadata"})
    answer = client.send("POST", "/services/Soap/m/66.0", metadata_call("describeMetadata", "", client.token))
    assert answer.status == 500
    assert f"<faultstring>{SOAP_FAULTS[kind]}</faultstring>" in answer.body.decode()


def test_a_client_that_does_not_wait_gets_no_slow_answer(control: Control, server: Server) -> None:
    control("POST", "faults", {"kind": "slow", "seconds": 3})
    connection = server.connect(server.base_url())
    connection.connect()
    connection.sock.settimeout(0.5)
    connection.request("GET", "/services/data")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


def test_a_client_that_waits_gets_its_answer(control: Control, client: Client) -> None:
    control("POST", "faults", {"kind": "slow", "seconds": 0.2})
    assert client.send("GET", f"{V}/limits").status == 200


def test_switches_hold_at_once_for_all_workers(control: Control, client: Client) -> None:
    assert control("PATCH", "switches", {"api_calls_per_day": 1})["switches"]["api_calls_per_day"] == 1
    client.create("counts")
    assert {client.create("refused").status for _ in range(8)} == {403}


def test_deploys_stay_pending(control: Control, client: Client) -> None:
    control("PATCH", "switches", {"deploys": "stay-pending"})
    deploy = start_deploy(client, {"package.xml": manifest({"PermissionSet": ["*"]})})
    assert statuses(client, deploy, 4) == ["Pending"] * 4
    control("PATCH", "switches", {"deploys": "run"})
    assert statuses(client, deploy, 3) == ["InProgress", "Succeeded", "Succeeded"]


def test_apps_become_known_late_and_hide_their_certificate(control: Control, client: Client) -> None:
    control("PATCH", "switches", {"connected_app_creation": "enabled", "propagation_seconds": 3600})
    assert statuses(client, start_deploy(client, app("First")), 3)[-1] == "Succeeded"
    assert log_in(client) == ("invalid_client_id", "client identifier invalid")
    control("PATCH", "switches", {"propagation_seconds": 0})
    assert statuses(client, start_deploy(client, app("Second", "<scopes>Web</scopes>")), 3)[-1] == "Succeeded"
    assert log_in(client)[0] != "invalid_client_id"
    for readback, shown in (("shown", True), ("hidden", False)):
        control("PATCH", "switches", {"certificate_readback": readback})
        read = metadata_call("readMetadata", "<type>ConnectedApp</type><fullNames>Late</fullNames>", client.token)
        answer = client.send("POST", METADATA, read).body.decode()
        assert "<label>Second</label>" in answer
        assert ("<certificate>" in answer) is shown


def test_what_is_switched_on_is_shown_and_counted(control: Control, client: Client) -> None:
    control("POST", "faults", {"kind": "row-lock", "times": 2, "method": "POST"})
    client.create("met")
    [fault] = control("PATCH", "switches", {})["faults"]
    assert (fault["kind"], fault["times"], fault["left"], fault["nth"]) == ("row-lock", 2, 1, 1)
    assert control("DELETE", "faults")["faults"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/orgs/local/faults", {"kind": "explode"}, 400, "kind is one of drop-before"),
        ("POST", "/orgs/local/faults", {}, 400, "kind is one of"),
        ("POST", "/orgs/local/faults", {"kind": "slow", "colour": 1}, 400, "has no colour; it has kind, method"),
        ("POST", "/orgs/local/faults", {"kind": "slow", "seconds": 1e9}, 400, "seconds lie between"),
        ("POST", "/orgs/local/faults", {"kind": "slow", "times": 0}, 400, "times is a number from 1 on"),
        ("POST", "/orgs/local/faults", {"kind": "slow", "nth": 0}, 400, "nth is a number from 1 on"),
        ("POST", "/orgs/nobody/faults", {"kind": "slow"}, 404, "no org named nobody"),
        ("PATCH", "/orgs/local/switches", {"colour": 1}, 400, "there is no switch colour"),
        ("PATCH", "/orgs/local/switches", {"deploys": "never"}, 400, "deploys is one of run, stay-pending"),
        ("PATCH", "/orgs/local/switches", [1], 400, "must be a JSON object"),
        ("PATCH", "/orgs/local/switches", "{", 400, "no JSON"),
        ("GET", "/elsewhere", None, 404, ""),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    server: Server, method: str, path: str, body: Any, status: int, said: str
) -> None:
    answer = server.ask(method, server.control + path, body)
    assert answer.status == status
    assert said in answer.json["error"]


@pytest.mark.parametrize("header", [{"Origin": "https://attacker.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_web_pages_have_no_say(server: Server, header: dict[str, str]) -> None:
    body = json.dumps({"kind": "unavailable"})
    assert server.ask("POST", f"{server.control}/orgs/local/faults", body, header).status == 403
    assert server.ask("GET", server.control, headers=header).status == 403
    assert server.ask("GET", server.control).json["orgs"][0]["faults"] == []


def test_no_token_is_to_be_had(server: Server, token: str) -> None:
    assert token not in server.ask("GET", server.control).body.decode()
