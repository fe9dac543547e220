"""The REST API answers as recorded."""

import pytest

from tests.evidence.rest_asking import cases, replay

CASES = cases("rest_session", "rest_query", "rest_records", "rest_composite")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answer_is_the_recorded_one(case, tmp_path):
    assert replay(case, tmp_path) == []
