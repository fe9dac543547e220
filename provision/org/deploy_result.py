"""The complete answer to `checkDeployStatus`, nothing dropped (Metadata API Developer Guide, DeployResult)."""

from __future__ import annotations

from collections.abc import Iterator

from provision.model.deployment import ComponentFailure, DeployResult
from provision.org.soap import Element, children, flag, number, text


def deploy_result(result: Element) -> DeployResult:
    """Read a `DeployResult` element; lists may hold none, one or many, states may be unknown ones."""
    tests = tuple(
        failure
        for details in children(result, "details")
        for run in children(details, "runTestResult")
        for failure in _test_failures(run)
    )
    messages = tuple(
        _message(message)
        for details in children(result, "details")
        for tag in ("componentFailures", "componentSuccesses")
        for message in children(details, tag)
    )
    return DeployResult(
        id=text(result, "id") or "",
        status=text(result, "status") or "",
        done=flag(result, "done"),
        success=flag(result, "success"),
        check_only=flag(result, "checkOnly"),
        components_total=number(result, "numberComponentsTotal"),
        components_deployed=number(result, "numberComponentsDeployed"),
        component_errors=number(result, "numberComponentErrors"),
        failures=(*(m for m in messages if m.problem and m.problem_type == "Error"), *tests),
        warnings=tuple(m for m in messages if m.problem and m.problem_type != "Error"),
        error_message=text(result, "errorMessage"),
        error_status_code=text(result, "errorStatusCode"),
        state_detail=text(result, "stateDetail"),
    )


def _test_failures(run: Element) -> Iterator[ComponentFailure]:
    """Yield Apex tests that failed and coverage that does not suffice."""
    for failure in children(run, "failures"):
        name = ".".join(part for part in (text(failure, "name"), text(failure, "methodName")) if part)
        yield ComponentFailure("ApexTest", name, text(failure, "message") or "failed")
    for warning in children(run, "codeCoverageWarnings"):
        yield ComponentFailure("ApexCoverage", text(warning, "name") or "", text(warning, "message") or "")


def _message(message: Element) -> ComponentFailure:
    problem = text(message, "problem") or ""
    default_type = "Warning" if flag(message, "success") else "Error"
    return ComponentFailure(
        type=text(message, "componentType") or "",
        full_name=text(message, "fullName") or "",
        problem=problem,
        problem_type=text(message, "problemType") or default_type,
        file_name=text(message, "fileName") or "",
        line=_position(message, "lineNumber"),
        column=_position(message, "columnNumber"),
    )


def _position(message: Element, tag: str) -> int | None:
    value = text(message, tag)
    return int(value) if value else None
