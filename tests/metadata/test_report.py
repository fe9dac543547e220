"""Findings as people, scripts and code-scanning services read them."""

import json

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


def test_sarif_without_findings_is_a_run_without_results():
    (run,) = as_sarif([], tool_version="1")["runs"]
    assert run["results"] == []
