"""`--debug` shows every exchange and no secret: the real command in a process of its own, searched for canaries."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from provision.localorg import FILE_NAME, LocalOrg

PROVISION = Path(sys.executable).parent / "provision"
NAME = "local"
LINE = re.compile(r"^([a-z_]+(?:\.[a-z_0-9]+)*): ")
"""How a line of a log begins; no line of progress does."""


def run(folder: Path, *arguments: str) -> str:
    """Run the command and return everything that it said."""
    environ = {**os.environ, "SF_ACCESS_TOKEN": "00DXX0000000001!CANARY.OF.THE.ENVIRONMENT"}
    command = [PROVISION, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environ, timeout=120)
    assert "Traceback" not in done.stderr or done.returncode != 0
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and a local org whose tokens are remembered."""
    made = tmp_path_factory.mktemp("debug")
    run(made, "init")
    return made


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, str]:
    """What each command said with `--debug`; the tokens it was given live on, so that they can be looked for."""
    commands = (
        ("plan",),
        ("apply", "--no-verify"),
        ("verify", "--no-revoke"),
        ("verify", "--no-revoke", "--json"),
        ("apply", "--dry-run"),
        ("keys", "list"),
        ("keys", "check"),
        ("config", "show"),
        ("deploy", "--resume", "0Af000000000000AAA"),
        ("render",),
        ("rotate", "secret", "--no-prompt"),
        ("rotate", "cert", "--no-prompt"),
        ("verify", "--no-revoke", "--negative"),
        ("export", "--to", "dotenv:out/billing.env"),
    )
    return {" ".join(command): run(folder, *command, "--debug") for command in commands}


def canaries(folder: Path) -> Iterator[str]:
    """Private key, consumer secret and every live token, in the forms in which they travel."""
    store = folder / ".provision"
    for key in store.rglob("*.key.pem"):
        yield from (line for line in key.read_text().splitlines() if "-----" not in line and len(line) > 20)
    for credentials in store.rglob("credentials/*.json"):
        yield json.loads(credentials.read_text())["consumer_secret"]
    local = LocalOrg.open(store / FILE_NAME, NAME)
    with local.transaction() as transaction:
        sessions = transaction.sessions(local.org_id)
        admin = transaction.records(local.org_id).user_named(local.admin_username)
        assert admin is not None
        yield from sessions.of_user(admin.id)
        rows = sessions._connection.execute("SELECT token FROM sessions")  # every app's tokens too
        yield from (token for (token,) in rows)
    yield "CANARY.OF.THE.ENVIRONMENT"


def test_no_secret_is_shown(folder: Path, said: dict[str, str]) -> None:
    found = set(canaries(folder))
    assert len(found) > 25, "the canaries must be there to be looked for"
    for command, text in said.items():
        shown = [canary for canary in found for form in forms(canary) if form in text]
        assert shown == [], command


def forms(canary: str) -> set[str]:
    """As it is, in a URL, in XML, and in base64 as it stands in the header of client credentials or in an archive."""
    raw = canary.encode()
    encoded = {base64.b64encode(b" " * shift + raw)[4 if shift else 0 : -4].decode() for shift in range(3)}
    return {canary, quote(canary, safe=""), escape(canary), *encoded}


PARTS = re.compile(
    r"Bearer \S|Basic \S|eyJ|UEsDB|[Ss]ecret=[^(]|assertion=[^(]|sessionId=[^(]|PRIVATE KEY|[A-Za-z0-9+]{60}"
)
"""Credentials in headers, JWTs and archives in base64, what is masked by name, PEM."""


def test_no_credentials_no_assertion_and_no_archive_is_shown(said: dict[str, str]) -> None:
    shown = {command: PARTS.findall(_log_without_consumer_keys(text)) for command, text in said.items()}
    assert shown == {command: [] for command in said}


def _log_without_consumer_keys(text: str) -> str:
    """Return the log alone, without what is long in it and no secret."""
    log = "\n".join(line for line in text.splitlines() if line.startswith(("provision.http: ", "    > ", "    < ")))
    return re.sub(r"(client_id=|iss=)\S+", "", log)


def test_what_was_asked_and_said_is_shown(said: dict[str, str]) -> None:
    applied, verified = said["apply --no-verify"], said["verify --no-revoke"]
    assert "ZipFile=archive of" in applied
    assert "permissionsets/Billing_Data.permissionset" in applied
    assert "checkDeployStatusResponse" in applied
    assert "  sub=billing.bot@acme.example  " in verified
    assert '"access_token": "(' in verified
    assert "> ?q=SELECT " in verified


def test_every_request_is_shown_with_its_status_and_without_its_query(said: dict[str, str]) -> None:
    requests = [line for line in said["verify --no-revoke"].splitlines() if line.startswith("provision.http: ")]
    shape = re.compile(r"provision\.http: (GET|POST) https://[a-z0-9.-]+/[\w./-]+ → \d{3} in \d+\.\d{3} s")
    assert len(requests) > 10
    assert [line for line in requests if not shape.fullmatch(line)] == []
    assert any(line.startswith("provision.http: POST") and "/services/oauth2/token → 200" in line for line in requests)


def test_only_our_own_log_is_shown(said: dict[str, str]) -> None:
    """The libraries below log URLs, headers or bodies; what they would say is not ours to vouch for."""
    names = {found[1] for text in said.values() for line in text.splitlines() if (found := LINE.match(line))}
    loggers = {
        name for name in names if name.partition(".")[0] in {"httpx", "httpcore", "urllib3", "requests", "werkzeug"}
    }
    assert loggers == set()
    assert "provision.http" in names


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "httpcore.connection", "httpcore.http2"])
def test_the_http_libraries_stay_silent_where_everything_is_logged(name: str) -> None:
    code = (
        "import logging, provision.transport\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        f"print(logging.getLogger({name!r}).isEnabledFor(logging.INFO))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_libraries_that_nobody_named_stay_silent_too(folder: Path) -> None:
    """Those of cloud providers log whole requests and answers."""
    code = (
        "import logging; from provision.cli.root import run\n"
        "run(['config', 'show', '--debug'])\n"
        "print(logging.getLogger('botocore.endpoint').isEnabledFor(logging.INFO),"
        " logging.getLogger('provision.http').isEnabledFor(logging.DEBUG))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False True"


def test_without_debug_no_request_is_shown(folder: Path, said: dict[str, str]) -> None:
    assert said
    assert "provision.http" not in run(folder, "plan")
