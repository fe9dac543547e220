"""No secret leaves the store: not to a screen, a log, a file beside it, argv, a plan or a wrong request."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Provision, edit

COMMANDS = (
    ("plan", "--debug"),
    ("apply", "--debug"),
    ("apply", "--json", "--debug"),
    ("plan", "--json"),
    ("plan", "--out", "saved.plan"),
    ("plan", "--show", "saved.plan", "--format", "markdown"),
    ("verify", "--debug"),
    ("verify", "--json"),
    ("keys", "list"),
    ("keys", "show", "--json"),
    ("keys", "check", "--debug"),
    ("render",),
    ("render", "--format", "mdapi", "--output-dir", "rendered"),
    ("config", "show", "--origin"),
    ("org", "show", "--debug"),
    ("local", "status", "--json"),
    ("deploy", "--dry-run", "--debug"),
    ("assign", "--dry-run", "--json"),
    ("apply", "-o", "local", "--debug"),
    ("convert", "-o", "local-legacy", "-a", "billing-sync", "--json"),
    ("convert", "-o", "local-legacy", "--connected-app", "Billing_Sync", "--debug"),
    ("apply", "--nonsense"),
)


class Spy:
    """Remembers what went over the transport."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.tokens: set[str] = set()

    def note(self, request: Request, response: Response) -> None:
        self.requests.append(request)
        if request.url.endswith("/token") and response.status == 200:
            self.tokens.add(response.json()["access_token"])
        session = re.search(rb"sessionId>([^<]+)<", request.content or b"")
        if session:
            self.tokens.add(session[1].decode())


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    found = Spy()
    send = Transport.send

    def watched(self: Transport, request: Request) -> Response:
        response = send(self, request)
        found.note(request, response)
        return response

    monkeypatch.setattr(Transport, "send", watched)
    return found


def secrets_of(store: Path) -> Iterator[str]:
    """Every secret in the store: each line of key material, and consumer secrets."""
    for key in store.rglob("*.key.pem"):
        yield from (line for line in key.read_text().splitlines() if "-----" not in line and len(line) > 20)
    for credentials in store.rglob("credentials/*.json"):
        yield json.loads(credentials.read_text())["consumer_secret"]


def zips_of(requests: list[Request]) -> Iterator[zipfile.ZipFile]:
    for request in requests:
        found = re.search(rb"ZipFile>([^<]+)<", request.content or b"")
        if found:
            yield zipfile.ZipFile(io.BytesIO(base64.b64decode(found[1])))


def test_no_command_shows_or_leaves_a_secret_anywhere(settings: Path, provision: Provision, spy: Spy) -> None:
    outputs = [provision(*command) for command in COMMANDS]
    store = settings.parent / ".provision"
    secrets = {*secrets_of(store), *spy.tokens}
    assert len(secrets) > 30, "the canaries must be there to be looked for"
    spoken = "\n".join(done.out + done.err for done in outputs)
    assert not [secret for secret in secrets if secret in spoken]
    for path in settings.parent.rglob("*"):
        if path.is_file() and store not in path.parents:
            text = path.read_bytes().decode(errors="replace")
            assert not [secret for secret in secrets if secret in text], path


def test_a_private_key_is_in_no_request_and_a_secret_only_where_it_belongs(
    settings: Path, provision: Provision, spy: Spy
) -> None:
    assert provision("apply", "--json").code == 0
    edit(settings, "Account.Rating: read", "Account.Rating: edit")
    edit(settings, "Account: [read]", "Account: [read, edit]")
    assert provision("apply", "--json").code == 0
    store = settings.parent / ".provision"
    [credentials] = store.rglob("credentials/*.json")
    secret = json.loads(credentials.read_text())["consumer_secret"]
    key_lines = [line for line in secrets_of(store) if line != secret]
    carrying = []
    for request in spy.requests:
        body = (request.content or b"").decode(errors="replace") + json.dumps(dict(request.form or {}))
        assert not [line for line in key_lines if line in body]
        assert secret not in request.url
        if secret in body:
            carrying.append(request.url.rsplit("/", 1)[-1])
    assert set(carrying) <= {"token"}
    holding = []
    for archive in zips_of(spy.requests):
        texts = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
        assert not [line for line in key_lines for text in texts.values() if line in text]
        holding += [name for name, text in texts.items() if secret in text]
    assert holding == ["connectedApps/Billing_Sync.connectedApp"], "once, with the deploy that creates the app"
