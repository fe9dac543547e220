"""Several records or calls in one request."""

import pytest

from tests.localorg.visitor import V, error


@pytest.mark.parametrize(("every", "left"), [(False, [("A",)]), (True, [])])
def test_collections_keep_the_good_records_unless_all_or_none(visitor, every, left):
    records = [{"attributes": {"type": "Account"}, "Name": "A"}, {"attributes": {"type": "Account"}}]
    answer = visitor.send("POST", f"{V}/composite/sobjects", json={"allOrNone": every, "records": records})
    assert answer.status_code == 200
    first, second = answer.json
    assert second["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert first["success"] is not every
    if every:
        assert first["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert visitor.values("SELECT Name FROM Account") == left


def test_collections_update_upsert_and_delete(visitor):
    account = visitor.created("Account", Name="A")
    record = {"attributes": {"type": "Account"}, "Id": account, "Name": "B"}
    assert visitor.send("PATCH", f"{V}/composite/sobjects", json={"records": [record]}).json[0]["success"]
    new = {"attributes": {"type": "Account"}, "Id": None, "Name": "C"}
    upserted = visitor.send("PATCH", f"{V}/composite/sobjects/Account/Id", json={"records": [record, new]}).json
    assert [each["created"] for each in upserted] == [False, True]
    gone = visitor.send("DELETE", f"{V}/composite/sobjects", query_string={"ids": f"{account},nonsense"}).json
    assert [each["success"] for each in gone] == [True, False]
    assert visitor.values("SELECT Name FROM Account") == [("C",)]


def composite(visitor, *parts, every=False):
    requests = [
        {"referenceId": reference, "method": method, "url": f"{V}/{path}"} | ({"body": body} if body else {})
        for reference, method, path, body in parts
    ]
    answer = visitor.send("POST", f"{V}/composite", json={"allOrNone": every, "compositeRequest": requests})
    assert answer.status_code == 200, answer.text
    return answer.json["compositeResponse"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_several_records_are_read_in_the_order_asked_for(visitor, method):
    first, second, gone = (visitor.created("Account", Name=name) for name in "ABC")
    visitor.send("DELETE", f"{V}/sobjects/Account/{gone}")
    asked = [second, gone, first[:15], "none"]
    more = (
        {"json": {"ids": asked, "fields": ["Name", "id"]}}
        if method == "POST"
        else {"query_string": {"ids": ",".join(asked), "fields": "Name,id"}}
    )
    answer = visitor.send(method, f"{V}/composite/sobjects/Account", **more)
    assert answer.status_code == 200, answer.text
    assert [row and (row["Name"], row["Id"]) for row in answer.json] == [("B", second), None, ("A", first), None]
    refused = visitor.send("GET", f"{V}/composite/sobjects/Account", query_string={"ids": first, "fields": "Nope"})
    assert (refused.status_code, refused.json[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_record_is_deleted_by_a_field_that_finds_it(visitor):
    visitor.created("Contact", LastName="A", Email="a@dev.example")
    path = f"{V}/sobjects/Contact/Email/a@dev.example"
    assert visitor.send("DELETE", path).status_code == 204
    assert visitor.send("DELETE", path).status_code == 404


def test_composite_calls_refer_to_each_other(visitor):
    answers = composite(
        visitor,
        ("a", "POST", "sobjects/Account", {"Name": "A"}),
        ("c", "POST", "sobjects/Contact", {"LastName": "@{a.id}", "AccountId": "@{a.id}"}),
        ("q", "GET", "query?q=SELECT Id, Account.Name FROM Contact WHERE Id = '@{c.id}'", None),
        ("g", "GET", "sobjects/Account/@{q.records[0].Account.attributes.url}", None),
        every=False,
    )
    assert [each["httpStatusCode"] for each in answers] == [201, 201, 200, 404]
    assert answers[2]["body"]["records"][0]["Account"]["Name"] == "A"
    assert list(answers[0]) == ["body", "httpHeaders", "httpStatusCode", "referenceId"]


def test_a_reference_that_leads_nowhere_halts_that_call(visitor):
    answers = composite(
        visitor,
        ("a", "GET", "query?q=SELECT Id FROM Account", None),
        ("b", "POST", "sobjects/Contact", {"LastName": "x", "AccountId": "@{a.records[0].Id}"}),
    )
    assert answers[1]["httpStatusCode"] == 400
    assert answers[1]["body"] == [
        {
            "message": "Invalid reference specified. No value for a.records[0].Id found in a",
            "errorCode": "PROCESSING_HALTED",
        }
    ]


def test_all_or_none_leaves_nothing_behind_when_one_call_fails(visitor):
    answers = composite(
        visitor,
        ("a", "POST", "sobjects/Account", {"Name": "A"}),
        ("b", "POST", "sobjects/Account", {"Nope": "B"}),
        ("c", "POST", "sobjects/Account", {"Name": "C"}),
        every=True,
    )
    assert [each["body"][0]["errorCode"] for each in answers] == [
        "PROCESSING_HALTED",
        "INVALID_FIELD",
        "PROCESSING_HALTED",
    ]
    assert visitor.rows("SELECT Id FROM Account") == []


def test_setup_objects_and_others_do_not_mix_in_one_transaction(visitor):
    answers = composite(
        visitor,
        ("a", "POST", "sobjects/Account", {"Name": "A"}),
        ("b", "POST", "sobjects/User", visitor.user_fields()),
        every=True,
    )
    assert answers[1]["body"][0] == {
        "message": "DML operation on setup object is not permitted after you have updated a non-setup object (or vice "
        "versa): User, original object: Account",
        "errorCode": "MIXED_DML_OPERATION",
    }
    answers = composite(
        visitor,
        ("a", "POST", "sobjects/Account", {"Name": "A"}),
        ("b", "POST", "sobjects/User", visitor.user_fields()),
    )
    assert [each["httpStatusCode"] for each in answers] == [201, 201]


def test_composite_requests_do_not_nest(visitor):
    answers = composite(visitor, ("a", "POST", "composite", {"compositeRequest": []}))
    assert answers[0]["httpStatusCode"] == 404


def test_batches_answer_each_call_by_itself(visitor):
    calls = [
        {"method": "GET", "url": "v66.0/query/?q=SELECT+count()+FROM+User"},
        {"method": "GET", "url": "v66.0/query/?q=select%20count()%20from%20XYZZY"},
        {"method": "POST", "url": "/services/data/v66.0/sobjects/Account", "richInput": {"Name": "A"}},
    ]
    body = visitor.send("POST", f"{V}/composite/batch", json={"batchRequests": calls}).json
    assert body["hasErrors"] is True
    assert [each["statusCode"] for each in body["results"]] == [200, 400, 201]
    halted = visitor.send("POST", f"{V}/composite/batch", json={"batchRequests": calls, "haltOnError": True}).json
    assert [each["statusCode"] for each in halted["results"]] == [200, 400, 412]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"compositeRequest": {}},
        {"compositeRequest": []},
        {"compositeRequest": [5]},
        {"compositeRequest": [{"referenceId": "a", "method": "GET", "url": V}] * 2},
        {"compositeRequest": [{"referenceId": f"a{n}", "method": "GET", "url": V} for n in range(26)]},
        {"compositeRequest": [{"referenceId": "a", "method": 5, "url": V}]},
    ],
)
def test_a_composite_request_of_the_wrong_shape_is_refused_as_a_whole(visitor, body):
    assert visitor.send("POST", f"{V}/composite", json=body).status_code == 400


def test_only_so_many_records_are_read_at_once(visitor):
    asked = {"ids": ["001000000000000"] * 2001, "fields": ["Id"]}
    answer = visitor.send("POST", f"{V}/composite/sobjects/Account", json=asked)
    assert error(answer) == (400, "INVALID_INPUT", "no more than 2000 records can be read")
    asked["ids"].pop()
    assert visitor.send("POST", f"{V}/composite/sobjects/Account", json=asked).json == [None] * 2000
