"""The local org answers as recorded."""

import pytest

from tests.evidence.replaying import fixtures

CASES = [(fixture, case) for fixture in fixtures() for case in fixture.cases]


@pytest.mark.parametrize(("fixture", "case"), CASES, ids=[f"{each.name}: {case['name']}" for each, case in CASES])
def test_the_answer_is_the_recorded_one(fixture, case, tmp_path):
    assert fixture.replay(case, tmp_path) == []
