"""Results of a proof as other programs read them: JUnit XML, GitHub annotations and summary."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from provision.cli.report_github import commands, summary
from provision.cli.report_junit import junit
from provision.errors import Code, Failed
from provision.model.check import CheckResult, CheckStatus
from provision.model.desired import AppKind, GrantType
from provision.model.diagnosis import Cause, Diagnosis, Verdict
from provision.model.result import AppResult, OrgResult

NASTY = "a % of\r\n::error::x, y: <b>|`]]>\x00\x1b[31m"


def app(*checks: CheckResult, diagnoses: tuple[Diagnosis, ...] = ()) -> AppResult:
    return AppResult("billing-sync", AppKind.CONNECTED_APP, "3MVG9", None, checks, diagnoses)


def check(status: CheckStatus, detail: str = "said", name: str = "jwt-bearer/token") -> CheckResult:
    return CheckResult(name, "billing-sync", GrantType.JWT_BEARER, status, "invalid_grant", detail, "do this", 0.25)


def org(*apps: AppResult) -> OrgResult:
    return OrgResult("uat", "00D", "failed", 3, apps=apps)


EVERY = tuple(check(status, name=f"check/{status}") for status in CheckStatus)
CAUSE = Cause("user-inactive", Verdict.PROVED, "bot is not active", "activate")


def test_junit_counts_and_tells_every_status() -> None:
    root = ET.fromstring(junit([org(app(*EVERY))]))  # noqa: S314  # our own output
    [suite] = root
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped", "time")} == {
        "name": "uat",
        "tests": "4",
        "failures": "2",
        "errors": "0",
        "skipped": "1",
        "time": "1.000",
    }
    assert [[child.tag for child in case] for case in suite] == [["system-out"], ["failure"], ["skipped"], ["failure"]]


def test_junit_tells_the_cause() -> None:
    failed = check(CheckStatus.FAILED)
    text = junit([org(app(failed, diagnoses=(Diagnosis(failed.check, failed.grant, (CAUSE,)),)))])
    failure = ET.fromstring(text).find(".//failure")  # noqa: S314  # our own output
    assert failure is not None
    assert failure.text is not None
    assert "proved: user-inactive: bot is not active" in failure.text


def test_an_org_that_was_not_reached_is_an_error() -> None:
    lost = OrgResult("uat", None, "failed", 0, error=Failed(Code.NO_ADMIN_SESSION, "none", detail="why"))
    [suite] = ET.fromstring(junit([lost]))  # noqa: S314  # our own output
    assert (suite.get("errors"), suite.get("tests")) == ("1", "1")
    assert list(commands([lost])) == ["::error title=uat%3A NO_ADMIN_SESSION::none%0Awhy"]
    assert "NO_ADMIN_SESSION" in summary([lost])


@given(st.text(max_size=60))
def test_whatever_an_org_says_stays_in_its_place(said: str) -> None:
    results = [org(app(check(CheckStatus.FAILED, said)))]
    case = ET.fromstring(junit(results)).find(".//failure")  # noqa: S314  # our own output
    assert case is not None
    for line in commands(results):
        assert re.fullmatch(r"::error title=[^\r\n,:]*::[^\r\n]*", line), line
    assert len(summary(results).splitlines()) == 7


def test_annotations_escape_what_ends_them() -> None:
    [line] = commands([org(app(check(CheckStatus.FAILED, NASTY)))])
    assert line.startswith("::error title=uat billing-sync%3A jwt-bearer/token::a %25 of%0D%0A::error::x, y: ")


def test_failures_come_before_what_is_pending_and_nothing_else_is_annotated() -> None:
    levels = [line.split(" ")[0] for line in commands([org(app(*EVERY))])]
    assert levels == ["::error", "::warning"]


def test_the_summary_is_a_table_and_its_cells_cannot_be_left() -> None:
    text = summary(
        [org(app(check(CheckStatus.FAILED, NASTY), diagnoses=(Diagnosis("jwt-bearer/token", None, (CAUSE,)),)))]
    )
    assert "| billing-sync | jwt-bearer/token | ❌ failed | a % of ::error::x, y: &lt;b&gt;\\|\\`\\]\\]&gt;" in text
    assert "- proved: `user-inactive`" in text
    assert "<b>" not in text
