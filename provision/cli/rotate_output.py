"""Rotations as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from provision.cli.options import Setup
from provision.cli.output import error_document, print_error
from provision.errors import Code, Pending

if TYPE_CHECKING:
    from provision.rotate.result import Rotated


def show_rotations(setup: Setup, rotations: Sequence[Rotated], *, dry_run_due: bool = False) -> int:
    """Print what came of rotations and return the exit code; a dry run with a threshold exits 30 where one is due."""
    from provision.rotate.record import document
    from provision.rotate.result import overall

    problem = overall(rotations)
    due = [one for one in rotations if one.status == "planned"] if dry_run_due else []
    if problem is None and due:
        problem = _due(due, len(rotations))
    found: dict[str, Any] = {"rotations": [document(one) | _error(one) for one in rotations]}
    if problem is None:
        setup.output.result(found, (line for one in rotations for line in _lines(one)))
        return 0
    if setup.output.as_json:
        setup.output.envelope(error_document(problem, setup.output.warnings, found))
        return problem.exit_code
    for one in rotations:
        setup.output.lines(_lines(one))
        if one.error is not None and one.error is not problem:
            print_error(setup.output, one.error)
    print_error(setup.output, problem)
    return problem.exit_code


def _due(due: Sequence[Rotated], count: int) -> Pending:
    return Pending(
        Code.ROTATION_DUE,
        f"{len(due)} of {count} certificates are due to be replaced",
        detail="\n".join(f"{one.app} in {one.org}" for one in due),
        remedy=("Run it without --dry-run",),
    )


def _error(rotation: Rotated) -> dict[str, Any]:
    return {"error": None if rotation.error is None else error_document(rotation.error)}


def _lines(rotation: Rotated) -> Iterator[str]:
    """Yield what came of one rotation, or is to come of it."""
    name = f"{rotation.org} {rotation.app}"
    by = f" by {rotation.strategy}" if rotation.strategy else ""
    if rotation.status == "not-due":
        yield f"{name}: not due, {rotation.steps[0]}."
        yield from (f"  {line}." for line in rotation.advice)
    elif rotation.status == "unchanged":
        yield f"{name}: nothing was rotated, {rotation.steps[0]}."
        yield from (f"  {line}." for line in rotation.advice)
    elif rotation.status == "planned":
        words = "rolled back" if rotation.back else "rotated"
        yield f"{name}: the {rotation.what} would be {words}{by}."
        yield from (f"  {number}. {step}" for number, step in enumerate(rotation.steps, 1))
        yield from (f"  {line}." for line in rotation.advice)
    elif rotation.runbook is not None:
        yield from rotation.runbook.splitlines()
    elif rotation.status in {"rotated", "rolled-back"}:
        words = "rotated" if rotation.status == "rotated" else "rolled back"
        yield f"{name}: the {rotation.what} was {words}{by}."
        yield from _held(rotation)
        if rotation.record:
            yield f"  record   {rotation.record}"
    elif rotation.status == "retired":
        yield f"{name}: {'; '.join(rotation.steps)}."


def _held(rotation: Rotated) -> Iterator[str]:
    words = ("given up", "in use") if rotation.status == "rolled-back" else ("before", "after")
    for word, held in zip(words, (rotation.before, rotation.after), strict=True):
        if held is not None:
            certificate = held.certificate
            short = certificate.fingerprint_sha256[:23]
            yield f"  {word:<8} generation {held.generation}  {short}…  until {certificate.not_after:%Y-%m-%d}"
