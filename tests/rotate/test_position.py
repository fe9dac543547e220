"""What comes next, from org, store and proof: no walk leads anywhere but to its end, from wherever it was left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.keys.generate import generate_private_key
from provision.keys.issue import issue
from provision.model.rotation import Strategy
from provision.rotate.position import Marker, Position, Step, candidate, next_step
from provision.store.protocol import KeyGeneration, State

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD_KEY, NEW_KEY = generate_private_key(2048), generate_private_key(2048)
OLD = issue(OLD_KEY, "app", NOW - timedelta(days=300), 365)
RENEWED = issue(OLD_KEY, "app", NOW, 365)
NEW = issue(NEW_KEY, "app", NOW, 365)
STEPS_AT_MOST = 9


def position(strategy: Strategy = Strategy.IN_PLACE, **fields: object) -> Position:
    whole = Position(strategy, (KeyGeneration(1, OLD, State.CURRENT),), OLD, NOW)
    return replace(whole, **fields)  # type: ignore[arg-type]


def staged(strategy: Strategy) -> Position:
    certificate = RENEWED if strategy is Strategy.RENEW else NEW
    generations = (KeyGeneration(1, OLD, State.CURRENT), KeyGeneration(2, certificate, State.STAGED))
    return position(strategy, generations=generations)


def done(at: Position, step: Step, *, works: bool) -> Position:  # noqa: PLR0911 -- one for each step
    """The position after a step, as the acts leave it."""
    marker = at.marker
    match step:
        case Step.STAGE:
            return staged(at.strategy)
        case Step.BEGIN:
            return replace(at, marker=Marker(at.strategy, 2, 1, at.deployed, NOW))
        case Step.DELIVER:
            assert marker is not None
            return replace(at, marker=replace(marker, delivered="by a test"))
        case Step.SWITCH:
            assert at.target_certificate is not None
            return replace(at, deployed=at.target_certificate, proved=None)
        case Step.PROVE:
            return replace(at, proved=works or at.deployed == OLD)
        case Step.TURN_BACK:
            assert marker is not None
            return replace(at, marker=replace(marker, back=True), proved=None)
        case Step.ADOPT:
            assert at.target is not None
            return replace(at, generations=_current(at, at.target.number))
        case Step.FINISH:
            return replace(at, marker=None)


def _current(at: Position, number: int) -> tuple[KeyGeneration, ...]:
    def state(one: KeyGeneration) -> State:
        if one.number == number:
            return State.CURRENT
        return State.STAGED if one.number > number else State.ARCHIVED

    return tuple(replace(one, state=state(one)) for one in at.generations)


@given(
    strategy=st.sampled_from([Strategy.RENEW, Strategy.IN_PLACE]),
    works=st.booleans(),
    interrupted=st.sets(st.integers(0, STEPS_AT_MOST)),
    back_at=st.none() | st.integers(0, STEPS_AT_MOST),
)
def test_every_walk_ends_with_the_app_holding_the_current_certificate(
    strategy: Strategy, works: bool, interrupted: set[int], back_at: int | None
) -> None:
    """Also where it is cut off after any steps, which loses what was proved, and where somebody asks it back."""
    at = position(strategy)
    for number in range(3 * STEPS_AT_MOST):
        if at.marker is not None and number == back_at and not at.marker.back:
            at = replace(at, marker=replace(at.marker, back=True, asked_back=True), proved=None)
        step = next_step(at)
        assert step is not None
        at = done(at, step, works=works)
        if step is Step.FINISH:
            break
        if number in interrupted:
            at = replace(at, proved=None)
    else:
        pytest.fail("the walk does not end")
    [current] = [one for one in at.generations if one.is_current]
    assert at.deployed == current.certificate
    if not works:
        assert current.certificate == OLD


@given(
    strategy=st.sampled_from([Strategy.RENEW, Strategy.IN_PLACE]),
    deployed_new=st.booleans(),
    current=st.integers(1, 2),
    delivered=st.booleans(),
    back=st.booleans(),
    proved=st.sampled_from([None, True, False]),
)
def test_nothing_is_switched_before_delivery_or_adopted_before_its_proof(
    strategy: Strategy, deployed_new: bool, current: int, delivered: bool, back: bool, proved: bool | None
) -> None:
    begun = staged(strategy)
    new = begun.generations[1].certificate
    marker = Marker(strategy, 2, 1, OLD, NOW, "somehow" if delivered else None, back=back)
    at = replace(begun, marker=marker, proved=proved, deployed=new if deployed_new else OLD)
    at = replace(at, generations=_current(at, current))
    step = next_step(at)
    if step is Step.SWITCH and not back:
        assert delivered
    if step in {Step.ADOPT, Step.FINISH}:
        assert proved
        assert at.deployed == at.target_certificate
    if step is None:
        assert back
        assert proved is False


def test_a_staged_key_pair_is_taken_before_a_new_one_is_made() -> None:
    assert next_step(position()) is Step.STAGE
    assert next_step(staged(Strategy.IN_PLACE)) is Step.BEGIN


def test_to_renew_takes_only_the_same_key_and_otherwise_only_another() -> None:
    assert candidate(replace(staged(Strategy.IN_PLACE), strategy=Strategy.RENEW)) is None
    assert candidate(replace(staged(Strategy.RENEW), strategy=Strategy.IN_PLACE)) is None


@pytest.mark.parametrize(
    "certificate",
    [
        issue(NEW_KEY, "app", NOW - timedelta(days=40), 30),
        issue(NEW_KEY, "app", NOW + timedelta(days=1), 30),
    ],
    ids=["expired", "not yet valid"],
)
def test_what_is_not_valid_now_is_not_put_on_the_app(certificate) -> None:
    generations = (KeyGeneration(1, OLD, State.CURRENT), KeyGeneration(2, certificate, State.STAGED))
    assert candidate(position(generations=generations)) is None


@pytest.mark.parametrize("days", [30, 65, 3650], ids=["ends earlier", "ends with it", "ends later"])
def test_a_renewed_certificate_is_taken_whenever_it_ends(days: int) -> None:
    generations = (
        KeyGeneration(1, OLD, State.CURRENT),
        KeyGeneration(2, issue(OLD_KEY, "app", NOW, days), State.STAGED),
    )
    at = position(Strategy.RENEW, generations=generations)
    assert next_step(at) is Step.BEGIN


def test_a_key_pair_that_was_made_current_elsewhere_is_put_on_the_app() -> None:
    generations = (KeyGeneration(1, OLD, State.ARCHIVED), KeyGeneration(2, NEW, State.CURRENT))
    found = candidate(position(generations=generations))
    assert found is not None
    assert found.number == 2


def test_a_certificate_that_somebody_else_gave_the_app_is_noticed() -> None:
    begun = staged(Strategy.IN_PLACE)
    marker = Marker(Strategy.IN_PLACE, 2, 1, OLD, NOW)
    assert not replace(begun, marker=marker).stray
    assert replace(begun, marker=marker, deployed=RENEWED).stray
