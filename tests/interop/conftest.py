"""The journeys' fixtures serve here too; the end of a run says how many steps each client took."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.interop.rehearsal import Report
from tests.journeys.conftest import provision, settings, workspace

__all__ = ["provision", "settings", "workspace"]

STEPS = "steps of a client"
Judge = Callable[..., None]


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    """Let a script of a client pass only where all its steps did, none was left out and none is missing."""

    def judging(report: Report, fewest: int) -> None:
        record_property(STEPS, f"{len(report.passed)} passed, {len(report.failed)} failed")
        assert (report.failed, report.skipped, report.code) == ((), (), 0), report.output
        assert len(report.passed) >= fewest

    return judging


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the steps of each client, which a dot does not tell."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, told in report.user_properties:
                if name == STEPS:
                    terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {told}")
