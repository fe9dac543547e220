"""Where an admin session comes from, and where it does not go."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from provision.errors import Code, Failed
from provision.org.admin import log_in
from provision.org.client import Org, Site
from provision.transport import Transport
from tests.checks.bench import ORG, USERNAME, VERSION, Bench
from tests.journeys.conftest import Done, Provision
from tests.org.by_hand import written
from tests.org.real_org import RealOrg
from tests.org.wire import Wire

OTHER_ORG = "00DXX0000000001AAA"
OTHER_TOKEN = "00DXX0000000001!AQcAQ.token"  # nobody's

SF = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
command = "show-access-token" if "show-access-token" in sys.argv else "display"
answer = here / (command + ".json")
sys.stdout.write(answer.read_text() if answer.exists() else json.dumps({{"status": 1, "message": "no " + command}}))
sys.exit(0 if answer.exists() else 1)
"""


class FakeSf:
    """An executable `sf` on the PATH, and what it was called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "sf"
        program.write_text(SF.format(python=sys.executable))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def answers(self, command: str, text: str) -> None:
        (self.folder / f"{command}.json").write_text(text)

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def sf(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> FakeSf:
    folder = tmp_path_factory.mktemp("bin")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return FakeSf(folder)


def refused(done: Done, said: str) -> bool:
    return (done.code, done.document["code"]) == (1, Code.NO_ADMIN_SESSION) and said in done.document["message"]


# SF_ACCESS_TOKEN


def test_a_token_in_the_environment_is_an_admin_session(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_org.declare("access-token", org_id=real_org.local.org_id)
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    monkeypatch.setenv("SF_ORG_INSTANCE_URL", f"https://{real_org.local.my_domain}/")
    assert provision("apply", "-o", "uat").code == 0
    assert len(written(real_org.local)) == 4


def test_a_token_of_another_org_than_the_pinned_one_is_not_sent(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_org.declare("access-token", org_id=real_org.local.org_id)
    monkeypatch.setenv("SF_ACCESS_TOKEN", OTHER_TOKEN)
    for command in ("plan", "apply", "deploy", "assign"):
        done = provision(command, "-o", "uat", "--json")
        assert refused(done, "belongs to the org 00DXX0000000001")
        assert OTHER_TOKEN not in done.out + done.err
    assert real_org.wire.asked == []


@pytest.mark.parametrize("url", ["https://other.my.salesforce.com", "https://login.salesforce.com/"])
def test_a_token_for_another_host_is_not_sent(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    real_org.declare("access-token")
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    monkeypatch.setenv("SF_ORG_INSTANCE_URL", url)
    assert refused(provision("apply", "-o", "uat", "--json"), "SF_ORG_INSTANCE_URL")
    assert real_org.wire.asked == []


def test_without_any_session_nothing_is_asked_and_every_source_says_why(
    real_org: RealOrg, provision: Provision, sf: FakeSf
) -> None:
    real_org.declare("access-token", "sf-cli", "own-app")
    done = provision("apply", "-o", "uat", "--json")
    assert refused(done, "access-token: SF_ACCESS_TOKEN is not set")
    assert "sf-cli: no display" in done.document["message"]
    assert (
        "own-app: PROVISION_ADMIN_CONSUMER_KEY, PROVISION_ADMIN_USERNAME, PROVISION_ADMIN_KEY_FILE not set"
        in (done.document["message"])
    )
    assert any("sf org login web" in action for action in done.document["actions"])
    assert real_org.wire.asked == []
    assert len(sf.calls) == 2


def test_sources_that_are_not_declared_are_not_asked(
    real_org: RealOrg, provision: Provision, sf: FakeSf, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_org.declare("own-app")
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    assert refused(provision("plan", "-o", "uat", "--json"), "own-app")
    assert real_org.wire.asked == []
    assert not (sf.folder / "calls").exists()


# Salesforce CLI


@pytest.mark.parametrize("username", ["ann@acme.example", None])
def test_a_rotation_names_whose_session_it_is_where_the_cli_tells(
    real_org: RealOrg, provision: Provision, sf: FakeSf, username: str | None
) -> None:
    real_org.declare("sf-cli")
    told = {"accessToken": real_org.local.admin_session, **({"username": username} if username else {})}
    sf.answers("show-access-token", json.dumps({"status": 0, "result": told}))
    assert provision("apply", "-o", "uat").code == 0
    [found] = provision("rotate", "cert", "-o", "uat", "--dry-run", "--json").document["result"]["rotations"]
    assert (found["operator"], found["session"]) == (username, "sf org show-access-token -o uat")


@pytest.mark.parametrize("command", ["show-access-token", "display"])
def test_the_cli_is_asked_for_the_org_by_its_name_and_its_token_stays_out_of_argv(
    real_org: RealOrg, provision: Provision, sf: FakeSf, command: str
) -> None:
    real_org.declare("sf-cli")
    token = real_org.local.admin_session
    redacted = '{"status": 0, "result": {"accessToken": "[REDACTED] Use \'sf org auth show-access-token\' to view"}}'
    if command == "display":
        sf.answers("show-access-token", redacted)
    sf.answers(command, f'{{"status": 0, "result": {{"accessToken": "{token}"}}}}')
    done = provision("plan", "-o", "uat", "--debug")
    assert done.code == 0
    assert token not in done.out + done.err
    expected = ["org auth show-access-token --target-org uat --json", "org display --target-org uat --json"]
    assert sf.calls == expected[: 1 if command == "show-access-token" else 2]


@pytest.mark.parametrize(
    "answer",
    [
        '{"status": 0, "result": {"accessToken": "[REDACTED] Use \'sf org auth show-access-token\' to view"}}',
        '{"status": 0, "result": {"accessToken": ""}}',
        '{"status": 0, "result": {"accessToken": null}}',
        '{"status": 0, "result": []}',
        "[]",
        "null",
        "<html>",
        "",
    ],
)
def test_an_answer_of_the_cli_without_a_token_is_none(
    real_org: RealOrg, provision: Provision, sf: FakeSf, answer: str
) -> None:
    real_org.declare("sf-cli")
    sf.answers("show-access-token", answer)
    sf.answers("display", answer)
    assert refused(provision("plan", "-o", "uat", "--json"), "sf-cli")
    assert real_org.wire.asked == []


# An app of an administrator's


def site(bench: Bench) -> Site:
    local = bench.local
    bench.wire = Wire(local.app, bench.rewrite)
    transport = Transport([local.my_domain, local.login_host], app=bench.wire)
    return Site(ORG, transport, local.my_domain, local.login_host, VERSION)


def own_app(bench: Bench) -> dict[str, str]:
    [key_file] = (bench.folder / ".provision").rglob("*.key.pem")
    return {
        "PROVISION_ADMIN_CONSUMER_KEY": bench.set_consumer().key,
        "PROVISION_ADMIN_USERNAME": USERNAME,
        "PROVISION_ADMIN_KEY_FILE": str(key_file),
    }


def user_of(org: Org) -> str:
    return str(org.records.query(f"SELECT Id FROM User WHERE Username = '{USERNAME}'")[0]["Id"])


def test_an_app_of_ones_own_logs_in_with_its_key(bench: Bench) -> None:
    org = log_in(site(bench), ("own-app",), own_app(bench))
    assert USERNAME in org.source
    assert user_of(org) == bench.user_id()
    assert len(bench.wire.to("/token")) == 1
    assert org.access_token not in repr(org)


def test_an_app_of_ones_own_that_is_refused_says_why(bench: Bench) -> None:
    bench.set_consumer(certificate_der=None)
    with pytest.raises(Failed) as caught:
        log_in(site(bench), ("own-app",), own_app(bench))
    assert caught.value.code is Code.NO_ADMIN_SESSION
    assert "invalid_grant: invalid assertion" in (caught.value.detail or "")
    assert len(bench.wire.to("/token")) == 1, "logins are limited"


def test_an_app_of_ones_own_needs_all_three_and_a_readable_key(bench: Bench) -> None:
    environ = own_app(bench)
    for name in environ:
        with pytest.raises(Failed, match="No admin session") as caught:
            log_in(site(bench), ("own-app",), {**environ, name: ""})
        assert f"{name} not set" in (caught.value.detail or "")
    for content in (None, b"no key"):
        path = bench.folder / "some.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Failed) as caught:
            log_in(site(bench), ("own-app",), {**environ, "PROVISION_ADMIN_KEY_FILE": str(path)})
        assert "PROVISION_ADMIN_KEY_FILE" in (caught.value.detail or "")
    assert bench.wire.asked == []
