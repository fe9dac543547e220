"""Lint findings as text, as JSON and as SARIF 2.1.0 (OASIS), which code-scanning services read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from provision.metadata.lint import FileFinding
from provision.metadata.rules import RULES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_text(findings: Iterable[FileFinding]) -> str:
    """Return one line for each finding (`file:line:column: severity: message [rule]`), its remedy below."""
    return "".join(
        f"{one.file}:{one.line}:{one.column}: {one.severity}: {one.message} [{one.rule}]\n    {one.remedy}\n"
        for one in findings
    )


def as_json(findings: Iterable[FileFinding]) -> list[dict[str, Any]]:
    """Return the findings as JSON values, one object each with the fields of `FileFinding`."""
    return [asdict(one) for one in findings]


def as_sarif(findings: Sequence[FileFinding], *, tool_version: str) -> dict[str, Any]:
    """Return a SARIF log with one run; relative file names stay relative, as code-scanning services want them."""
    used = sorted({one.rule for one in findings})
    driver = {
        "name": "provision",
        "version": tool_version,
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": RULES[rule].summary},
                "help": {"text": RULES[rule].remedy},
                "defaultConfiguration": {"level": RULES[rule].severity},
            }
            for rule in used
        ],
    }
    results = [_result(one, used.index(one.rule)) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(one: FileFinding, rule_index: int) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": _uri(one.file)},
        "region": {"startLine": one.line, "startColumn": one.column},
    }
    return {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": one.severity,
        "message": {"text": f"{one.message}. {one.remedy}."},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    path = quote(file.replace("\\", "/").removeprefix("./"))
    return f"file://{path}" if path.startswith("/") else path
