"""Every collected answer is replayed, or is a difference that the documentation gives a reason for."""

import json

import pytest

from tests.conftest import SHARED
from tests.evidence.page import GRADES, differences
from tests.evidence.replaying import fixtures

EVIDENCE = SHARED / "evidence"
CASES = [(fixture, case) for fixture in fixtures() for case in fixture.cases]
KNOWN = tuple(known for each in (*(case for _, case in CASES), *differences()) for known in each["evidence"])
RECORDINGS = (
    "cumulusci_rest_cassettes",
    "oauth_endpoints",
    "rest_deploy_and_oauth_credentials",
    "rest_errors_and_misc",
    "restforce_fixtures",
    "soap_metadata",
    "soap_partner",
)


def collected(*path):
    found = EVIDENCE.joinpath(*path)
    if not found.exists():
        pytest.skip("the collected evidence is not here")
    return json.loads(found.read_text())


def test_every_collected_error_is_replayed_or_a_known_difference():
    errors = [f"{entry['error']}: {entry['error_description']}" for entry in collected("ERRORS.json")]
    assert [error for error in errors if not error.startswith(KNOWN)] == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recording_is_replayed_or_a_known_difference(name):
    items = collected("recordings", f"{name}.json")["items"]
    assert [number for number in range(len(items)) if f"{name} {number}" not in KNOWN] == []


def test_cases_have_names_of_their_own_and_say_where_they_are_known_from():
    names = [case["name"] for _, case in CASES]
    assert sorted(names) == sorted(set(names))
    assert all(case["source"] for _, case in CASES)
    assert {case["confidence"] for _, case in CASES} <= set(GRADES)


@pytest.mark.parametrize(("fixture", "case"), CASES[::7], ids=[case["name"] for _, case in CASES[::7]])
def test_a_wrong_expectation_is_noticed(fixture, case, tmp_path):
    expected = {"problems": [{"problem": "other"}]} if "problems" in case else {"body": {"other": "x"}}
    assert fixture.replay({**case, **expected}, tmp_path)
