"""What a document gets wrong, where, and for which API version."""

import pytest

from provision.metadata.check import check
from provision.metadata.problem import Problem
from provision.model.metadata import Document, Value

OAUTH: dict[str, Value] = {"callbackUrl": "https://a.example"}


def app(config: dict[str, Value] | None = None, /, **fields: Value) -> Document:
    oauth = {} if config is None else {"oauthConfig": {**OAUTH, **config}}
    return Document("ConnectedApp", {"label": "A", "contactEmail": "a@acme.example", **oauth, **fields})


def found(document: Document, api_version: str = "67.0") -> list[tuple[str, str]]:
    return [(problem.rule, problem.path) for problem in check(document, api_version)]


def policy(**fields: Value) -> Document:
    return Document("ExtlClntAppOauthConfigurablePolicies", {"externalClientApplication": "A", **fields})


RIGHT = [
    app(),
    app({"isAdminApproved": "true", "scopes": ("Api", "Web")}, permissionSetName=("A",)),
    app(
        {"isAdminApproved": "1", "consumerKey": "k", "isClientCredentialEnabled": "1", "oauthClientCredentialUser": "u"}
    ),
    app(permissionSetName=("",), profileName=()),
    app(sessionPolicy={"sessionTimeout": "-15"}),
    policy(isClientCredentialsFlowEnabled="true", clientCredentialsFlowUser="u"),
    policy(isClientCredentialsFlowEnabled="false"),
    policy(refreshTokenPolicyType="SpecificLifetime", refreshTokenValidityPeriod="90", refreshTokenValidityUnit="Days"),
    policy(refreshTokenPolicyType="Infinite"),
]

WRONG = [
    (app(lable="x"), "unknown-element", "lable", "ConnectedApp has no element lable (did you mean label?)"),
    (app({"Scopes": "x"}), "unknown-element", "oauthConfig.Scopes", "(did you mean scopes?)"),
    (app(zzzzzz="x"), "unknown-element", "zzzzzz", "ConnectedApp has no element zzzzzz"),
    (app(label=("A", "B")), "not-repeatable", "label", "only once, not 2 times"),
    (
        app({"scopes": ("Api", "Wbe")}),
        "not-allowed",
        "oauthConfig.scopes[2]",
        "'Wbe' is not allowed (did you mean Web?)",
    ),
    (app({"scopes": ("api",)}), "not-allowed", "oauthConfig.scopes", "(did you mean Api?); allowed: Basic, Api, Web"),
    (app({"isAdminApproved": "True"}), "not-boolean", "oauthConfig.isAdminApproved", "'True' is neither"),
    (app({"isAdminApproved": ""}), "not-boolean", "oauthConfig.isAdminApproved", "'' is neither"),
    (app(sessionPolicy={"sessionTimeout": "15m"}), "not-integer", "sessionPolicy.sessionTimeout", "'15m'"),
    (app(sessionPolicy={"sessionTimeout": "१५"}), "not-integer", "sessionPolicy.sessionTimeout", "whole number"),
    (app(oauthConfig={}), "required", "oauthConfig", "ConnectedAppOauthConfig needs callbackUrl"),
    (app(ipRanges=({"start": "1", "end": "2"}, {"start": "1"})), "required", "ipRanges[2]", "needs end"),
    (Document("ConnectedApp", {"label": "A"}), "required", "", "ConnectedApp needs contactEmail"),
    (app(oauthConfig="x"), "elements-expected", "oauthConfig", "must hold elements"),
    (app(description={"p": "x"}), "text-expected", "description", "must hold text"),
    (app({"isDPopEnabled": "true"}), "too-new", "oauthConfig.isDPopEnabled", "exists since API v68, not in v67"),
    (app({"scopes": ("A2A",)}), "too-new", "oauthConfig.scopes", "'A2A' exists since API v68, not in v67"),
    (policy(isNamedUserJwtEnabled="true"), "retired", "isNamedUserJwtEnabled", "existed until API v63, not in v67"),
    (app(permissionSetName=("A",)), "needs", "permissionSetName", "needs oauthConfig.isAdminApproved to be true"),
    (app({"isAdminApproved": "false"}, profileName=("A",)), "needs", "profileName", "isAdminApproved"),
    (
        app({"oauthClientCredentialUser": "u", "consumerKey": "k"}),
        "needs",
        "oauthConfig.oauthClientCredentialUser",
        "isClientCredentialEnabled",
    ),
    (
        app({"oauthClientCredentialUser": "u", "isClientCredentialEnabled": "true"}),
        "needs",
        "oauthConfig.oauthClientCredentialUser",
        "needs a consumerKey",
    ),
    (policy(clientCredentialsFlowUser="u"), "needs", "clientCredentialsFlowUser", "isClientCredentialsFlowEnabled"),
    (policy(isClientCredentialsFlowEnabled="true"), "needs", "isClientCredentialsFlowEnabled", "FlowUser"),
    (
        policy(refreshTokenPolicyType="SpecificInactivity", refreshTokenValidityUnit="Days"),
        "needs",
        "refreshTokenPolicyType",
        "needs refreshTokenValidityPeriod",
    ),
]


@pytest.mark.parametrize("document", RIGHT)
def test_what_is_right_has_no_problem(document):
    assert check(document, "67.0") == ()


@pytest.mark.parametrize(("document", "rule", "path", "message"), WRONG, ids=[f"{row[1]}-{row[2]}" for row in WRONG])
def test_each_mistake_is_named_with_its_place(document, rule, path, message):
    problems = check(document, "67.0")
    assert [(problem.rule, problem.path) for problem in problems] == [(rule, path)]
    assert message in problems[0].message


def test_all_mistakes_are_reported_at_once():
    document = app({"scopes": ("X",), "isAdminApproved": "maybe"}, lable="x")
    assert found(document) == [
        ("not-allowed", "oauthConfig.scopes"),
        ("not-boolean", "oauthConfig.isAdminApproved"),
        ("unknown-element", "lable"),
    ]


def test_the_same_document_is_judged_by_the_version_of_the_deploy():
    document = app({"isClientCredentialEnabled": "true"})
    assert found(document, "56.0") == []
    assert found(document, "55.0") == [("too-new", "oauthConfig.isClientCredentialEnabled")]


def test_a_type_is_judged_by_the_version_too():
    document = Document("ExtlClntAppOauthSecuritySettings", {"externalClientApplication": "A"})
    assert found(document, "66.0") == []
    assert ("too-new", "") in found(document, "65.0")


def test_an_element_required_only_later_is_not_missed_before():
    scope = {"dataspaceScope": "default"}
    document = Document("PermissionSet", {"label": "A", "dataspaceScopes": (scope,)})
    assert found(document, "61.0") == []
    assert ("required", "dataspaceScopes") in found(document, "62.0")


def test_what_salesforces_own_samples_leave_out_is_only_a_warning():
    (problem,) = check(app(oauthPolicy={"refreshTokenPolicy": "zero"}), "67.0")
    assert problem == Problem("warning", "required", "oauthPolicy", "ConnectedAppOauthPolicy needs ipRelaxation")


def test_a_type_that_is_not_known_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        check(Document("CustomObject", {}), "67.0")
    with pytest.raises(ValueError, match="API version"):
        check(app(), "latest")
