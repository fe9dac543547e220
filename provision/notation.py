"""A plan as people read it, in Terraform's notation. Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provision.model.change import Action, Change, FieldChange, Unread
from provision.model.check import Finding
from provision.plan import Plan
from provision.steps import undeclared

SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
SENSITIVE = "(sensitive value)"
NO_CHANGES = "No changes. The org matches the settings."
LONGEST = 72

_TICKS = re.compile("`+")
_SYMBOL = re.compile(r"( +)([-+~]) (.*)")


def lines(plan: Plan) -> Iterator[str]:
    """Yield the plan: each change with its fields, what could not be compared, then the counts."""
    for change in plan.changes:
        yield from _change(change)
        yield ""
    if plan.unread:
        yield from _unread(plan.unread)
        yield ""
    if any(finding.code == undeclared.CODE for finding in plan.findings):
        yield from _undeclared(plan.findings)
        yield ""
    yield outcome(plan)


def markdown(plan: Plan) -> Iterator[str]:
    """Yield the plan for the comment of a pull request: its outcome, and the changes as a `diff` block, folded in."""
    body = [line for line in lines(plan) if line != outcome(plan)]
    while body and not body[-1]:
        body.pop()
    yield f"### `{plan.org}` ({plan.org_id})"
    yield ""
    yield f"**{outcome(plan)}**"
    if body:
        fence = "`" * max(3, 1 + max(len(ticks) for line in body for ticks in _TICKS.findall(line) or [""]))
        yield ""
        yield "<details><summary>Field by field</summary>"
        yield ""
        yield f"{fence}diff"
        yield from (_as_diff(line) for line in body)
        yield fence
        yield ""
        yield "</details>"


def outcome(plan: Plan) -> str:
    """Return what a plan comes to, in one line."""
    return counts(plan) if plan.changes else NO_CHANGES


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
        taken = row.new is None and row.old is not None and not row.sensitive
        symbol = SYMBOLS[Action.DELETE if taken else change.action]
        yield f"      {symbol} {row.field:<{width}} = {_values(row)}"


def _unread(items: tuple[Unread, ...]) -> Iterator[str]:
    yield "  Not compared, since the org never shows it:"
    width = max(len(f"{item.type} {item.name} {item.field}") for item in items)
    for item in items:
        yield f"  ? {f'{item.type} {item.name} {item.field}':<{width}}  {item.handling}"


def _undeclared(findings: tuple[Finding, ...]) -> Iterator[str]:
    yield "  Held in the org, not declared, and left alone; to take it away, list it in the settings:"
    shown = [(item.subject or "", item.remedy or "") for item in findings if item.code == undeclared.CODE]
    width = max(len(held) for held, _ in shown)
    yield from (f"  ? {held:<{width}}  {place}" for held, place in shown)


def _as_diff(line: str) -> str:
    """Return a line with its symbol in the first column, where `diff` wants it; a change is `!` there."""
    found = _SYMBOL.match(line)
    if found is None:
        return line
    mark = "!" if found[2] == "~" else found[2]
    return f"{mark} {found[1]}{found[3]}"


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
