"""Results of a proof, written for other programs beside what people see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from provision.cli.options import Setup

if TYPE_CHECKING:
    from provision.model.result import OrgResult


def report(setup: Setup, results: Sequence[OrgResult], *, junit: Path | None, form: str | None) -> None:
    """Write JUnit XML where it is asked for, and what GitHub Actions shows where that is who asks.

    Annotations go to stdout, which with `--json` holds the document alone: there they go to stderr, which GitHub reads
    as well.
    """
    if junit is not None:
        from provision.cli.report_junit import junit as rendered
        from provision.store.disk import write_text

        write_text(junit, rendered(results), replace=True)
    in_actions = setup.environ.get("GITHUB_ACTIONS") == "true"
    if form == "github" or (form is None and in_actions):
        from provision.cli.output import to_people
        from provision.cli.report_github import commands, summary

        lines = list(commands(results))
        if setup.output.as_json:
            for line in lines:
                to_people(line)
        else:
            setup.output.lines(lines)
        path = setup.environ.get("GITHUB_STEP_SUMMARY")
        if path:
            _append(Path(path), summary(results))


def _append(path: Path, text: str) -> None:
    """Add to the summary of the step, which the runner made and other steps may have written to."""
    from provision.store.disk import failing

    with failing("written", path), path.open("a", encoding="utf-8") as file:
        file.write(text)
