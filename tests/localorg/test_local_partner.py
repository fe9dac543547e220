"""The partner SOAP API: records written and read as XML, under the rules of REST."""

import re
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from tests.localorg.visitor import V

PARTNER = "urn:partner.soap.sforce.com"


def ask(visitor, operation, inside="", *, header="", version="66.0", api="u", host=None):
    """The HTTP answer, and the `result` elements in it."""
    session = f"<SessionHeader><sessionId>{escape(visitor.token)}</sessionId></SessionHeader>"
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Header xmlns="{PARTNER}">{session}{header}</s:Header>'
        f'<s:Body><{operation} xmlns="{PARTNER}">{inside}</{operation}></s:Body></s:Envelope>'
    )
    path = f"/services/Soap/{api}/{version}"
    answer = visitor.send("POST", path, host=host, data=envelope.encode(), content_type="text/xml")
    return answer, etree.fromstring(answer.data).findall(f".//{{{PARTNER}}}result")


def texts(element):
    return [(etree.QName(each).localname, each.text) for each in element]


def code(answer):
    assert answer.status_code == 500, answer.text
    return re.search(r"<faultcode>sf:(\w+)</faultcode>", answer.text)[1]


def account(**fields):
    return f"<sObjects><type>Account</type>{''.join(f'<{n}>{v}</{n}>' for n, v in fields.items())}</sObjects>"


def test_all_or_none_takes_back_what_was_good(visitor):
    header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>"
    answer, results = ask(visitor, "create", account(Name="A") + account(Phone="1"), header=header)
    assert answer.status_code == 200
    codes = [result.findtext(f".//{{{PARTNER}}}statusCode") for result in results]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert visitor.rows("SELECT Id FROM Account") == []


def test_without_it_each_record_stands_for_itself(visitor):
    ask(visitor, "create", account(Name="A") + account(Phone="1"))
    assert visitor.values("SELECT Name FROM Account") == [("A",)]


def test_fields_are_emptied_by_name(visitor):
    made = visitor.created("Account", Name="A", Phone="1")
    ask(
        visitor, "update", f"<sObjects><type>Account</type><fieldsToNull>Phone</fieldsToNull><Id>{made}</Id></sObjects>"
    )
    assert visitor.values("SELECT Name, Phone FROM Account") == [("A", None)]


def test_pages_follow_their_locator(visitor):
    records = [{"attributes": {"type": "Account"}, "Name": f"{number:03}"} for number in range(200)]
    visitor.send("POST", f"{V}/composite/sobjects", json={"records": records})
    visitor.created("Account", Name="200")
    header = "<QueryOptions><batchSize>200</batchSize></QueryOptions>"
    soql = "<queryString>SELECT Name FROM Account ORDER BY Name</queryString>"
    _, (first,) = ask(visitor, "query", soql, header=header)
    locator = first.findtext(f"{{{PARTNER}}}queryLocator")
    assert (first.findtext(f"{{{PARTNER}}}done"), first.findtext(f"{{{PARTNER}}}size")) == ("false", "201")
    _, (last,) = ask(visitor, "queryMore", f"<queryLocator>{locator}</queryLocator>", header=header)
    (row,) = last.findall(f"{{{PARTNER}}}records")
    assert texts(row) == [("type", "Account"), ("Id", None), ("Name", "200")]


def test_parents_and_children_are_records_within_records(visitor):
    made = visitor.created("Account", Name="A")
    visitor.created("Contact", LastName="B", AccountId=made)
    soql = "SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account"
    answer, _ = ask(visitor, "query", f"<queryString>{soql}</queryString>")
    sobject = '<sf:Contacts xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>'
    assert sobject in answer.text
    assert '<sf:Owner xsi:type="sf:sObject"><sf:type>User</sf:type><sf:Id xsi:nil="true"/>' in answer.text


def test_moments_end_in_z(visitor):
    answer, _ = ask(visitor, "query", "<queryString>SELECT CreatedDate FROM Organization</queryString>")
    assert re.search(r"<sf:CreatedDate>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z<", answer.text)
    answer, _ = ask(visitor, "getServerTimestamp")
    assert re.search(r"<timestamp>[^<]+Z</timestamp>", answer.text)


def test_records_that_are_not_there_are_nil_in_their_place(visitor):
    made = visitor.created("Account", Name="A")
    inside = f"<fieldList>Name</fieldList><sObjectType>Account</sObjectType><ids>x</ids><ids>{made[:15]}</ids>"
    _, (nothing, found) = ask(visitor, "retrieve", inside)
    assert len(nothing) == 0
    assert texts(found) == [("type", "Account"), ("Id", made), ("Name", "A")]


@pytest.mark.parametrize("fields", ["Name FROM Account --", "", "Name,", "Nothing", "(SELECT Id FROM Contacts)"])
def test_a_field_list_is_names_alone(visitor, fields):
    made = visitor.created("Account", Name="A")
    inside = f"<fieldList>{fields}</fieldList><sObjectType>Account</sObjectType><ids>{made}</ids>"
    answer, _ = ask(visitor, "retrieve", inside)
    assert code(answer) == "INVALID_FIELD"


def test_a_refused_query_says_where(visitor):
    answer, _ = ask(visitor, "query", "<queryString>SELECT Nothing FROM Account</queryString>")
    assert code(answer) == "INVALID_FIELD"
    assert "<sf:row>1</sf:row><sf:column>8</sf:column></sf:InvalidFieldFault>" in answer.text


def test_a_session_ends_with_logout(visitor):
    other = visitor.as_user(visitor.token)
    ask(other, "logout")
    answer, _ = ask(other, "getUserInfo")
    assert code(answer) == "INVALID_SESSION_ID"


def test_a_call_counts_as_one_of_the_day(visitor):
    answer, _ = ask(visitor, "getUserInfo")
    before = int(re.search(r"<current>(\d+)<", answer.text)[1])
    answer, _ = ask(visitor, "getUserInfo")
    assert int(re.search(r"<current>(\d+)<", answer.text)[1]) == before + 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"version": "30.0"}, "UNSUPPORTED_API_VERSION"),
        ({"version": "69.0"}, "UNSUPPORTED_API_VERSION"),
        ({"version": "x"}, "UNSUPPORTED_API_VERSION"),
        ({"api": "c"}, "INVALID_OPERATION"),
        ({"host": "test.salesforce.com"}, "UNKNOWN_EXCEPTION"),
        ({"operation": "convertLead"}, "INVALID_OPERATION"),
    ],
)
def test_what_cannot_be_asked(visitor, changed, expected):
    answer, _ = ask(visitor, **{"operation": "getUserInfo"} | changed)
    assert code(answer) == expected


def test_the_user_may_do_no_more_than_over_rest(visitor):
    visitor.ready()
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    answer, _ = ask(user, "create", account(Name="A"))
    assert code(answer) == "INVALID_TYPE"
