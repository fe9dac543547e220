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


@dataclass(frozen=True)
class DeployOptions:
    """What a deploy may do. No test level is sent unless asked for: without Apex no tests run, also in production."""

    check_only: bool = False
    rollback_on_error: bool = True
    ignore_warnings: bool = True
    purge_on_delete: bool = False
    test_level: str | None = None

    @property
    def settings(self) -> dict[str, bool | str]:
        """The options as the Metadata API names and orders them (WSDL, DeployOptions)."""
        settings: dict[str, bool | str] = {
            "allowMissingFiles": False,
            "autoUpdatePackage": False,
            "checkOnly": self.check_only,
            "ignoreWarnings": self.ignore_warnings,
            "performRetrieve": False,
            "purgeOnDelete": self.purge_on_delete,
            "rollbackOnError": self.rollback_on_error,
            "singlePackage": True,
        }
        return {**settings, "testLevel": self.test_level} if self.test_level else settings
