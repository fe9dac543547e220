"""The fault matrix: every misconfiguration seeded, proved, and what was named written down as a table."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from provision.model.check import CheckStatus
from provision.model.diagnosis import Cause, Verdict
from provision.model.result import AppResult
from tests.diagnose.bench import KINDS, Bench, set_up
from tests.diagnose.faults import FAULTS, Fault

BEGIN = "<!-- the fault matrix -->"
END = "<!-- end of the fault matrix -->"
SHORT = {"connected-app": "Connected App", "external-client-app": "External Client App"}


@dataclass(frozen=True)
class Row:
    """One misconfiguration of one kind of app, and what verify said about it."""

    fault: Fault
    kind: str
    result: AppResult

    @property
    def said(self) -> str:
        """The first refusal, code and text; empty where the org was asked nothing that it refused."""
        details = (
            check.detail[check.detail.index(f"{check.code}: ") :]
            for check in self.result.checks
            if check.code and check.detail and f"{check.code}: " in check.detail
        )
        return next(details, "")

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Every cause that was named."""
        return tuple(cause for diagnosis in self.result.diagnoses for cause in diagnosis.causes)

    @property
    def proved(self) -> frozenset[str]:
        """The causes that were called proved."""
        return frozenset(cause.name for cause in self.causes if cause.verdict is Verdict.PROVED)

    @property
    def named(self) -> bool:
        """Whether the cause was proved, or is the only one left, and nothing else was proved."""
        names = self.proved or {cause.name for cause in self.causes}
        return names == {self.fault.cause}

    @property
    def verdict(self) -> str:
        """What the table says of it."""
        if not self.named:
            return "not settled"
        return "proved" if self.proved else "the only candidate left"


def rows(kinds: Sequence[str] = KINDS) -> Iterator[Row]:
    """Seed every fault, each in an org of its own, and verify."""
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            healthy = Path(folder) / "healthy"
            healthy.mkdir()
            set_up(healthy, kind)
            for number, fault in enumerate(fault for fault in FAULTS if kind in fault.kinds):
                bench = Bench(shutil.copytree(healthy, Path(folder) / str(number)), kind)
                fault.seed(bench)
                yield Row(fault, kind, bench.verify())


def table(found: Sequence[Row]) -> str:
    """Return the matrix as Markdown, with what it comes to in front."""
    named = sum(row.named for row in found)
    lines = [
        f"{len(found)} misconfigurations, one thing wrong in each: the cause is named in {named}, and none is proved",
        "that is not there.",
        "",
        "| What is wrong | Kind of app | The org says | Cause | |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.fault.title} | {SHORT[row.kind]} | {_said(row)} | `{row.fault.cause}` | {row.verdict} |"
        for row in found
    ]
    return "\n".join(lines) + "\n"


def with_matrix(page: str, found: Sequence[Row]) -> str:
    """Return `page` with the table written anew."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    assert begin, BEGIN
    assert end, END
    return f"{before}{BEGIN}\n\n{table(found)}\n{END}{after}"


def _said(row: Row) -> str:
    if row.said:
        return f"`{row.said}`"
    first = next((check for check in row.result.checks if check.status is CheckStatus.FAILED), None)
    return f"nothing; `{first.code}`" if first else ""
