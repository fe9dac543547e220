"""Results as text for people: one row an entry, no borders, so that they can be grepped."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from provision.cli.output import Output
from provision.model.change import Change
from provision.model.check import CheckResult, CheckStatus
from provision.model.diagnosis import Diagnosis, Verdict
from provision.model.result import AppResult, OrgResult

if TYPE_CHECKING:
    from provision.plan import Plan

COLORS = {
    CheckStatus.PASSED: "32",
    CheckStatus.FAILED: "31;1",
    CheckStatus.SKIPPED: "33",
    CheckStatus.PENDING: "36",
}
VERDICTS = {Verdict.PROVED: "1", Verdict.POSSIBLE: "33", Verdict.UNSEEN: "2"}
SIGNS = {"+": "32", "~": "33", "-": "31"}
NARROWEST_DETAIL = 24

_SIGN = re.compile(r"( +)([-+~])(?= )")


def org_lines(output: Output, result: OrgResult) -> Iterator[str]:
    """Yield what a run did, or would do, in one org: changes, then the table of checks and what they come to."""
    planned = tuple(outcome.change for outcome in result.outcomes if outcome.status == "planned")
    if planned or (result.status == "unchanged" and not result.apps):
        from provision.notation import lines

        yield f"{result.org} ({result.org_id or ''})"
        yield from (_in_color(output, line) for line in lines(plan_in(result)))
        return
    changed = sum(outcome.status == "applied" for outcome in result.outcomes)
    left = len(result.outcomes) - changed
    if changed and result.status == "failed" and left:
        yield f"{result.org}: {changed} of {len(result.outcomes)} changes applied, the others not."
    elif changed:
        yield f"{result.org}: {changed} change{'s' if changed != 1 else ''} applied."
    elif result.status == "unchanged":
        yield f"{result.org}: no changes."
    for number, app in enumerate(result.apps):
        if number or changed or result.status == "unchanged":
            yield ""
        yield from app_lines(output, app)


def _in_color(output: Output, line: str) -> str:
    """Return a line of a plan with its sign in colour, where stdout takes colours."""
    found = _SIGN.match(line)
    if found is None:
        return line
    return f"{found[1]}{output.style(found[2], SIGNS[found[2]], sys.stdout)}{line[found.end() :]}"


def plan_lines(org: str, org_id: str, changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield a plan with the org that it is for."""
    from provision.notation import lines
    from provision.plan import Plan

    yield f"{org} ({org_id})"
    yield from lines(Plan(org, org_id, changes))


def markdown_lines(_output: Output, result: OrgResult) -> Iterator[str]:
    """Yield a planned org for the comment of a pull request."""
    from provision.notation import markdown

    if result.error is None:
        yield from markdown(plan_in(result))
        yield ""


def removal_lines(output: Output, result: OrgResult) -> Iterator[str]:
    """Yield what was taken down in an org, or would be, and what stays."""
    from provision.notation import lines

    applied = sum(outcome.status == "applied" for outcome in result.outcomes)
    planned = plan_in(result)
    if planned.changes:
        yield f"{result.org} ({result.org_id or ''})"
        yield from (_in_color(output, line) for line in lines(planned))
    elif applied:
        yield f"{result.org}: {applied} thing{'s' if applied != 1 else ''} taken down."
    elif result.error is None:
        yield f"{result.org}: nothing to take down."
    if applied or result.error is None:
        yield from (f"  {finding.summary}" for finding in result.findings)


def plan_in(result: OrgResult) -> Plan:
    """Return the plan that a result tells of."""
    from provision.plan import Plan

    planned = tuple(outcome.change for outcome in result.outcomes if outcome.status == "planned")
    return Plan(result.org, result.org_id or "", planned, result.unread, result.findings)


def app_lines(output: Output, app: AppResult) -> Iterator[str]:
    """Yield the table of checks of one app."""
    yield f"{app.app} ({app.kind}), consumer key {app.consumer_key or 'unknown'}"
    width = max((len(check.check) for check in app.checks), default=0)
    for check in app.checks:
        yield from _check(output, check, width)
    yield summary(app.checks)
    for diagnosis in app.diagnoses:
        yield from _diagnosis(output, diagnosis)


def _diagnosis(output: Output, diagnosis: Diagnosis) -> Iterator[str]:
    """Yield why a check failed: what was proved, else what it can be, in order."""
    yield f"Why {diagnosis.check} failed:"
    width = max(len(cause.name) for cause in diagnosis.causes)
    for cause in diagnosis.causes:
        verdict = output.style(f"{cause.verdict.value:<10}", VERDICTS[cause.verdict], sys.stdout)
        indent = 2 + 10 + width + 2
        first, *rest = wrapped(cause.evidence, indent)
        yield f"  {verdict}{cause.name:<{width}}  {first}"
        yield from (" " * indent + line for line in rest)
        yield from (" " * indent + line for line in wrapped(f"→ {cause.remedy}", indent))


def summary(checks: Iterable[CheckResult]) -> str:
    """Return how many checks came to what."""
    listed = list(checks)
    numbers = ((status, sum(check.status is status for check in listed)) for status in CheckStatus)
    counted = [f"{number} {status.value}" for status, number in numbers if number]
    return f"{len(listed)} check{'s' if len(listed) != 1 else ''}: {', '.join(counted)}" if counted else "No checks."


def _check(output: Output, check: CheckResult, width: int) -> Iterator[str]:
    status = output.style(f"{check.status.value:<8}", COLORS[check.status], sys.stdout)
    indent = 2 + 8 + width + 2
    first, *rest = wrapped(check.detail or "", indent)
    yield f"  {status}{check.check:<{width}}  {first}".rstrip()
    yield from (" " * indent + line for line in rest)
    if check.remedy and check.status is not CheckStatus.PASSED:
        yield from (" " * indent + line for line in wrapped(f"→ {check.remedy}", indent))


def wrapped(text: str, indent: int) -> list[str]:
    """Break lines on a terminal only: what goes into a file or a pipe stays one line an entry."""
    if not sys.stdout.isatty():
        return [text]
    room = max(shutil.get_terminal_size().columns - indent, NARROWEST_DETAIL)
    return textwrap.wrap(text, room, break_long_words=False) or [""]
