"""Scripts that drive unmodified clients against any imitation of Salesforce judge the served local org."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop import clients
from tests.interop.conftest import Judge
from tests.interop.rehearsal import SCRIPTS, ConnectedApps, rehearsal, run

SIMPLE_SALESFORCE = str(SCRIPTS / "run_simple_salesforce.py")

pytestmark = pytest.mark.skipif(
    not SCRIPTS.exists(), reason="the client scripts are not beside this repository (../shared/clients)"
)


@dataclass(frozen=True)
class Client:
    """How a script is run, and how many steps it has where Connected Apps are allowed and where they are blocked."""

    command: Callable[[], tuple[list[str], Mapping[str, str]]]
    """Installs the client; returns the command and what is added to its environment."""
    steps: Mapping[ConnectedApps, int]


def _salesforce_cli() -> tuple[list[str], Mapping[str, str]]:
    return ["bash", str(SCRIPTS / "run_sf.sh")], {"SF_BIN": str(clients.salesforce_cli())}


def _jsforce() -> tuple[list[str], Mapping[str, str]]:
    return ["node", str(SCRIPTS / "run_jsforce.mjs")], {"JSFORCE_DIR": str(clients.jsforce())}


def _simple_salesforce() -> tuple[list[str], Mapping[str, str]]:
    return [str(clients.simple_salesforce()), SIMPLE_SALESFORCE], {}


CLIENTS = {
    "salesforce-cli": Client(_salesforce_cli, {"allowed": 47, "blocked": 39}),
    "jsforce": Client(_jsforce, {"allowed": 60, "blocked": 50}),
    "simple-salesforce": Client(_simple_salesforce, {"allowed": 47, "blocked": 39}),
}


@pytest.mark.parametrize(("connected_apps", "fewest"), [("allowed", 47), ("blocked", 39)])
def test_simple_salesforce_cannot_tell_the_local_org_from_an_org(
    tmp_path: Path, judge: Judge, connected_apps: ConnectedApps, fewest: int
) -> None:
    with rehearsal(tmp_path, connected_apps) as environment:
        judge(run([sys.executable, SIMPLE_SALESFORCE], environment), fewest)


def test_simple_salesforce_logs_in_with_passwords_where_these_still_work(tmp_path: Path) -> None:
    with rehearsal(tmp_path, "blocked", passwords=True) as environment:
        report = run([sys.executable, SIMPLE_SALESFORCE], {**environment, "ONLY": "^login_"})
    assert (report.failed, report.skipped, report.code) == ((), (), 0), report.output
    assert {"login_soap_password", "login_oauth_password"} <= set(report.passed)


@pytest.mark.interop
@pytest.mark.parametrize("connected_apps", ["allowed", "blocked"])
@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_can_tell_the_local_org_from_an_org(
    tmp_path: Path, judge: Judge, name: str, connected_apps: ConnectedApps
) -> None:
    command, added = CLIENTS[name].command()
    with rehearsal(tmp_path, connected_apps) as environment:
        judge(run(command, {**environment, **added}, seconds=1800), CLIENTS[name].steps[connected_apps])


@pytest.mark.interop
def test_jsforce_logs_in_with_passwords_where_these_still_work(tmp_path: Path) -> None:
    command, added = _jsforce()
    with rehearsal(tmp_path, "blocked", passwords=True) as environment:
        report = run(command, {**environment, **added, "ONLY": "^login_"})
    assert (report.failed, report.skipped, report.code) == ((), (), 0), report.output
    assert "login_soap_password" in report.passed
