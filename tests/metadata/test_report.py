"""Findings as people, scripts and code-scanning services read them."""

import json
from dataclasses import replace

import pytest

from provision.metadata.lint import FileFinding
from provision.metadata.report import as_json, as_sarif, as_text
from provision.metadata.rules import RULES

FULL = FileFinding("full-scope", "warning", "a dir/App.connectedApp", 5, 9, "the scope is Full", "Name the scopes")
SECRET = FileFinding("secret-in-source", "error", "b\\App.xml", 7, 1, "consumerSecret is written down", "Remove it")


def test_text_has_a_line_that_editors_can_jump_to_and_the_remedy():
    assert as_text([FULL]) == (
        "a dir/App.connectedApp:5:9: warning: the scope is Full [full-scope]\n    Name the scopes\n"
    )
    assert as_text([]) == ""


def test_json_has_every_field():
    assert as_json([FULL]) == [
        {
            "rule": "full-scope",
            "severity": "warning",
            "file": "a dir/App.connectedApp",
            "line": 5,
            "column": 9,
            "message": "the scope is Full",
            "remedy": "Name the scopes",
        }
    ]


def test_sarif_names_tool_rules_and_places():
    log = json.loads(json.dumps(as_sarif([SECRET, FULL, FULL], tool_version="1.2.3")))
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert log["version"] == "2.1.0"
    assert (driver["name"], driver["version"]) == ("provision", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["full-scope", "secret-in-source"]
    assert driver["rules"][0]["shortDescription"] == {"text": RULES["full-scope"].summary}
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["results"][0]["level"] == "error"
    assert [result["locations"][0]["physicalLocation"] for result in run["results"][:2]] == [
        {"artifactLocation": {"uri": "b/App.xml"}, "region": {"startLine": 7, "startColumn": 1}},
        {"artifactLocation": {"uri": "a%20dir/App.connectedApp"}, "region": {"startLine": 5, "startColumn": 9}},
    ]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("./a b/X.connectedApp", "a%20b/X.connectedApp"),
        ("../X.connectedApp", "../X.connectedApp"),
        ("/srv/é/X.connectedApp", "file:///srv/%C3%A9/X.connectedApp"),
        ("odd:name.xml", "odd%3Aname.xml"),
    ],
)
def test_sarif_names_files_by_uri(file, uri):
    (run,) = as_sarif([replace(FULL, file=file)], tool_version="1")["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_sarif_has_what_its_schema_requires_and_nothing_it_does_not_know():
    """By the JSON schema of SARIF 2.1.0 (OASIS), whose objects are closed."""
    log = as_sarif([SECRET, FULL], tool_version="1")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert set(log) == {"$schema", "version", "runs"}
    assert {"tool"} <= set(run) <= {"tool", "results", "columnKind"}
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert {"name"} <= set(driver) <= {"name", "version", "informationUri", "rules"}
    for rule in driver["rules"]:
        assert {"id"} <= set(rule) <= {"id", "shortDescription", "help", "defaultConfiguration"}
        assert set(rule["shortDescription"]) == set(rule["help"]) == {"text"}
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    for result in run["results"]:
        assert {"message"} <= set(result) <= {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert result["level"] in {"none", "note", "warning", "error"}
        region = result["locations"][0]["physicalLocation"]["region"]
        assert min(region["startLine"], region["startColumn"]) >= 1


def test_sarif_without_findings_is_a_run_without_results():
    (run,) = as_sarif([], tool_version="1")["runs"]
    assert run["results"] == []
