"""What people and programs paste is understood, whatever it comes wrapped in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.diagnose.catalogue import entries
from provision.diagnose.matching import explain, nearest
from provision.diagnose.sayings import Saying, sayings

NOT_APPROVED = "user hasn't approved this consumer"

DEPLOY_RESULT = {
    "id": "0Af000000000001AAA",
    "deployResult": {
        "success": False,
        "errorMessage": None,
        "details": {
            "componentSuccesses": [{"fullName": "X", "problem": "You cannot provide a Consumer Key"}],
            "componentFailures": [
                {
                    "componentType": "PermissionSet",
                    "fullName": "Data",
                    "problemType": "Error",
                    "problem": "Unknown user permission: ApiOnlyUser",
                },
                {
                    "componentType": "ConnectedApp",
                    "fullName": "App",
                    "problemType": "Error",
                    "problem": "The consumer key is already taken.",
                },
            ],
        },
    },
}

SF_ERROR = {
    "name": "JwtAuthError",
    "message": f"Error authenticating with JWT.\nErrors encountered:\n{NOT_APPROVED} [audience=https://x login=https://x]",
    "exitCode": 1,
    "actions": ["invalid assertion"],
    "context": "LoginJwt",
    "stack": "JwtAuthError: audience is invalid",
    "code": "JwtAuthError",
    "status": 1,
}

FAULT = """<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body><soapenv:Fault><faultcode>sf:INSUFFICIENT_ACCESS</faultcode>
<faultstring>INSUFFICIENT_ACCESS: insufficient access rights on cross-reference id</faultstring></soapenv:Fault>
</soapenv:Body></soapenv:Envelope>"""


SIMPLE_SALESFORCE = (
    "Malformed request https://x/query/?q=SELECT. Response content: [{'message': \"\\nSELECT Nme FROM Account\\n"
    "       ^\\nERROR at Row:1:Column:8\\nNo such column 'Nme' on entity 'Account'. If you are\", "
    "'errorCode': 'INVALID_FIELD'}]"
)

MISPLACED = (
    "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}isJwtBearerFlowEnabled invalid at this "
    "location in type ExtlClntAppGlobalOauthSettings (12:5)"
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (NOT_APPROVED, ["jwt-user-not-approved"]),
        ("user hasn\u2019t approved this consumer", ["jwt-user-not-approved"]),
        ("USER HASN'T  APPROVED\n THIS CONSUMER", ["jwt-user-not-approved"]),
        (json.dumps({"error": "invalid_grant", "error_description": NOT_APPROVED}), ["jwt-user-not-approved"]),
        (
            '{"error":"invalid_grant","error_description":"user hasn\\u0027t approved this consumer"}',
            ["jwt-user-not-approved"],
        ),
        (f"SalesforceAuthenticationFailed: invalid_grant: {NOT_APPROVED}", ["jwt-user-not-approved"]),
        (f"Error: {NOT_APPROVED}\n    at OAuth2.requestToken (oauth2.js:1)", ["jwt-user-not-approved"]),
        (
            "https://localhost:1717/OauthRedirect?error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin",
            ["app-blocked"],
        ),
        (
            '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
            ["rest-invalid-session"],
        ),
        (
            SIMPLE_SALESFORCE,
            ["soql-no-column"],
        ),
        (json.dumps(DEPLOY_RESULT), ["ps-unknown-permission", "ca-key-taken"]),
        (json.dumps(SF_ERROR), ["jwt-user-not-approved", "sbx-cli-audience"]),
        (f"Warning: something\n{json.dumps(SF_ERROR, indent=2)}", ["jwt-user-not-approved", "sbx-cli-audience"]),
        (FAULT, ["eca-permission-missing"]),
        (
            MISPLACED,
            ["eca-invalid-location"],
        ),
        (
            "In field: oauthClientCredentialUser - no User named bot@acme.example found",
            ["deploy-no-user"],
        ),
        ("app_not_found", ["eca-app-not-found"]),
        ("<html><head><title>Error Page</title></head></html>", ["net-html"]),
    ],
)
def test_it_is_found_in_whatever_it_comes_in(said: str, expected: list[str]) -> None:
    assert [match.entry.id for match in explain(said)] == expected


@pytest.mark.parametrize("said", ["session", "user", "app", "certificate", "invalid", "deploy"])
def test_a_word_that_says_too_little_explains_nothing_and_is_near_to_something(said: str) -> None:
    assert explain(said) == ()
    assert nearest(said)


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("user has not aproved this consumer", "jwt-user-not-approved"),
        ("invalid asertion", "jwt-invalid-assertion"),
        ("client identifer invalid", "jwt-unknown-client"),
        ("audience invalid", "jwt-audience-invalid"),
        ("cannot provide consumer key", "ca-key-not-allowed"),
        ("invalid_clientid", "jwt-unknown-client"),
    ],
)
def test_small_mistakes_are_forgiven(said: str, first: str) -> None:
    assert explain(said)[0].entry.id == first


@pytest.mark.parametrize(
    "said",
    ["", "hello world", "how do I bake bread", "the moon is blue", "the sky is green today", "{}", "[]", "\x00", "404"],
)
def test_what_is_not_known_is_not_made_up(said: str) -> None:
    assert explain(said) == ()


def test_a_code_shows_all_that_it_can_mean() -> None:
    found = {match.entry.id for match in explain("invalid_grant")}
    assert found == {item.id for item in entries() if "invalid_grant" in item.codes}


def test_what_succeeded_is_not_explained() -> None:
    said = [saying.text for saying in sayings(json.dumps(DEPLOY_RESULT))]
    assert "You cannot provide a Consumer Key" not in said


def test_a_code_keeps_no_prefix() -> None:
    assert sayings(FAULT)[0] == Saying(
        "INSUFFICIENT_ACCESS: insufficient access rights on cross-reference id", "INSUFFICIENT_ACCESS"
    )


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_pasted_has_an_answer_or_none(text: str) -> None:
    explain(text)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "message", "code", "problem", "details", "x"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_json_is_pasted_has_an_answer_or_none(document: object) -> None:
    explain(json.dumps(document))
