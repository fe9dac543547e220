"""A plan as people read it, in Terraform's notation. Pure text."""

from __future__ import annotations

from collections.abc import Iterator

from provision.model.change import Action, Change, FieldChange
from provision.plan import Plan

SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
SENSITIVE = "(sensitive value)"
NO_CHANGES = "No changes. The org matches the settings."
LONGEST = 72


def lines(plan: Plan) -> Iterator[str]:
    """Yield the plan: each change with its fields, then the counts."""
    if not plan.changes:
        yield NO_CHANGES
        return
    for change in plan.changes:
        yield from _change(change)
        yield ""
    yield counts(plan)


def counts(plan: Plan) -> str:
    """Return the last line of a plan."""
    number = plan.counts
    return (
        f"Plan: {number[Action.CREATE]} to add, {number[Action.UPDATE]} to change, {number[Action.DELETE]} to destroy."
    )


def _change(change: Change) -> Iterator[str]:
    yield f"  {SYMBOLS[change.action]} {change.type} {change.name}"
    width = max((len(row.field) for row in change.fields), default=0)
    for row in change.fields:
        yield f"      {SYMBOLS[change.action]} {row.field:<{width}} = {_values(row)}"


def _values(row: FieldChange) -> str:
    if row.sensitive:
        return SENSITIVE
    new = _short(row.new)
    return new if row.old is None else f"{_short(row.old)} -> {new}"


def _short(value: str | None) -> str:
    if value is None:
        return "null"
    flat = " ".join(value.split())
    return f'"{flat}"' if len(flat) <= LONGEST else f'"{flat[:LONGEST]}…"'
