"""Questions asked of an org and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from provision.model.desired import GrantType


class CheckStatus(StrEnum):
    """The answer to one question."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    PENDING = "pending"


JWT_TOKEN = "jwt-bearer/token"  # noqa: S105 - a check's name
"""The check that the app's certificate verifies what the stored key signed."""


@dataclass(frozen=True)
class CheckResult:
    """One question asked of the org, and its answer."""

    check: str
    """Stable name, for instance `jwt-bearer/token`."""
    subject: str
    """The app (key in the settings)."""
    grant: GrantType | None
    status: CheckStatus
    code: str | None = None
    detail: str | None = None
    remedy: str | None = None
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """Return it as JSON, for results and records alike; additive changes only."""
        return {
            "check": self.check,
            "grant": self.grant.value if self.grant else None,
            "status": self.status.value,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
            "seconds": self.seconds,
        }


@dataclass(frozen=True)
class Finding:
    """Something worth telling: a warning, a line of `doctor`, a lint result."""

    severity: Literal["error", "warning", "note"]
    code: str
    summary: str
    detail: str | None = None
    remedy: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Salesforce's "no": its own code and text, verbatim."""

    code: str
    text: str
    status: int
    """HTTP status."""
    fields: tuple[str, ...] = ()
