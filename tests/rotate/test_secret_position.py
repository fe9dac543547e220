"""What comes next in the rotation of a secret: every walk ends with both sides agreeing on the pair in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.model.secret import Secret
from provision.rotate.secret_position import SecretMarker, SecretPosition, SecretStep, next_step
from provision.store.protocol import Credentials, CredentialsGeneration, State

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD = CredentialsGeneration(1, Credentials("old", Secret("old-secret")), State.CURRENT)
NEW = CredentialsGeneration(2, Credentials("new", Secret("new-secret")), State.STAGED)
MOST_STEPS = 30


def begun() -> SecretPosition:
    return SecretPosition("old", None, None, (OLD,))


def marked(at: SecretPosition, **changes: object) -> SecretPosition:
    assert at.marker is not None
    return replace(at, marker=replace(at.marker, **changes))


def done(at: SecretPosition, step: SecretStep, *, works: bool) -> SecretPosition:  # noqa: C901, PLR0911 -- each step
    """The position after a step, as org and store are then."""
    match step:
        case SecretStep.BEGIN:
            return replace(at, marker=SecretMarker("old", NOW))
        case SecretStep.STAGE:
            return replace(at, staged_key="new", staged_state="active")
        case SecretStep.KEEP:
            return replace(marked(at, generation=2, consumer_key="new"), stored=(OLD, NEW))
        case SecretStep.PROVE_STAGED:
            return replace(at, staged_proved=works)
        case SecretStep.DELIVER:
            return marked(at, delivered="by a test")
        case SecretStep.PROMOTE:
            return replace(at, current_key="new", staged_key="old", staged_state="rotated")
        case SecretStep.PROVE:
            return replace(at, proved=True)
        case SecretStep.ADOPT:
            return replace(at, stored=(replace(OLD, state=State.ARCHIVED), replace(NEW, state=State.CURRENT)))
        case SecretStep.TURN_BACK:
            return marked(at, back=True)
        case SecretStep.UNSTAGE:
            return replace(at, staged_key=None, staged_state=None)
        case SecretStep.FINISH:
            return at


@given(works=st.booleans(), interrupted=st.sets(st.integers(0, 12)), lapses_at=st.none() | st.integers(2, 6))
def test_every_walk_ends_and_leaves_no_pair_staged(works: bool, interrupted: set[int], lapses_at: int | None) -> None:
    at = begun()
    for number in range(MOST_STEPS):
        step = next_step(at)
        assert step is not None
        if step is SecretStep.FINISH:
            break
        at = done(at, step, works=works)
        if number in interrupted:
            at = replace(at, staged_proved=None, proved=None)
        if number == lapses_at and at.staged_state == "active":
            at = replace(at, staged_state="expired")
    else:
        pytest.fail("the walk does not end")
    assert at.staged_state in {None, "rotated"}
    [current] = [one.credentials.consumer_key for one in at.stored if one.state is State.CURRENT]
    assert current == at.current_key
    if not works:
        assert current == "old"


@given(
    staged=st.sampled_from([(None, None), ("new", "active"), ("new", "expired"), ("other", "active")]),
    kept=st.booleans(),
    proved=st.sampled_from([None, True, False]),
    delivered=st.booleans(),
)
def test_nothing_is_promoted_that_is_not_stored_proved_and_delivered(
    staged: tuple[str | None, str | None], kept: bool, proved: bool | None, delivered: bool
) -> None:
    marker = SecretMarker("old", NOW, 2 if kept else None, "new" if kept else None, "somehow" if delivered else None)
    at = SecretPosition("old", *staged, (OLD, NEW) if kept else (OLD,), marker, staged_proved=proved)
    if next_step(at) is SecretStep.PROMOTE:
        assert kept
        assert proved
        assert delivered
        assert staged == ("new", "active")


def test_a_pair_that_somebody_else_made_the_first_one_is_noticed() -> None:
    marker = SecretMarker("old", NOW, 2, "new")
    assert SecretPosition("third", None, None, (OLD, NEW), marker).stray
    assert not SecretPosition("new", "old", "rotated", (OLD, NEW), marker).stray


def test_a_promoted_pair_that_gets_no_token_is_no_end() -> None:
    marker = SecretMarker("old", NOW, 2, "new", "by a test")
    assert next_step(SecretPosition("new", "old", "rotated", (OLD, NEW), marker, proved=False)) is None


@pytest.mark.parametrize(("staged", "step"), [("new", SecretStep.UNSTAGE), ("foreign", SecretStep.FINISH)])
def test_only_our_own_staged_pair_is_deleted(staged: str, step: SecretStep) -> None:
    marker = SecretMarker("old", NOW, 2, "new", back=True)
    assert next_step(SecretPosition("old", staged, "active", (OLD, NEW), marker)) is step
