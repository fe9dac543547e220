"""Plans as files: what was planned, and a digest of everything that it was planned from, without any secret.

A saved plan is carried out exactly or not at all. Since a plan follows from the settings, the stored keys and one
reading of the org alone, it is the same plan as long as the digests of these are the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from provision import __version__
from provision.digest import states
from provision.errors import Code, Failed, Usage
from provision.model.change import Action, Change, FieldChange, Outcome, OutcomeStatus, Unread
from provision.model.check import Finding
from provision.model.result import OrgResult
from provision.model.situation import Situation
from provision.plan import Plan

FORMAT = 1
DONE = "The org matches the settings: the plan was carried out already, or somebody else did what it says."


@dataclass(frozen=True)
class SavedPlan:
    """A plan that was read from a file."""

    api_version: str
    created_at: str
    """ISO 8601."""
    orgs: tuple[OrgResult, ...]
    apps: Mapping[str, tuple[str, ...]]
    """App keys by org: what the plan was held to."""

    def expect(self, situation: Situation, plan: Plan) -> None:
        """Raise `Failed` (PLAN_STALE) unless `plan`, made from `situation`, is the saved one."""
        saved = next(entry for entry in self.orgs if entry.org == situation.org)
        found = states(situation)
        reasons = [f"{name} {_became(saved.states, found, name)}" for name in _differing(saved.states, found)]
        if not reasons and plan_document(plan.changes, plan.unread) != _of(saved):
            reasons = ["the same state leads to other changes"]
        if reasons:
            done = not plan.changes
            raise Failed(
                Code.PLAN_STALE,
                f"The saved plan for {situation.org} is stale" + (", and nothing is left to do" if done else ""),
                detail="\n".join(["Since it was made:", *reasons, DONE if done else "Nothing was changed."]),
                remedy=() if done else ("Make a new plan: provision plan --out FILE",),
                context={"org": situation.org, "changed": list(_differing(saved.states, found))},
            )


def saved_document(
    results: Sequence[OrgResult], apps: Mapping[str, Sequence[str]], api_version: str, now: datetime
) -> dict[str, Any]:
    """Return plans as JSON values: no secret, and nothing but digests of what they were made from."""
    return {
        "format": FORMAT,
        "provision": __version__,
        "api_version": api_version,
        "created_at": now.isoformat(timespec="seconds"),
        "orgs": [
            {
                "org": result.org,
                "org_id": result.org_id,
                "apps": list(apps[result.org]),
                **_of(result),
                "notes": [vars(item) for item in result.findings if item.severity == "note"],
                "states": dict(result.states),
            }
            for result in results
        ],
    }


def read_saved(path: Path, content: bytes) -> SavedPlan:
    """Return the plan in a file; raises `Usage` (PLAN_UNREADABLE) where it is none of this version."""
    try:
        document = json.loads(content)
        if document["format"] != FORMAT or document["provision"] != __version__:
            raise _unreadable(path, f"it was made by another version of provision ({document['provision']})")
        return SavedPlan(
            api_version=document["api_version"],
            created_at=document["created_at"],
            orgs=tuple(_result(entry) for entry in document["orgs"]),
            apps={entry["org"]: tuple(entry["apps"]) for entry in document["orgs"]},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise _unreadable(path, "it is no plan that provision plan --out wrote") from problem


def plan_document(changes: Sequence[Change], unread: Sequence[Unread]) -> dict[str, Any]:
    """Return the changes of a plan as JSON values; sensitive values are left out."""
    return {
        "changes": [
            {
                "action": change.action.value,
                "type": change.type,
                "name": change.name,
                "app": change.app,
                "fields": [_row(row) for row in change.fields],
            }
            for change in changes
        ],
        "unread": [vars(item) for item in unread],
    }


def _of(result: OrgResult) -> dict[str, Any]:
    return plan_document([outcome.change for outcome in result.outcomes], result.unread)


def _row(row: FieldChange) -> dict[str, Any]:
    old, new = (None, None) if row.sensitive else (row.old, row.new)
    return {"field": row.field, "old": old, "new": new, "sensitive": row.sensitive}


def _result(entry: Mapping[str, Any]) -> OrgResult:
    changes = [
        Change(
            Action(change["action"]),
            change["type"],
            change["name"],
            change["app"],
            tuple(FieldChange(**row) for row in change["fields"]),
        )
        for change in entry["changes"]
    ]
    status: Literal["done", "unchanged"] = "done" if changes else "unchanged"
    outcomes = tuple(Outcome(change, OutcomeStatus.PLANNED) for change in changes)
    unread = tuple(Unread(**item) for item in entry["unread"])
    notes = tuple(Finding(**item) for item in entry["notes"])
    return OrgResult(
        entry["org"],
        entry["org_id"],
        status,
        0,
        outcomes,
        findings=notes,
        unread=unread,
        states=dict(entry["states"]),
    )


def _differing(saved: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    return (name for name in sorted({*saved, *found}) if saved.get(name) != found.get(name))


def _became(saved: Mapping[str, str], found: Mapping[str, str], name: str) -> str:
    if name not in saved:
        return "is new"
    return "changed" if name in found else "is gone"


def _unreadable(path: Path, reason: str) -> Usage:
    return Usage(
        Code.PLAN_UNREADABLE,
        f"{path} cannot be used: {reason}",
        remedy=("Make a new plan: provision plan --out FILE",),
    )
