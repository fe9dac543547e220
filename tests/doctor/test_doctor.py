"""The doctor finds what is in the way, says what to do, and is silent about what is in order."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.clock import Clock
from provision.diagnose.sight import Sight
from provision.doctor.examine import NAMES, OF_MACHINE, OF_ORG, QUESTIONS, examine_machine, examine_org, patient
from provision.doctor.line import Health, Line, Machine, Patient
from provision.fleet import wanted_in
from provision.org.client import Org
from provision.settings.load import load
from provision.store.file import FileStore
from provision.transport import Transport
from tests.diagnose.bench import KEY, KINDS, ORG, VERSION, Bench, set_up
from tests.org.wire import Asked, Said, Wire

CANARY = "s3cr3t-canary"
REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference/cli.md"


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("made")
    set_up(folder, request.param)
    return Bench(folder, request.param)


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    import shutil

    return Bench(shutil.copytree(made.folder, tmp_path / "bench"), made.kind)


def org_lines(bench: Bench, *names: str, clock: Clock | None = None) -> dict[str, Line]:
    settings = load(bench.folder / "provision.yaml", {})
    subject = patient(settings, ORG, wanted_in(settings, ORG, [KEY]), {}, VERSION, clock or Clock())
    return {line.check: line for line in examine_org(subject, names or NAMES)}


def machine_lines(bench: Bench, **environ: str) -> dict[str, Line]:
    machine = Machine(environ, FileStore(bench.folder / ".provision"), ((ORG, KEY),), uses_sf=False)
    return {line.check: line for line in examine_machine(machine, NAMES)}


def test_every_check_says_one_line_and_an_org_in_order_has_no_problem(bench: Bench) -> None:
    found = org_lines(bench)
    assert list(found) == [check.name for check in OF_ORG]
    assert {name: line.health for name, line in found.items() if line.health in {Health.PROBLEM, Health.WARNING}} == {}


def test_every_check_is_in_the_reference() -> None:
    page = REFERENCE.read_text()
    for name, question in QUESTIONS.items():
        assert f"| `{name}` | {question} |" in page


def test_the_machine_has_one_line_for_each_check(bench: Bench) -> None:
    found = machine_lines(bench)
    assert list(found) == [check.name for check in OF_MACHINE]
    assert found["machine/proxy"].detail == "none"
    assert found["machine/keys"].detail.startswith("1 of 1 apps")


@pytest.mark.parametrize(
    ("environ", "check", "health"),
    [
        ({"HTTPS_PROXY": "http://proxy.acme.example:3128"}, "machine/proxy", Health.OK),
        ({"HTTPS_PROXY": f"http://me:{CANARY}@proxy.acme.example:3128"}, "machine/proxy", Health.WARNING),
        ({"HTTPS_PROXY": "nonsense"}, "machine/proxy", Health.PROBLEM),
        ({"HTTPS_PROXY": f"http://me:{CANARY}@proxy.acme.example:port"}, "machine/proxy", Health.PROBLEM),
        ({"HTTPS_PROXY": f"http://me:{CANARY}@[proxy"}, "machine/proxy", Health.PROBLEM),
        ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "machine/trust", Health.PROBLEM),
    ],
)
def test_the_environment_is_looked_at(bench: Bench, environ: dict[str, str], check: str, health: Health) -> None:
    line = machine_lines(bench, **environ)[check]
    assert line.health is health
    assert CANARY not in f"{line.detail} {line.remedy}"


def read(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""


def test_a_key_that_others_may_read_is_a_problem(bench: Bench) -> None:
    [key] = list((bench.folder / ".provision").rglob("*.key*")) or list(
        (bench.folder / ".provision").rglob("*key*.pem")
    )
    key.chmod(0o644)
    line = machine_lines(bench)["machine/keys"]
    assert line.health is Health.PROBLEM
    assert line.remedy


def ahead(**by: float) -> Clock:
    return Clock(now=lambda: datetime.now(UTC) + timedelta(**by))


def settings_of(bench: Bench, name: str, **elements: object) -> None:
    from provision.localorg.metadata.types.settings import TYPE

    with bench.local.transaction() as transaction:
        documents = transaction.documents(bench.local.org_id)
        documents.put(TYPE, name, {**(documents.get(TYPE, name) or {}), **elements}, None)


def no_seats(bench: Bench) -> None:
    for row in bench.records("PermissionSetLicense", DeveloperName="SalesforceAPIIntegrationPsl"):
        bench.update(row["Id"], TotalLicenses=1)
    bench.update(bench.user_id(), Username="somebody.else@acme.example")


def old_app(bench: Bench) -> None:
    bench.update(bench.app_id, CreatedDate="2020-01-01T00:00:00.000+0000")


def ending(bench: Bench) -> None:
    [org] = bench.records("Organization")
    bench.update(org["Id"], TrialExpirationDate="2026-12-24T00:00:00.000+0000")


def controlled(bench: Bench) -> None:
    bench.local.switch(api_access_control="on")


def secrets_open(bench: Bench) -> None:
    settings_of(bench, "ExternalClientApp", enableClientSecretInRestApiAccess="true")


def sessions_locked(bench: Bench) -> None:
    settings_of(bench, "Security", sessionSettings={"lockSessionsToIp": "true"})


ILLNESSES: list[tuple[str, Health, Callable[[Bench], None]]] = [
    ("org/licenses", Health.PROBLEM, no_seats),
    ("org/api-access-control", Health.OK, controlled),
    ("org/secret-switch", Health.PROBLEM, secrets_open),
    ("org/session-policy", Health.WARNING, sessions_locked),
    ("org/unused-apps", Health.WARNING, old_app),
    ("org/edition", Health.WARNING, ending),
]


@pytest.mark.parametrize(("check", "health", "infect"), ILLNESSES, ids=[row[0] for row in ILLNESSES])
def test_what_is_in_the_way_is_found(bench: Bench, check: str, health: Health, infect: Callable[[Bench], None]) -> None:
    infect(bench)
    line = org_lines(bench, check)[check]
    assert line.health is health, line
    assert (line.remedy is None) == (health is Health.OK)


@pytest.mark.parametrize(("days", "health"), [(300, Health.OK), (340, Health.WARNING), (400, Health.PROBLEM)])
def test_certificates_are_told_before_they_expire(bench: Bench, days: int, health: Health) -> None:
    assert org_lines(bench, "org/certificates", clock=ahead(days=days))["org/certificates"].health is health


@pytest.mark.parametrize(
    ("seconds", "health"), [(30, Health.OK), (-30, Health.OK), (600, Health.PROBLEM), (-600, Health.PROBLEM)]
)
def test_the_clock_is_compared_with_that_of_the_org(bench: Bench, seconds: int, health: Health) -> None:
    assert org_lines(bench, "org/clock", clock=ahead(seconds=seconds))["org/clock"].health is health


def test_an_org_that_refuses_connected_apps_is_told_where_one_is_declared(bench: Bench) -> None:
    path = bench.folder / "provision.yaml"
    path.write_text(path.read_text().replace("creation: enabled", "creation: blocked"))
    line = org_lines(bench, "org/connected-apps")["org/connected-apps"]
    assert line.health is (Health.OK if bench.external else Health.WARNING)


def test_nothing_is_left_behind_by_asking(bench: Bench) -> None:
    before = bench.records("ConnectedApplication")
    org_lines(bench)
    assert bench.records("ConnectedApplication") == before


def test_a_version_that_the_org_does_not_have_is_a_problem(bench: Bench) -> None:
    settings = load(bench.folder / "provision.yaml", {})
    subject = patient(settings, ORG, wanted_in(settings, ORG, [KEY]), {}, "99.0")
    [line] = examine_org(subject, ["org/api-version"])
    assert line.health is Health.PROBLEM


def test_without_a_session_the_rest_is_skipped_and_the_session_is_the_problem(bench: Bench) -> None:
    settings = load(bench.folder / "provision.yaml", {})
    subject = patient(settings, ORG, wanted_in(settings, ORG, [KEY]), {}, VERSION)
    found = {line.check: line for line in examine_org(replace(subject, org=None), NAMES)}
    assert found["org/session"].health is Health.PROBLEM
    assert found["org/licenses"].health is Health.SKIPPED
    assert found["org/clock"].health is Health.OK


def test_the_bundle_holds_no_secret(bench: Bench, tmp_path: Path) -> None:
    from provision.doctor.bundle import write_bundle

    settings = load(bench.folder / "provision.yaml", {})
    environ = {
        "SF_ACCESS_TOKEN": f"00D!{CANARY}",
        "HTTPS_PROXY": f"http://me:{CANARY}@proxy.acme.example:3128",
        "ALL_PROXY": f"http://me:{CANARY}@[proxy",
        "PROVISION_ADMIN_CONSUMER_KEY": CANARY,
        "SF_TARGET_ORG": "uat",
        "MY_SECRET": CANARY,
    }
    path = tmp_path / "bundle.zip"
    write_bundle(path, list(org_lines(bench).values()), settings, environ, {})
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        text = "\n".join(archive.read(name).decode() for name in archive.namelist())
        variables = json.loads(archive.read("environment.json"))
    held = bench.held
    secrets = [
        CANARY,
        str(held.consumer_key),
        held.consumer_secret.reveal() if held.consumer_secret else CANARY,
        "PRIVATE KEY",
        bench.local.admin_session,
    ]
    assert [secret for secret in secrets if secret in text] == []
    assert variables["SF_TARGET_ORG"] == "uat"
    assert variables["SF_ACCESS_TOKEN"] == "(set)"
    assert variables["HTTPS_PROXY"] == "host proxy.acme.example"
    assert "MY_SECRET" not in variables


@pytest.mark.parametrize("table", ["LoginHistory", "OauthToken"])
def test_where_use_does_not_show_no_app_is_called_unused(bench: Bench, table: str) -> None:
    old_app(bench)

    def refuse(asked: Asked, said: Said) -> Said:
        if not asked.path.endswith("/composite/batch"):
            return said
        answer = json.loads(said.body)
        for request, result in zip(json.loads(asked.body)["batchRequests"], answer["results"], strict=True):
            if table in request["url"]:
                result |= {"statusCode": 400, "result": [{"errorCode": "INVALID_TYPE", "message": f"no {table}"}]}
        return replace(said, body=json.dumps(answer).encode())

    site = bench.admin.site
    seen = Transport([bench.local.my_domain], app=Wire(bench.local.app, refuse))
    org = Org(replace(site, transport=seen), bench.local.admin_session, f"https://{site.my_domain}", "test")
    settings = load(bench.folder / "provision.yaml", {})
    subject = Patient(org.site, org, wanted_in(settings, ORG, [KEY]), Sight(org.site, org))
    [line] = examine_org(subject, ["org/unused-apps"])
    assert line.health is Health.SKIPPED, line


def test_an_app_that_somebody_logged_in_with_is_not_unused(bench: Bench) -> None:
    """However many logins of other apps there are."""
    old_app(bench)
    bench.insert(
        "LoginHistory",
        UserId=bench.user_id(),
        LoginTime=f"{datetime.now(UTC) - timedelta(days=80):%Y-%m-%dT%H:%M:%S}.000+0000",
        Status="Success",
        Application="Billing Sync",
    )
    assert org_lines(bench, "org/unused-apps")["org/unused-apps"].health is Health.OK
