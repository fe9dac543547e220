"""Token and identity endpoints answer as recorded."""

import pytest

from tests.evidence.rest_asking import cases, replay

CASES = cases("oauth_tokens", "oauth_refusals", "oauth_identity")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answer_is_the_recorded_one(case, tmp_path):
    assert replay(case, tmp_path) == []
