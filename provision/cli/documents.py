"""Results as the JSON that `--json` promises; additive changes only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provision.model.change import Change, Outcome
from provision.model.check import Finding
from provision.model.diagnosis import Diagnosis
from provision.model.result import AppResult, OrgResult


def org_document(result: OrgResult) -> dict[str, Any]:
    """Return one entry of `result.orgs`."""
    return {
        "org": result.org,
        "org_id": result.org_id,
        "status": result.status,
        "api_calls": result.api_calls,
        "changes": [outcome_document(outcome) for outcome in result.outcomes],
        "apps": [app_document(app) for app in result.apps],
        "unread": [vars(item) for item in result.unread],
        "notes": [_note(finding) for finding in result.findings if finding.severity == "note"],
    }


def _note(finding: Finding) -> str:
    return finding.summary if finding.remedy is None else f"{finding.summary} ({finding.remedy})"


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return one entry of `changes`."""
    change = outcome.change
    return {
        "action": change.action.value,
        "type": change.type,
        "name": change.name,
        "app": change.app,
        "fields": list(_fields(change)),
        "outcome": outcome.status.value,
        "detail": outcome.detail,
    }


def app_document(app: AppResult) -> dict[str, Any]:
    """Return one entry of `apps`."""
    certificate = app.certificate
    return {
        "app": app.app,
        "kind": app.kind.value,
        "consumer_key": app.consumer_key,
        "certificate": {
            "fingerprint_sha256": certificate.fingerprint_sha256,
            "not_after": certificate.not_after.isoformat(),
        }
        if certificate
        else None,
        "checks": [check.document() for check in app.checks],
        "diagnoses": [diagnosis_document(diagnosis) for diagnosis in app.diagnoses],
    }


def diagnosis_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return one entry of `diagnoses`."""
    return {
        "check": diagnosis.check,
        "grant": diagnosis.grant.value if diagnosis.grant else None,
        "causes": [
            {
                "cause": cause.name,
                "verdict": cause.verdict.value,
                "evidence": cause.evidence,
                "remedy": cause.remedy,
            }
            for cause in diagnosis.causes
        ],
    }


def _fields(change: Change) -> Iterable[dict[str, Any]]:
    for row in change.fields:
        old, new = (None, None) if row.sensitive else (row.old, row.new)
        yield {"field": row.field, "old": old, "new": new}
