"""What the Metadata API answers to a deploy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ComponentFailure:
    """One component that a deploy refused or warned about; `problem` is Salesforce's own text."""

    type: str
    full_name: str
    problem: str
    problem_type: str = "Error"
    file_name: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class DeployResult:
    """The complete answer of a finished or running deploy (`checkDeployStatus`)."""

    id: str
    status: str
    done: bool
    success: bool
    check_only: bool = False
    components_total: int = 0
    components_deployed: int = 0
    component_errors: int = 0
    failures: tuple[ComponentFailure, ...] = ()
    warnings: tuple[ComponentFailure, ...] = ()
    error_message: str | None = None
    error_status_code: str | None = None
    state_detail: str | None = None
