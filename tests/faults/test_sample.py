"""A sample of `make faults`: rotations cut off at points all along their way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.cases import World
from tests.faults.scenarios import SCENARIOS

CASES = 6
"""Of each scenario; all of them are in `make faults`."""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_some_stored_key_always_works_and_one_rerun_ends_it(tmp_path: Path, scenario) -> None:
    world = World(scenario, tmp_path)
    cases = world.cases()
    assert {case.how for case in cases} == {"killed", "dropped"}
    assert len(cases) > 50, "the points of a rotation are no longer seen"
    step = len(cases) / CASES
    sample = [cases[int((number + 0.5) * step)] for number in range(CASES)]
    assert [f"{case}: {problem}" for case in sample if (problem := world.judge(case)) is not None] == []
