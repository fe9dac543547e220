"""`python -m tests.evidence`: how many recorded answers the local org gives, by fixture."""

import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from tests.evidence import metadata_asking, rest_asking

_DIFFERENCES: Final = "_differences"


def main() -> int:
    """Replay everything; the status is 1 where something differs."""
    matched = total = 0
    for path in sorted(rest_asking.FIXTURES.glob("*.json")):
        if path.stem.endswith(_DIFFERENCES):
            continue
        module: Any = metadata_asking if path.stem.startswith("metadata_") else rest_asking
        same, of = _count(module.cases(path.stem), module.replay)
        sys.stdout.write(f"{path.stem:<24}{same:>4} of {of:>4}\n")
        matched, total = matched + same, total + of
    sys.stdout.write(f"{'answers that match':<24}{matched:>4} of {total:>4}\n")
    return int(matched != total)


def _count(cases: Iterable[Any], replay: Callable[[Any, Path], list[str]]) -> tuple[int, int]:
    results = []
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            results.append(not replay(case, Path(folder)))
    return sum(results), len(results)


if __name__ == "__main__":
    sys.exit(main())
