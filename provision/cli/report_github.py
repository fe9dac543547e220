"""Checks for GitHub Actions: annotations on stdout, and a summary of the job as Markdown.

Escaping: GitHub Docs, Workflow commands; only the first few annotations of a step are shown, so failures come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from provision.model.check import CheckResult, CheckStatus
from provision.model.result import AppResult, OrgResult

ICONS = {
    CheckStatus.PASSED: "✅",
    CheckStatus.FAILED: "❌",
    CheckStatus.SKIPPED: "⚪",
    CheckStatus.PENDING: "⏳",
}
LEVELS = {CheckStatus.FAILED: "error", CheckStatus.PENDING: "warning"}
LONGEST_SUMMARY = 1024 * 1024
"""Bytes of a step's summary; what is longer is dropped whole."""


def commands(results: Sequence[OrgResult]) -> Iterator[str]:
    """Yield a workflow command for each org that could not be proved and each check that failed or is pending."""
    for result in results:
        if result.error is not None and not result.apps:
            message = "\n".join([result.error.summary, *filter(None, (result.error.detail, *result.error.remedy))])
            yield _command("error", f"{result.org}: {result.error.code}", message)
    found = [(result, app, check) for result in results for app in result.apps for check in app.checks]
    for status, level in LEVELS.items():
        for result, app, check in found:
            if check.status is status:
                yield _command(level, f"{result.org} {app.app}: {check.check}", _message(app, check))


def summary(results: Sequence[OrgResult]) -> str:
    """Return the summary: one table for each org, then why what failed did."""
    lines = ["## provision verify", ""]
    for result in results:
        lines += [f"### {_cell(result.org)}", ""]
        if result.error is not None and not result.apps:
            lines += [f"❌ **{result.error.code}**: {_cell(result.error.summary)}", ""]
            continue
        lines += ["| App | Check | | |", "|---|---|---|---|"]
        lines += [_row(app, check) for app in result.apps for check in app.checks]
        lines += ["", *_whys(result.apps)]
    text = "\n".join(lines).rstrip() + "\n"
    return text.encode()[:LONGEST_SUMMARY].decode(errors="ignore")


def _row(app: AppResult, check: CheckResult) -> str:
    remedy = f" → {check.remedy}" if check.remedy and check.status in LEVELS else ""
    detail = _cell((check.detail or "") + remedy)
    cells = (_cell(app.app), check.check, f"{ICONS[check.status]} {check.status}", detail)
    return f"| {' | '.join(cells)} |"


def _whys(apps: Iterable[AppResult]) -> Iterator[str]:
    for app in apps:
        for diagnosis in app.diagnoses:
            yield f"**Why {diagnosis.check} of {_cell(app.app)} failed**"
            yield ""
            for cause in diagnosis.causes:
                yield f"- {cause.verdict}: `{cause.name}`: {_cell(cause.evidence)} → {_cell(cause.remedy)}"
            yield ""


def _message(app: AppResult, check: CheckResult) -> str:
    causes = (cause for one in app.diagnoses if one.check == check.check for cause in one.causes)
    why = [f"{cause.verdict}: {cause.evidence} → {cause.remedy}" for cause in causes]
    return "\n".join(filter(None, [check.detail, *why, None if why else check.remedy])) or check.status.value


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Return text that cannot leave its cell or become markup: much of it comes from an org."""
    text = " ".join(text.split())
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    for sign in "\\`*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return text
