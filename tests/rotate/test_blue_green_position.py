"""What comes next in the change to a second app: every walk ends with one app in use, and the other told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.rotate.blue_green_position import BlueGreenPosition, BlueGreenStep, Change, next_step

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MOST_STEPS = 30


def noted(at: BlueGreenPosition, **changes: object) -> BlueGreenPosition:
    assert at.change is not None
    return replace(at, change=replace(at.change, **changes))


def done(at: BlueGreenPosition, step: BlueGreenStep, *, works: bool) -> BlueGreenPosition:
    """The position after a step, as org and store are then."""
    after = {
        BlueGreenStep.BEGIN: lambda: replace(at, change=Change("B", "A", 1, 1, NOW)),
        BlueGreenStep.KEY: lambda: noted(at, generation=2),
        BlueGreenStep.CREDENTIALS: lambda: noted(at, credentials=2),
        BlueGreenStep.CREATE: lambda: replace(at, exists=True),
        BlueGreenStep.PROVE: lambda: replace(at, proved=works),
        BlueGreenStep.TURN_BACK: lambda: noted(at, back=True),
        BlueGreenStep.DELIVER: lambda: noted(at, delivered="by a test"),
        BlueGreenStep.ADOPT: lambda: replace(at, adopted=True, returned=False),
        BlueGreenStep.PROVE_FIRST: lambda: replace(at, first_proved=True),
        BlueGreenStep.RETURN: lambda: replace(at, adopted=False, returned=True),
        BlueGreenStep.DELETE: lambda: replace(at, exists=False),
    }
    return after[step]()


@given(works=st.booleans(), interrupted=st.sets(st.integers(0, 12)), back_at=st.none() | st.integers(1, 9))
def test_every_walk_ends_with_one_app_in_use(works: bool, interrupted: set[int], back_at: int | None) -> None:
    at = BlueGreenPosition(None, exists=False, adopted=False, returned=True)
    for number in range(MOST_STEPS):
        if number == back_at and at.change is not None:
            at = noted(at, back=True, asked_back=True)
        step = next_step(at)
        if step in {BlueGreenStep.FINISH, BlueGreenStep.FORGET}:
            break
        at = done(at, step, works=works)
        if number in interrupted:
            at = replace(at, proved=None, first_proved=False)
    else:
        pytest.fail("the walk does not end")
    assert at.adopted is not at.returned
    assert at.exists is at.adopted, "a second app that is not used is not left behind"
    if not works:
        assert at.returned


@given(exists=st.booleans(), proved=st.sampled_from([None, True, False]), delivered=st.booleans())
def test_nothing_is_adopted_that_is_not_there_and_proved(exists: bool, proved: bool | None, delivered: bool) -> None:
    change = Change("B", "A", 1, 1, NOW, 2, 2, "somehow" if delivered else None)
    at = BlueGreenPosition(change, exists=exists, adopted=False, returned=True, proved=proved)
    if next_step(at) is BlueGreenStep.ADOPT:
        assert exists
        assert proved
        assert delivered


@given(returned=st.booleans(), delivered=st.booleans())
def test_a_second_app_that_was_handed_out_stays_until_this_run_got_tokens_with_the_first(
    returned: bool, delivered: bool
) -> None:
    change = Change("B", "A", 1, 1, NOW, 2, 2, "somehow" if delivered else None, back=True, asked_back=True)
    at = BlueGreenPosition(change, exists=True, adopted=not returned, returned=returned)
    assert (next_step(at) is BlueGreenStep.PROVE_FIRST) is delivered
    assert next_step(replace(at, first_proved=True)) is (BlueGreenStep.DELETE if returned else BlueGreenStep.RETURN)
