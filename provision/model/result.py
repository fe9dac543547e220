"""What a workflow returns: one result for each org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from provision.errors import ProvisionError
from provision.model.change import Outcome, Unread
from provision.model.check import CheckResult, CheckStatus, Finding
from provision.model.desired import AppKind
from provision.model.diagnosis import Diagnosis


@dataclass(frozen=True)
class CertificateState:
    """Which certificate an app holds."""

    fingerprint_sha256: str
    not_after: datetime


@dataclass(frozen=True)
class AppResult:
    """An app after the run, and what was proved about it."""

    app: str
    kind: AppKind
    consumer_key: str | None
    certificate: CertificateState | None
    checks: tuple[CheckResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    """What is behind the checks that failed."""

    @property
    def proved(self) -> bool:
        """Whether no check failed or stayed pending."""
        return all(check.status in {CheckStatus.PASSED, CheckStatus.SKIPPED} for check in self.checks)


@dataclass(frozen=True)
class OrgResult:
    """Everything that one run did in one org."""

    org: str
    org_id: str | None
    status: Literal["done", "failed", "unchanged"]
    api_calls: int
    outcomes: tuple[Outcome, ...] = ()
    apps: tuple[AppResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: ProvisionError | None = None
    unread: tuple[Unread, ...] = ()
    """What a plan could not compare."""
    states: Mapping[str, str] = field(default_factory=dict)
    """Digest of each thing that a plan was made from, by name."""
