"""Prints the figures that the documentation gives, and fails where one is beyond its budget. Run by `make bench`."""

from __future__ import annotations

import os
import platform

from tests.benchmarks import metadata, served

BENCHMARKS = (metadata,)
RUNS = 3


def main() -> int:
    """Return 1 where the best of some runs takes longer than the budget."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; best of {RUNS} runs")  # noqa: T201 printing is the point
    late = 0
    for benchmark in BENCHMARKS:
        taken = min(benchmark.seconds() for _ in range(RUNS))
        late += taken > benchmark.BUDGET_SECONDS
        print(f"{benchmark.WHAT}: {taken:.2f} s (budget {benchmark.BUDGET_SECONDS:.0f} s)")  # noqa: T201 see above
    for line, within in served.report():
        late += not within
        print(line, flush=True)  # noqa: T201 see above
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
