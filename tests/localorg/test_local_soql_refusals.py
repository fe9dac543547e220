"""SOQL: how queries are refused, with the words and the place that Salesforce shows."""

import pytest

from tests.localorg.visitor import error

REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."
NO_COLUMN = (
    "\nSELECT SetupOwnerId FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'SetupOwnerId' on entity "
    "'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    f"{REFERENCE}"
)
NO_TYPE = (
    "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not "
    "supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    f"{REFERENCE}"
)


def test_a_syntax_error_at_the_first_word_shows_no_place(sample):
    assert error(sample.query("invalid")) == (400, "MALFORMED_QUERY", "unexpected token: 'invalid'")


def test_an_unknown_field_is_refused_as_recorded(sample):
    assert error(sample.query("SELECT SetupOwnerId FROM Account")) == (400, "INVALID_FIELD", NO_COLUMN)


def test_an_unknown_object_is_refused_as_recorded(sample):
    assert error(sample.query("select count() from XYZZY")) == (400, "INVALID_TYPE", NO_TYPE)


def test_the_place_counts_rows(sample):
    message = error(sample.query("SELECT Id\nFROM Account\nWHERE Nope = 1"))[2]
    assert "\nWHERE Nope = 1\n      ^\nERROR at Row:3:Column:7\n" in message


