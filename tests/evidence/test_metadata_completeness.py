"""Every collected answer of the Metadata API is replayed, or is a difference that the documentation explains."""

import json
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.evidence.metadata_asking import FIXTURES, cases, replay

EVIDENCE = SHARED / "evidence"
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "local-org-metadata.md"
RECORDINGS = ("soap_metadata", "rest_deploy_and_oauth_credentials")
ENDPOINTS = ("Soap/m/", "SOAP on login host", "deploy", "retrieve", "apps/oauth")
CASES = cases("metadata_soap", "metadata_rest", "metadata_refusals")
DIFFERENCES = json.loads((FIXTURES / "metadata_differences.json").read_text())
KNOWN = [known for each in (*CASES, *DIFFERENCES) for known in each["evidence"]]


def collected(*path):
    found = EVIDENCE.joinpath(*path)
    if not found.exists():
        pytest.skip("the collected evidence is not here")
    return json.loads(found.read_text())


def test_every_collected_error_is_replayed_or_a_known_difference():
    errors = [
        f"{entry['error']}: {entry['error_description']}"
        for entry in collected("ERRORS.json")
        if any(word in entry["endpoint"] for word in ENDPOINTS)
    ]
    assert [error for error in errors if not any(error.startswith(known) for known in KNOWN)] == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recording_is_replayed_or_a_known_difference(name):
    items = collected("recordings", f"{name}.json")["items"]
    assert [number for number in range(len(items)) if f"{name} {number}" not in KNOWN] == []


def test_cases_have_names_of_their_own_and_say_where_they_are_known_from():
    names = [case["name"] for case in CASES]
    assert sorted(names) == sorted(set(names))
    assert all(case["source"] for case in CASES)
    assert {case["confidence"] for case in CASES} <= {"recorded", "documented", "thread", "inferred"}


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each["subject"])
def test_the_documentation_tells_every_difference(difference):
    text = " ".join(DOCUMENT.read_text().split())
    assert f"**{difference['subject']}.** {difference['reason']}" in text


def test_the_documentation_tells_how_many_answers_are_replayed():
    counts = {grade: sum(case["confidence"] == grade for case in CASES) for grade in ("recorded", "documented")}
    text = " ".join(DOCUMENT.read_text().split())
    assert f"{len(CASES)} answers, {counts['recorded']} of them recorded, {counts['documented']} documented" in text


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case["name"])
def test_a_wrong_expectation_is_noticed(case, tmp_path):
    expected = {"problems": [{"problem": "other"}]} if "problems" in case else {"body": {"other": "x"}}
    assert replay({**case, **expected}, tmp_path)
