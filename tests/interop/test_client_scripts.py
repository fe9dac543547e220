"""Scripts that drive unmodified clients against any imitation of Salesforce judge the served local org."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.interop.rehearsal import SCRIPTS, ConnectedApps, rehearsal, run

SIMPLE_SALESFORCE = SCRIPTS / "run_simple_salesforce.py"

pytestmark = pytest.mark.skipif(
    not SIMPLE_SALESFORCE.exists(), reason="the client scripts are not beside this repository (../shared/clients)"
)


@pytest.mark.parametrize(("connected_apps", "fewest"), [("allowed", 47), ("blocked", 39)])
def test_simple_salesforce_cannot_tell_the_local_org_from_an_org(
    tmp_path: Path, connected_apps: ConnectedApps, fewest: int
) -> None:
    with rehearsal(tmp_path, connected_apps) as environment:
        report = run([sys.executable, str(SIMPLE_SALESFORCE)], environment)
    assert (report.failed, report.skipped, report.code) == ((), (), 0), report.output
    assert len(report.passed) >= fewest


def test_simple_salesforce_logs_in_with_passwords_where_these_still_work(tmp_path: Path) -> None:
    with rehearsal(tmp_path, "blocked", passwords=True) as environment:
        report = run([sys.executable, str(SIMPLE_SALESFORCE)], {**environment, "ONLY": "^login_"})
    assert (report.failed, report.skipped, report.code) == ((), (), 0), report.output
    assert {"login_soap_password", "login_oauth_password"} <= set(report.passed)
