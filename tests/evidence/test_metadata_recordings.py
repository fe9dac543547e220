"""The Metadata API and the resources of OAuth apps answer as recorded."""

import pytest

from tests.evidence.metadata_asking import cases, replay

CASES = cases("metadata_soap", "metadata_rest", "metadata_refusals")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_answer_is_the_recorded_one(case, tmp_path):
    assert replay(case, tmp_path) == []
