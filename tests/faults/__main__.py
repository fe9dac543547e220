"""`make faults`: every rotation cut off at every point. Prints how many points there were."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults.cases import World
from tests.faults.scenarios import SCENARIOS


def main(names: list[str]) -> int:
    """Judge all cases of the scenarios named, by default of all; return how many failed."""
    failures = 0
    memory = Path("/dev/shm")  # every case writes durably, which a disk makes slow
    place = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="provision-faults-", dir=place) as root:
        for scenario in SCENARIOS:
            if names and scenario.name not in names:
                continue
            began = time.monotonic()
            world = World(scenario, Path(root))
            cases = world.cases()
            wrong = [(case, problem) for case in cases if (problem := world.judge(case)) is not None]
            killed = sum(case.how == "killed" for case in cases)
            seconds = time.monotonic() - began
            counts = f"{killed} points killed at, {len(cases) - killed} connections dropped"
            print(f"{scenario.name}: {counts}, {len(wrong)} failed, {seconds:.0f} s", flush=True)  # noqa: T201
            for case, problem in wrong:
                print(f"  {case}\n    {problem}", flush=True)  # noqa: T201
            failures += len(wrong)
    return failures


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