IN_CONTACTS = "Id NOT IN (SELECT AccountId FROM Contact)"
BESIDE_OR = "Semi join sub-selects are not allowed with the 'OR' operator"
BELOW_TOP = "Semi join sub-selects are only allowed at the top level WHERE expressions"
REFUSED = [
    ("SELECT Id, FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
    ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id Account", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
    ("SELECT * FROM Account", "MALFORMED_QUERY", "unexpected token: '*'"),
    ("SELECT Id FROM Account;", "MALFORMED_QUERY", "unexpected token: ';'"),
    ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account WHERE Name", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account WHERE Name = Alpha", "MALFORMED_QUERY", "unexpected token: 'Alpha'"),
    ('SELECT Id FROM Account WHERE Name = "Alpha"', "MALFORMED_QUERY", "unexpected token: '\"'"),
    ("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY", "expecting '''"),
    ("SELECT Id FROM Account WHERE Name = 'a\\q'", "MALFORMED_QUERY", "Illegal escape sequence"),
    ("SELECT Id FROM Account WHERE Name IN ()", "MALFORMED_QUERY", "unexpected token: ')'"),
    ("SELECT Id FROM Account WHERE Name IN 'a'", "MALFORMED_QUERY", "unexpected token: 'a'"),
    ("SELECT Id FROM Account WHERE Name NOT LIKE 'a'", "MALFORMED_QUERY", "unexpected token: 'NOT'"),
    ("SELECT Id FROM Account WHERE Id = '' AND Id = '' OR Id = ''", "MALFORMED_QUERY", "unexpected token: 'OR'"),
    ("SELECT Id FROM Account WHERE Id = '' OR Id = '' AND Id = ''", "MALFORMED_QUERY", "unexpected token: 'AND'"),
    ("SELECT Id FROM Account WHERE (Name = 'a'", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'"),
    ("SELECT Id FROM Account LIMIT -1", "MALFORMED_QUERY", "unexpected token: '-1'"),
    ("SELECT Id FROM Account LIMIT " + "9" * 5000, "MALFORMED_QUERY", "unexpected token"),
    ("SELECT Id FROM Account LIMIT 1 WHERE Name = 'a'", "MALFORMED_QUERY", "unexpected token: 'WHERE'"),
    ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
    ("SELECT Id, id FROM Account", "INVALID_FIELD", "duplicate field selected: id"),
    ("SELECT Foo.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path."),
    ("SELECT Parent.Foo FROM Account", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'."),
    ("SELECT (SELECT Id FROM Foos) FROM Account", "INVALID_TYPE", "Didn't understand relationship 'Foos' in FROM part"),
    ("SELECT (SELECT Foo FROM Contacts) FROM Account", "INVALID_FIELD", "No such column 'Foo' on entity 'Contact'."),
    ("SELECT Id FROM LoginHistory WHERE Status = 'Success'", "INVALID_FIELD", "field 'Status' can not be filtered"),
    ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered"),
    ("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", "field 'Description' can not be sorted"),
    ("SELECT Id FROM Account WHERE IsDeleted = 'false'", "INVALID_FIELD", "of type boolean and should not be enclosed"),
    ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "of type string and should be enclosed in quotes"),
    ("SELECT Id FROM Account WHERE NumberOfEmployees = '5'", "INVALID_FIELD", "must be of type int and should not"),
    ("SELECT Id FROM Account WHERE CreatedDate = '2026-01-01'", "INVALID_FIELD", "must be of type dateTime"),
    ("SELECT Id FROM Account WHERE CreatedDate = 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
    ("SELECT Id FROM Contact WHERE Birthdate = 2026-02-30", "MALFORMED_QUERY", "unexpected token: '2026-02-30'"),
    ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:99999999", "MALFORMED_QUERY", "unexpected token"),
    ("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
    ("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on ID field"),
    ("SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Account)", "MALFORMED_QUERY", "can only select id"),
    ("SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Nope)", "INVALID_TYPE", "sObject type 'Nope'"),
    (f"SELECT Id FROM Account WHERE Name = 'a' OR {IN_CONTACTS}", "MALFORMED_QUERY", BESIDE_OR),
    (f"SELECT Id FROM Account WHERE Name = 'a' OR (Rating = 'Hot' AND {IN_CONTACTS})", "MALFORMED_QUERY", BESIDE_OR),
    (f"SELECT Id FROM Account WHERE Name = 'a' OR (NOT {IN_CONTACTS})", "MALFORMED_QUERY", BESIDE_OR),
    (f"SELECT COUNT() FROM Account WHERE {IN_CONTACTS} OR Name = 'a'", "MALFORMED_QUERY", BESIDE_OR),
    (f"SELECT Id FROM Account WHERE Rating = 'Hot' AND (Name = 'a' OR {IN_CONTACTS})", "MALFORMED_QUERY", BELOW_TOP),
    ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
    ("SELECT Name FROM Account GROUP BY Rating", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
    ("SELECT Rating, Rating FROM Account GROUP BY Rating", "MALFORMED_QUERY", "duplicate alias: Rating"),
    ("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY", "does not support aggregate operator sum"),
    ("SELECT Id FROM ExtlClntAppGlobalOauthSettings", "INVALID_TYPE", "is not supported."),
    ("SELECT Rating FROM Account GROUP BY Rating HAVING Name = 'a'", "MALFORMED_QUERY", "grouped or aggregated: Name"),
    ("SELECT Rating FROM Account GROUP BY Rating HAVING SUM(Name) > 1", "MALFORMED_QUERY", "aggregate operator sum"),
    ("SELECT Rating FROM Account GROUP BY Rating HAVING COUNT(Id) > 'x'", "INVALID_FIELD", "must be of type double"),
    ("SELECT Id FROM Account HAVING COUNT(Id) > 1", "MALFORMED_QUERY", "HAVING in queries without groups"),
    ("SELECT Id FROM Account WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "the function COUNT in WHERE"),
    ("SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 2026", "MALFORMED_QUERY", "Name does not support"),
    ("SELECT Id FROM Contact WHERE DAY_ONLY(Birthdate) = TODAY", "MALFORMED_QUERY", "Birthdate does not support"),
    ("SELECT Id FROM Account WHERE CALENDAR_YEAR(CALENDAR_YEAR(CreatedDate)) = 1", "MALFORMED_QUERY", "unexpected"),
    ("SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) = '2026'", "INVALID_FIELD", "must be of type int"),
    ("SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Account", "MALFORMED_QUERY", "grouped or aggregated"),
    ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_YEARS:99999", "MALFORMED_QUERY", "unexpected token"),
    ("SELECT Id FROM Account WHERE CreatedDate = LAST_N_FISCAL_WEEKS:1", "MALFORMED_QUERY", "unexpected token"),
    ("SELECT Id FROM Account FOR LATER", "MALFORMED_QUERY", "does not understand FOR"),
    ("SELECT Id FROM Account WHERE " + "(" * 200, "QUERY_TOO_COMPLICATED", "Query is too complicated"),
    ("SELECT Id FROM Account WHERE Name = '" + "x" * 100_000, "MALFORMED_QUERY", "longer than"),
]


@pytest.mark.parametrize(("soql", "code", "words"), REFUSED, ids=[row[0][:70] for row in REFUSED])
def test_refusals(sample, soql, code, words):
    status, found, message = error(sample.query(soql))
    assert (status, found) == (400, code)
    assert words in message


def test_a_caller_without_access_to_an_object_is_told_that_there_is_none(open_org):
    other = open_org()
    user_id = other.ready()
    user = other.as_user(other.jwt_bearer().json["access_token"])
    for sobject in ("Account", "PermissionSet", "LoginHistory", "ConnectedApplication"):
        assert error(user.query(f"SELECT Id FROM {sobject}"))[1] == "INVALID_TYPE"
    assert user.values(f"SELECT Username FROM User WHERE Id = '{user_id}'") == [("sync@dev.example",)]
    other.licensed(user_id)
    other.assigned(user_id, other.permission_set("Data", Account=["Read"]))
    assert user.rows("SELECT Id FROM Account") == []
    assert error(user.create("Account", Name="A"))[0] == 404
