"""Checks as JUnit XML, which CI servers read: one suite for each org, one case for each check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from provision.model.check import CheckResult, CheckStatus
from provision.model.result import AppResult, OrgResult

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (§2.2) has no way to write."""


def junit(results: Iterable[OrgResult]) -> str:
    """Return the document; a check that failed is a failure, an org that was not reached an error."""
    root = Element("testsuites", name="provision verify")
    for result in results:
        checks = [(app, check) for app in result.apps for check in app.checks]
        suite = SubElement(root, "testsuite", name=_text(result.org))
        for app, check in checks:
            _case(suite, app, check)
        broken = result.error is not None and not checks
        if result.error is not None and broken:
            case = SubElement(suite, "testcase", name="connect", classname=_text(result.org), time="0")
            error = SubElement(case, "error", type=result.error.code.value, message=_text(result.error.summary))
            error.text = _text("\n".join(filter(None, (result.error.detail, *result.error.remedy))))
        statuses = [check.status for _app, check in checks]
        suite.set("tests", str(len(checks) + broken))
        suite.set("failures", str(sum(status in {CheckStatus.FAILED, CheckStatus.PENDING} for status in statuses)))
        suite.set("errors", str(int(broken)))
        suite.set("skipped", str(statuses.count(CheckStatus.SKIPPED)))
        suite.set("time", f"{sum(check.seconds for _app, check in checks):.3f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, app: AppResult, check: CheckResult) -> None:
    case = SubElement(suite, "testcase", name=check.check, classname=_text(app.app), time=f"{check.seconds:.3f}")
    detail = _text(check.detail or "")
    match check.status:
        case CheckStatus.PASSED:
            SubElement(case, "system-out").text = detail
        case CheckStatus.SKIPPED:
            SubElement(case, "skipped", message=detail)
        case CheckStatus.FAILED | CheckStatus.PENDING:
            failure = SubElement(case, "failure", type=check.code or check.status.value, message=detail)
            failure.text = _text("\n".join([*_causes(app, check), *([f"→ {check.remedy}"] if check.remedy else [])]))


def _causes(app: AppResult, check: CheckResult) -> list[str]:
    found = (one for one in app.diagnoses if one.check == check.check)
    return [
        f"{cause.verdict}: {cause.name}: {cause.evidence} → {cause.remedy}" for one in found for cause in one.causes
    ]


def _text(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
