"""The REST API: sessions, versions, envelopes, queries and their pages."""

import gzip

import pytest

from tests.localorg.visitor import V, error

NOT_FOUND = (404, "NOT_FOUND", "The requested resource does not exist")


def test_versions_are_listed_oldest_first_and_need_no_session(visitor):
    body = visitor.send("GET", "/services/data", headers={"Authorization": ""}).json
    assert body[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in body
    assert body[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}


REFUSED = [
    ("GET", "/services/data/v66.0/nothing", NOT_FOUND),
    ("GET", "/services/data/v99.0/query", NOT_FOUND),
    ("GET", "/services/data/v66.1/query", NOT_FOUND),
    ("GET", "/services/data/v²6.0/query", NOT_FOUND),
    ("GET", "/nothing", NOT_FOUND),
    ("GET", f"{V}/sobjects/Nothing", NOT_FOUND),
    ("GET", f"{V}/sobjects/Nothing/describe", NOT_FOUND),
    ("GET", f"{V}/tooling/sobjects/SourceMember/describe", NOT_FOUND),
    ("POST", f"{V}/tooling/sobjects/SetupEntityAccess", NOT_FOUND),
    ("GET", f"{V}/sobjects/Account/001000000000000", NOT_FOUND),
    (
        "GET",
        f"{V}/sobjects/Account/INVALID ID",
        (404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: INVALID ID"),
    ),
    (
        "DELETE",
        f"{V}/sobjects/Account/001000000000000",
        (404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
    ),
    ("GET", f"{V}/query/nonsense", (400, "INVALID_QUERY_LOCATOR", "invalid query locator")),
    ("GET", f"{V}/query", (400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null")),
]


@pytest.mark.parametrize(("method", "path", "expected"), REFUSED)
def test_refusals_have_their_code_text_and_status(visitor, method, path, expected):
    assert error(visitor.send(method, path)) == expected


@pytest.mark.parametrize(("raw", "row"), [("\xc3\xa4", ["\xe4"]), ("\xe4", [])])
def test_a_query_may_come_with_bytes_that_should_have_been_escaped(visitor, raw, row):
    visitor.created("Account", Name="\xe4")
    soql = f"q=SELECT+Name+FROM+Account+WHERE+Name='{raw}'"
    answer = visitor.send("GET", f"{V}/query", environ_overrides={"QUERY_STRING": soql})
    assert [each["Name"] for each in answer.json["records"]] == row


def test_retired_versions_are_gone(visitor):
    assert error(visitor.send("GET", "/services/data/v30.0/query"))[:2] == (410, "GONE")


def test_a_wrong_method_is_told_which_ones_there_are(visitor):
    status, code, _ = error(visitor.send("PUT", f"{V}/sobjects/Account", json={}))
    assert (status, code) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Bearer", "Basic YTpi"])
def test_without_a_live_session_there_is_no_data(visitor, header):
    answer = visitor.send("GET", f"{V}/limits", headers={"Authorization": header})
    assert error(answer) == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_the_scheme_may_be_oauth_too(visitor):
    assert visitor.send("GET", V, headers={"Authorization": f"OAuth {visitor.token}"}).status_code == 200


def test_a_session_is_good_in_its_own_org_only(open_org, visitor):
    elsewhere = open_org("elsewhere")
    assert elsewhere.as_user(visitor.token).send("GET", V).status_code == 401


def test_a_token_without_the_scope_api_is_not_for_rest(visitor):
    visitor.ready(scopes=frozenset({"web", "id"}))
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    expected = (401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
    assert error(user.send("GET", V)) == expected
    assert user.send("GET", "/services/oauth2/userinfo").status_code == 200


def test_a_user_without_api_enabled_gets_a_token_but_no_data(visitor):
    user_id = visitor.ready()
    profile = visitor.id_of("Profile", Name="Minimum Access - Salesforce")
    visitor.send("PATCH", f"{V}/sobjects/User/{user_id}", json={"ProfileId": profile})
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    assert error(user.send("GET", V)) == (403, "API_CURRENTLY_DISABLED", "API is disabled for this User")


@pytest.mark.parametrize("host", ["login.salesforce.com", "test.salesforce.com"])
def test_login_hosts_have_no_data(visitor, host):
    assert error(visitor.send("GET", f"{V}/limits", host=host))[1] == "URL_NOT_RESET"


def test_an_unknown_host_is_a_page_that_is_not_json(visitor):
    answer = visitor.send("GET", V, host="gone.my.salesforce.com")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_calls_are_counted_against_the_daily_allowance(visitor):
    first = visitor.send("GET", V).headers["Sforce-Limit-Info"]
    second = visitor.send("GET", f"{V}/limits")
    assert (first, second.headers["Sforce-Limit-Info"]) == ("api-usage=1/15000", "api-usage=2/15000")
    assert second.json["DailyApiRequests"] == {"Max": 15000, "Remaining": 14999}


def test_json_is_compact_or_in_salesforces_pretty_style(visitor):
    visitor.created("Account", Name="A")
    compact = visitor.query("SELECT count() FROM Account")
    assert compact.text == '{"totalSize":1,"done":true,"records":[]}'
    assert compact.headers["Content-Type"] == "application/json;charset=UTF-8"
    pretty = visitor.send(
        "GET", f"{V}/query", query_string={"q": "SELECT Name FROM Account"}, headers={"X-PrettyPrint": "1"}
    )
    url = f"{V}/sobjects/Account/{visitor.id_of('Account', Name='A')}"
    assert pretty.text == (
        '{\n  "totalSize" : 1,\n  "done" : true,\n  "records" : [ {\n    "attributes" : {\n      "type" : "Account",\n'
        f'      "url" : "{url}"\n    }},\n    "Name" : "A"\n  }} ]\n}}'
    )


@pytest.mark.parametrize("asked", [200, 1])
def test_long_answers_come_in_pages_of_at_least_200_rows(visitor, asked):
    for start in range(0, 450, 150):
        records = [{"attributes": {"type": "Account"}, "Name": f"A{start + n:03d}"} for n in range(150)]
        visitor.send("POST", f"{V}/composite/sobjects", json={"records": records})
    headers = {"Sforce-Query-Options": f"batchSize={asked}"}
    page = visitor.send("GET", f"{V}/query", query_string={"q": "SELECT Name FROM Account"}, headers=headers).json
    sizes = [len(page["records"])]
    while not page["done"]:
        page = visitor.send("GET", page["nextRecordsUrl"], headers=headers).json
        sizes.append(len(page["records"]))
    assert sizes == [200, 200, 50]
    assert page["totalSize"] == 450
    assert page["records"][-1]["Name"] == "A449"


def test_long_answers_are_compressed_for_who_takes_that(visitor):
    path, headers = f"{V}/sobjects", {"Accept-Encoding": "gzip"}
    plain, packed = visitor.send("GET", path), visitor.send("GET", path, headers=headers)
    assert gzip.decompress(packed.data) == plain.data
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in visitor.send("GET", "/services/data/v66.0", headers=headers).headers


def test_a_page_belongs_to_who_asked(visitor):
    records = [{"attributes": {"type": "Account"}, "Name": "A"} for _ in range(201 - 1)]
    for _ in range(2):
        visitor.send("POST", f"{V}/composite/sobjects", json={"records": records})
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = visitor.send("GET", f"{V}/query", query_string={"q": "SELECT Name FROM Account"}, headers=headers).json
    visitor.ready()
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    assert error(user.send("GET", page["nextRecordsUrl"]))[1] == "INVALID_QUERY_LOCATOR"


def test_queries_tell_of_their_columns_where_asked(visitor):
    soql = "SELECT Id, Profile.Name FROM User"
    body = visitor.send("GET", f"{V}/query", query_string={"q": soql, "columns": "true"}).json
    assert (body["entityName"], body["idSelected"], body["keyPrefix"]) == ("User", True, "005")
    assert body["columnMetadata"][1]["columnName"] == "Profile"
    assert body["columnMetadata"][1]["joinColumns"][0]["columnName"] == "Name"


def test_tooling_knows_its_own_objects_only(visitor):
    body = visitor.query("SELECT Id FROM ExtlClntAppOauthPlcyCnfg", "tooling/query").json
    assert list(body) == ["size", "totalSize", "done", "queryLocator", "entityTypeName", "records"]
    answer = visitor.query("SELECT Id FROM Profile", "tooling/query")
    assert error(answer) == (400, "INVALID_TYPE", "sObject type 'Profile' is not supported")


def test_requests_are_remembered_without_their_query(visitor):
    visitor.send("GET", "/services/oauth2/revoke", query_string={"token": "hidden"})
    last = visitor.local.requests()[-1]
    assert (last.method, last.path, last.status, last.refusal) == (
        "GET",
        "/services/oauth2/revoke",
        400,
        "invalid_token",
    )
