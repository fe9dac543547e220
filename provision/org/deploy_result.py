"""The complete answer about a deploy, nothing dropped (Metadata API Developer Guide, DeployResult).

SOAP and REST say the same in two notations: over SOAP everything is text and a list of one is a single element, over
REST numbers and booleans are JSON's own. Here either is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from provision.model.deployment import ComponentFailure, DeployResult


def deploy_result(result: Mapping[str, Any]) -> DeployResult:
    """Read a `DeployResult`; lists may hold none, one or many, states may be unknown ones."""
    details = _items(result, "details")
    runs = [run for detail in details for name in ("runTestResult", "runTestResults") for run in _items(detail, name)]
    tests = tuple(failure for run in runs for failure in _test_failures(run))
    messages = tuple(
        _message(message)
        for detail in details
        for name in ("componentFailures", "componentSuccesses")
        for message in _items(detail, name)
    )
    return DeployResult(
        id=_text(result, "id") or "",
        status=_text(result, "status") or "",
        done=_flag(result, "done"),
        success=_flag(result, "success"),
        check_only=_flag(result, "checkOnly"),
        components_total=_number(result, "numberComponentsTotal") or 0,
        components_deployed=_number(result, "numberComponentsDeployed") or 0,
        component_errors=_number(result, "numberComponentErrors") or 0,
        failures=(*(m for m in messages if m.problem and m.problem_type == "Error"), *tests),
        warnings=tuple(m for m in messages if m.problem and m.problem_type != "Error"),
        error_message=_text(result, "errorMessage"),
        error_status_code=_text(result, "errorStatusCode"),
        state_detail=_text(result, "stateDetail"),
    )


def _test_failures(run: Mapping[str, Any]) -> Iterator[ComponentFailure]:
    """Yield Apex tests that failed and coverage that does not suffice."""
    for failure in _items(run, "failures"):
        name = ".".join(part for part in (_text(failure, "name"), _text(failure, "methodName")) if part)
        yield ComponentFailure("ApexTest", name, _text(failure, "message") or "failed")
    for warning in _items(run, "codeCoverageWarnings"):
        yield ComponentFailure("ApexCoverage", _text(warning, "name") or "", _text(warning, "message") or "")


def _message(message: Mapping[str, Any]) -> ComponentFailure:
    default_type = "Warning" if _flag(message, "success") else "Error"
    return ComponentFailure(
        type=_text(message, "componentType") or "",
        full_name=_text(message, "fullName") or "",
        problem=_text(message, "problem") or "",
        problem_type=_text(message, "problemType") or default_type,
        file_name=_text(message, "fileName") or "",
        line=_number(message, "lineNumber"),
        column=_number(message, "columnNumber"),
    )


def _items(parent: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = parent.get(name) or ()
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, Mapping)]


def _text(parent: Mapping[str, Any], name: str) -> str | None:
    found = parent.get(name)
    return None if found is None or found == "" else str(found)


def _flag(parent: Mapping[str, Any], name: str) -> bool:
    return str(parent.get(name)).lower() == "true"


def _number(parent: Mapping[str, Any], name: str) -> int | None:
    found = _text(parent, name)
    return None if found is None else int(found)
