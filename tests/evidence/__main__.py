"""`python -m tests.evidence`: how many recorded answers the local org gives, by fixture."""

import sys
import tempfile
from pathlib import Path

from tests.evidence.replaying import Fixture, fixtures


def main() -> int:
    """Replay everything; the status is 1 where something differs."""
    matched = total = 0
    for fixture in fixtures():
        same, of = _matching(fixture), len(fixture.cases)
        sys.stdout.write(f"{fixture.name:<24}{same:>4} of {of:>4}\n")
        matched, total = matched + same, total + of
    sys.stdout.write(f"{'answers that match':<24}{matched:>4} of {total:>4}\n")
    return int(matched != total)


def _matching(fixture: Fixture) -> int:
    count = 0
    for case in fixture.cases:
        with tempfile.TemporaryDirectory() as folder:
            count += not fixture.replay(case, Path(folder))
    return count


if __name__ == "__main__":
    sys.exit(main())
