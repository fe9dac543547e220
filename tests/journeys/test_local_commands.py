"""What can be done about local orgs: looking at them, reading their log, seeding them, throwing them away."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import click
import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision
from tests.localorg.serving.running import PROVISION, serving
from tests.localorg.visitor import SECRET, Visitor

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
SEED = """\
orgs:
  local:
    switches: {propagation_seconds: 5}
    user_licenses: {Salesforce Integration: 2}
    permission_set_licenses: {SalesforceAPIIntegrationPsl: 2}
    users:
      - username: bot@acme.example
        last_name: Bot
        email: bot@acme.example
        profile: Minimum Access - API Only Integrations
        permission_set_licenses: [SalesforceAPIIntegrationPsl]
        permission_sets: [Billing]
      - {username: ann@acme.example, last_name: Ann, email: a@b.example, profile: Standard User, active: false}
    metadata: [before]
"""


def opened(settings: Path, name: str = "local") -> LocalOrg:
    folder = settings.parent / ".provision"
    folder.mkdir(mode=0o700, exist_ok=True)
    return LocalOrg.open(folder / FILE_NAME, name)


@pytest.fixture
def seed(settings: Path) -> Path:
    """A seed with the files that it names."""
    folder = settings.parent / "before"
    for name in ("permissionsets", "connectedApps"):
        (folder / name).mkdir(parents=True)
    types = "".join(
        f"<types><members>*</members><name>{name}</name></types>" for name in ("PermissionSet", "ConnectedApp")
    )
    (folder / "package.xml").write_text(f'<Package xmlns="{NAMESPACE}">{types}<version>66.0</version></Package>')
    label = "<label>Billing</label>"
    (folder / "permissionsets/Billing.permissionset").write_text(
        f'<PermissionSet xmlns="{NAMESPACE}">{label}</PermissionSet>'
    )
    app = "<contactEmail>a@b.example</contactEmail><label>Old</label>"
    (folder / "connectedApps/Old.connectedApp").write_text(f'<ConnectedApp xmlns="{NAMESPACE}">{app}</ConnectedApp>')
    path = settings.parent / "seed.yaml"
    path.write_text(SEED)
    return path


def names(local: LocalOrg, sobject: str, field: str) -> list[str]:
    with local.transaction() as transaction:
        return [str(each.fields[field]) for each in transaction.records(local.org_id).all(sobject)]


# Status


def test_looking_makes_nothing(settings: Path, provision: Provision) -> None:
    shown = provision("local", "status")
    assert "local-legacy   is made when it is first used" in shown.out
    assert not (settings.parent / ".provision" / FILE_NAME).exists()
    assert "No requests." in provision("local", "log").out


def test_status_shows_what_is_in_the_orgs_and_switched(settings: Path, provision: Provision) -> None:
    local = opened(settings)
    local.switch(propagation_seconds=5)
    local.fault("slow", seconds=1)
    shown = provision("local", "status")
    assert f"https://{local.my_domain}" in shown.out
    assert "1 users, 0 apps, 0 requests in the log" in shown.out
    assert "Switched: propagation_seconds 5, 1 fault" in shown.out
    [row, legacy] = provision("local", "status", "--json").document["result"]["orgs"]
    assert (row["org_id"], row["login_host"], row["switches"], row["faults"]) == (
        local.org_id,
        "test.salesforce.com",
        {"propagation_seconds": 5},
        1,
    )
    assert legacy["org_id"] is None


# Log


def test_the_log_tells_why_something_was_refused(settings: Path, provision: Provision) -> None:
    opened(settings, "local-legacy")
    assert provision("apply", "--no-verify").code == 0
    assert provision("verify", "--negative").code == 0
    shown = provision("local", "log", "--refused").out
    assert (
        "400  POST   /services/oauth2/token  invalid_client: invalid client credentials (not so: secret matches)"
        in shown
    )
    assert "(not so: signature matches)" in shown
    assert "  200  " not in shown
    everything = provision("local", "log", "--json", "--last", "1000").document["result"]["requests"]
    assert [each["number"] for each in everything] == sorted(each["number"] for each in everything)
    assert {each["org"] for each in everything} == {"local-legacy"}
    assert len(provision("local", "log", "--json", "--last", "3").document["result"]["requests"]) == 3
    assert provision("local", "log", "-o", "local").out == "No requests.\n"


def test_no_token_or_secret_is_in_the_log(settings: Path, provision: Provision) -> None:
    local = opened(settings)
    visitor = Visitor(local, None)  # type: ignore[arg-type]  # asks no clock here
    jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl"
    for token in (visitor.token, jwt):
        visitor.send("GET", f"/services/data/v66.0/sobjects/Account/{token}")
        visitor.send(
            "GET", "/services/data/v66.0/query", query_string={"q": f"SELECT Id FROM Account WHERE Name = {token}"}
        )
        visitor.send("GET", f"/services/oauth2/{token}?token={token}")
        visitor.send("POST", "/services/data/v66.0/sobjects/Account", json={token: SECRET})
        visitor.client_credentials(secret=SECRET)
    for arguments in ([], ["--json"]):
        said = provision("local", "log", *arguments).out
        assert "[token]" in said
        for secret in (visitor.token, visitor.token.partition("!")[2], jwt, SECRET):
            assert secret not in said


def test_following_goes_on_until_stopped(settings: Path, provision: Provision) -> None:
    assert provision("local", "log", "--follow", "--json").code == 2
    visitor = Visitor(opened(settings), None)  # type: ignore[arg-type]  # asks no clock here
    visitor.send("GET", "/services/data/v66.0/first")
    command = [*PROVISION, "local", "log", "--follow"]
    with subprocess.Popen(command, cwd=settings.parent, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert "/first" in following.stdout.readline()
        visitor.send("GET", "/services/data/v66.0/second")
        assert "/second" in following.stdout.readline()
        following.send_signal(signal.SIGINT)
        assert following.wait(30) == 130


# Reset


def test_nothing_is_thrown_away_unasked(settings: Path, provision: Provision) -> None:
    local = opened(settings)
    refused = provision("local", "reset", "--json")
    assert (refused.code, refused.document["code"]) == (2, "CONFIRMATION_REQUIRED")
    assert opened(settings).org_id == local.org_id


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 2)])
def test_whoever_sits_at_a_terminal_is_asked(
    settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch, *, answer: bool, code: int
) -> None:
    local = opened(settings)
    local.set_password(local.admin_username, "old")
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda text, **_more: asked.append(text) or answer)
    done = provision("local", "reset")
    assert (done.code, asked) == (code, ["Throw that away?"])
    assert "local: 1 users, 0 apps" in done.err
    with opened(settings).transaction() as transaction:
        admin = transaction.records(opened_id := transaction.orgs.all()[0].id).all("User")[0]
        assert transaction.passwords(opened_id).matches(admin.id, "old") is not answer


def test_switches_are_those_of_the_settings_again(settings: Path, provision: Provision) -> None:
    names = ("-o", "local")
    for words in ((), names):
        opened(settings).switch(deploys="stay-pending", propagation_seconds=7)
        assert provision("local", "reset", *words, "--yes").code == 0
        assert provision("apply", *names, "--no-verify", "--wait", "1").code == 0
    with serving(settings.parent, *names):
        opened(settings).switch(deploys="stay-pending")
        assert provision("local", "reset", "--yes").code == 0
        assert provision("apply", *names, "--no-verify", "--wait", "1").code == 0


def test_one_org_goes_and_the_other_stays(settings: Path, provision: Provision) -> None:
    local, legacy = opened(settings), opened(settings, "local-legacy")
    assert provision("local", "reset", "-o", "local", "--yes", "--json").document["result"]["reset"] == ["local"]
    assert opened(settings).org_id != local.org_id
    assert opened(settings, "local-legacy").org_id == legacy.org_id


def test_a_file_of_another_version_is_told_and_thrown_away(settings: Path, provision: Provision) -> None:
    with opened(settings).transaction() as transaction:
        transaction._connection.execute("PRAGMA user_version = 1")  # as an older version left it
    for command in ("status", "log"):
        refused = provision("local", command, "--json")
        assert (refused.code, refused.document["code"]) == (1, "STORE_CORRUPT")
        assert refused.document["actions"] == ["provision local reset --yes throws the local orgs away"]
    assert provision("local", "reset", "--yes").code == 0
    assert provision("local", "status").code == 0


# Seed


def test_an_embedded_org_is_seeded(settings: Path, provision: Provision, seed: Path) -> None:
    for _ in range(2):
        done = provision("local", "reset", "--yes", "--seed", str(seed), "--json")
        assert done.document["result"]["seeded"] == ["local"]
    local = opened(settings)
    assert names(local, "User", "Username")[1:] == ["bot@acme.example", "ann@acme.example"]
    assert names(local, "User", "IsActive") == ["True", "True", "False"]
    assert names(local, "ConnectedApplication", "Name") == ["Old"]
    assert "2" in names(local, "UserLicense", "TotalLicenses")
    assert len(names(local, "PermissionSetLicenseAssign", "AssigneeId")) == 1
    with local.transaction() as transaction:
        switches = transaction.orgs.all()[0].switches
    assert (switches.propagation_seconds, switches.connected_app_creation) == (5, "blocked")


def test_a_seed_can_be_put_in_again(settings: Path, provision: Provision, seed: Path) -> None:
    assert provision("local", "reset", "--yes", "--seed", str(seed)).code == 0
    seed.write_text(SEED.replace("last_name: Bot", "last_name: Robot"))
    with serving(settings.parent, "-o", "local", "--seed", str(seed)) as server:
        answer = server.ask(
            "GET",
            f"{server.base_url()}/services/data/v66.0/query?q=SELECT+LastName+FROM+User",
            headers={"Authorization": f"Bearer {server.env()['SF_ACCESS_TOKEN']}"},
        )
    assert [each["LastName"] for each in answer.json["records"]] == ["Administrator", "Robot", "Ann"]
    assert len(names(opened(settings), "PermissionSetAssignment", "Id")) == 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    metadata", "    colour: red\n    metadata", "orgs.local.colour: is not known here"),
        ("propagation_seconds: 5", "propagation_seconds: no", "propagation_seconds is a number from 0 on"),
        ("last_name: Bot", "last_name: 5", "orgs.local.users[0].last_name: must be a text"),
        ("last_name: Bot", "first_name: Bot", "orgs.local.users[0]: last_name is missing"),
        ("ann@acme", "bot@acme", "orgs.local.users[1].username: is given twice"),
        ("Integration: 2", "Integration: many", 'user_licenses["Salesforce Integration"]: must be a number of seats'),
        ("  local:", "  elsewhere:", "orgs.elsewhere: is no local org; there are local, local-legacy"),
        ("Integration: 2", "Unknown: 2", "the org has no such licence; it has Salesforce,"),
        ("Standard User", "Nobody", "orgs.local.users[1].profile: the org has no such profile"),
        ("[Billing]", "[Shipping]", "orgs.local.users[0].permission_sets[0]: the org has no PermissionSet Shipping"),
        ("[before]", "[nowhere]", "holds no package.xml"),
        ("Psl: 2", "Psl: 0", "orgs.local.users[0].permission_set_licenses[0]: LICENSE_LIMIT_EXCEEDED"),
        ("email: a@b.example", "email: nonsense", "orgs.local.users[1]: INVALID_EMAIL_ADDRESS"),
        ("orgs:", "orgs: [", "not valid YAML"),
    ],
)
def test_what_is_wrong_with_a_seed_is_told_with_its_place(
    settings: Path, provision: Provision, seed: Path, old: str, new: str, said: str
) -> None:
    assert old in SEED
    seed.write_text(SEED.replace(old, new))
    done = provision("local", "reset", "--yes", "--seed", str(seed))
    assert done.code == 2
    assert said in done.err
    assert f"{seed}:" in done.err
    if (settings.parent / ".provision" / FILE_NAME).exists():
        assert len(names(opened(settings), "User", "Id")) == 1


def test_every_problem_of_a_seed_is_told_at_once(provision: Provision, seed: Path) -> None:
    seed.write_text(
        SEED.replace("last_name: Bot", "last_name: 5").replace("Psl: 2", "Psl: x").replace("local:", "other:")
    )
    done = provision("local", "reset", "--yes", "--seed", str(seed), "--json")
    summary, *problems = done.document["message"].splitlines()
    assert (summary, len(problems)) == ("The seed has 2 problems", 2)


def test_metadata_that_the_org_refuses_is_told_in_its_words(settings: Path, provision: Provision, seed: Path) -> None:
    path = settings.parent / "before/permissionsets/Billing.permissionset"
    path.write_text(path.read_text().replace("label", "lable"))
    done = provision("local", "reset", "--yes", "--seed", str(seed))
    assert (done.code, json.dumps(done.err).count("Billing.permissionset: ")) == (2, 1)
