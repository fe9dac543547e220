"""SOQL: what queries answer."""

import pytest

from tests.localorg.visitor import error

A, B, C = ("Alpha",), ("beta",), ("100%_'x'",)

WHERE = [
    ("Name = 'alpha'", [A]),
    ("name = 'ALPHA'", [A]),
    ("Account.Name = 'alpha'", [A]),
    ("a.Name = 'alpha'", [A]),
    ("Name != 'alpha'", [B, C]),
    ("Name <> 'alpha'", [B, C]),
    ("Rating != 'Hot'", [B, C]),
    ("Rating = null", [C]),
    ("Rating = ''", [C]),
    ("Rating != NULL", [A, B]),
    ("Rating > 'a' AND Rating < 'd'", [B]),
    ("NumberOfEmployees > 5", [B]),
    ("NumberOfEmployees >= 5", [A, B]),
    ("NumberOfEmployees < 50.5", [A, B]),
    ("NumberOfEmployees <= 5", [A]),
    ("NumberOfEmployees != 5", [B, C]),
    ("Name LIKE 'ALP%'", [A]),
    ("Name LIKE '_eta'", [B]),
    ("Name LIKE '%\\%\\_%'", [C]),
    ("Name LIKE '100\\%%'", [C]),
    ("Name LIKE '%\\'x\\''", [C]),
    ("(NOT Name LIKE 'a%')", [B, C]),
    ("NOT Rating LIKE 'h%'", [B, C]),
    ("Name IN ('alpha', 'BETA')", [A, B]),
    ("Rating IN ('hot', null)", [A, C]),
    ("Name NOT IN ('alpha')", [B, C]),
    ("Rating = 'Hot' OR Rating = 'Cold'", [A, B]),
    ("Rating = 'Hot' AND Name = 'beta'", []),
    ("(Rating = 'Hot' OR Rating = 'Cold') AND NOT Name = 'beta'", [A]),
    ("Parent.Name = 'alpha'", [B]),
    ("Parent.Name != 'alpha'", [A, C]),
    ("Parent.Parent.Name = null", [A, B, C]),
    ("IsDeleted = false", [A, B, C]),
    ("CreatedDate = TODAY", [B, C]),
    ("CreatedDate = YESTERDAY", [A]),
    ("CreatedDate < TODAY", [A]),
    ("CreatedDate <= YESTERDAY", [A]),
    ("CreatedDate > YESTERDAY", [B, C]),
    ("CreatedDate >= TODAY", [B, C]),
    ("CreatedDate = LAST_N_DAYS:1", [A, B, C]),
    ("CreatedDate = THIS_YEAR", [A, B, C]),
    ("CreatedDate IN (TODAY)", [B, C]),
    ("CreatedDate = LAST_N_MONTHS:1", [A]),
    ("CreatedDate = LAST_MONTH", [A]),
    ("CreatedDate = N_MONTHS_AGO:1", [A]),
    ("CreatedDate = N_MONTHS_AGO:2", []),
    ("CreatedDate > LAST_N_WEEKS:1", [A, B, C]),
    ("CreatedDate <= N_WEEKS_AGO:1", []),
    ("CreatedDate < NEXT_N_MONTHS:2", [A, B, C]),
    ("CreatedDate = NEXT_N_MONTHS:2", []),
    ("CreatedDate = LAST_N_YEARS:3", []),
    ("CreatedDate = THIS_FISCAL_QUARTER", [A, B, C]),
    ("CreatedDate = LAST_N_FISCAL_QUARTERS:4", []),
    ("CALENDAR_YEAR(CreatedDate) = 2026", [A, B, C]),
    ("CALENDAR_MONTH(CreatedDate) = 8", [A]),
    ("CALENDAR_QUARTER(CreatedDate) IN (3)", [A, B, C]),
    ("DAY_IN_MONTH(CreatedDate) < 31", [B, C]),
    ("DAY_IN_WEEK(CreatedDate) = 2", [A]),
    ("DAY_IN_YEAR(CreatedDate) = 244", [B, C]),
    ("WEEK_IN_MONTH(CreatedDate) = 5", [A]),
    ("WEEK_IN_YEAR(CreatedDate) = 35", [A, B, C]),
    ("HOUR_IN_DAY(CreatedDate) = 12", [A, B, C]),
    ("FISCAL_YEAR(Parent.CreatedDate) = 2026", [B]),
    ("DAY_ONLY(CreatedDate) = 2026-08-31", [A]),
    ("DAY_ONLY(CreatedDate) = TODAY", [B, C]),
    ("CreatedDate >= 2026-09-01T00:00:00Z", [B, C]),
    ("CreatedDate < 2026-09-01T02:00:00+02:00", [A]),
    ("Id IN (SELECT AccountId FROM Contact)", [A, B]),
    ("Id NOT IN (SELECT AccountId FROM Contact)", [C]),
    ("(Name = 'alpha' OR Name = 'beta') AND Id IN (SELECT AccountId FROM Contact)", [A, B]),
    ("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'one' OR LastName = 'two')", [A, B]),
    ("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'two')", [B]),
    ("ParentId IN (SELECT Id FROM Account WHERE Name = 'alpha')", [B]),
    ("Owner.Username LIKE 'admin@%'", [A, B, C]),
    ("CreatedBy.Profile.UserLicense.Name = 'salesforce'", [A, B, C]),
]


@pytest.mark.parametrize(("where", "expected"), WHERE, ids=[row[0] for row in WHERE])
def test_conditions(sample, where, expected):
    assert sample.values(f"SELECT Name FROM Account a WHERE {where}") == expected


WHOLE = [
    ("SELECT Name FROM Contact WHERE Birthdate = 2000-02-29", [("One",)]),
    ("SELECT Name FROM Contact WHERE Birthdate < LAST_YEAR", [("One",)]),
    ("SELECT Name FROM Account ORDER BY Name", [C, A, B]),
    ("SELECT Name FROM Account ORDER BY Name DESC LIMIT 1", [B]),
    ("SELECT Name FROM Account ORDER BY Rating", [C, B, A]),
    ("SELECT Name FROM Account ORDER BY Rating DESC NULLS LAST", [A, B, C]),
    ("SELECT Name FROM Account ORDER BY Rating NULLS LAST, Name", [B, A, C]),
    ("SELECT Name FROM Account ORDER BY Parent.Name NULLS LAST, Name", [B, C, A]),
    ("SELECT Name FROM Account ORDER BY Name LIMIT 1 OFFSET 1", [A]),
    ("SELECT Name FROM Account LIMIT 0", []),
    ("SELECT Name FROM Account WITH SECURITY_ENFORCED LIMIT 1", [A]),
    ("select\n name\tfrom\n account limit 1", [A]),
    ("SELECT COUNT(Id), MAX(NumberOfEmployees), SUM(NumberOfEmployees) FROM Account", [(3, 50, 55)]),
    ("SELECT MIN(Name) low, MAX(Name) FROM Account", [("100%_'x'", "beta")]),
    ("SELECT AVG(NumberOfEmployees), COUNT(Rating) FROM Account WHERE Name = 'none'", [(None, 0)]),
    ("SELECT Rating, COUNT(Id) n FROM Account GROUP BY Rating ORDER BY Rating", [(None, 1), ("Cold", 1), ("Hot", 1)]),
    ("SELECT Owner.Alias FROM Account GROUP BY Owner.Alias ORDER BY COUNT(Id) DESC", [("admin",)]),
    (
        "SELECT Rating FROM Account GROUP BY Rating HAVING COUNT(NumberOfEmployees) > 0 ORDER BY Rating",
        [("Cold",), ("Hot",)],
    ),
    (
        "SELECT Rating FROM Account GROUP BY Rating HAVING Rating LIKE 'h%' OR MIN(Name) LIKE '100%' ORDER BY Rating",
        [(None,), ("Hot",)],
    ),
    ("SELECT OwnerId FROM Account GROUP BY OwnerId HAVING NOT (SUM(NumberOfEmployees) = 55)", []),
    (
        "SELECT CALENDAR_MONTH(CreatedDate), COUNT(Id) n FROM Account GROUP BY CALENDAR_MONTH(CreatedDate)",
        [(8, 1), (9, 2)],
    ),
    (
        (
            "SELECT DAY_ONLY(CreatedDate) d FROM Account GROUP BY DAY_ONLY(CreatedDate)"
            " HAVING DAY_ONLY(CreatedDate) < TODAY"
        ),
        [("2026-08-31",)],
    ),
    (
        "SELECT COUNT(Id) FROM Account GROUP BY CALENDAR_MONTH(CreatedDate) ORDER BY CALENDAR_MONTH(CreatedDate) DESC",
        [(2,), (1,)],
    ),
    ("SELECT Name FROM Account WHERE Name != 'beta' ORDER BY DAY_IN_MONTH(CreatedDate)", [C, A]),
    ("SELECT COUNT_DISTINCT(OwnerId) FROM Account", [(1,)]),
    ("SELECT Account.Name FROM Contact WHERE LastName = 'Account'", [(None,)]),
]


@pytest.mark.parametrize(("soql", "expected"), WHOLE, ids=[row[0] for row in WHOLE])
def test_queries(sample, soql, expected):
    assert sample.values(soql) == expected


def test_answers_use_the_schemas_case_in_the_order_of_select(sample):
    row = sample.rows("SELECT name, parent.NAME, id, PARENT.owner.username FROM account WHERE name = 'beta'")[0]
    assert list(row) == ["attributes", "Name", "Parent", "Id"]
    assert list(row["Parent"]) == ["attributes", "Name", "Owner"]
    assert row["Parent"]["attributes"]["type"] == "Account"
    assert row["attributes"]["url"] == f"/services/data/v66.0/sobjects/Account/{row['Id']}"


def test_children_come_nested_and_none_are_null(sample):
    rows = sample.rows(
        "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName LIKE 'O%') FROM Account ORDER BY Name"
    )
    contacts = {row["Name"]: row["Contacts"] for row in rows}
    assert contacts["Alpha"]["records"][0]["LastName"] == "One"
    assert (contacts["Alpha"]["totalSize"], contacts["Alpha"]["done"]) == (1, True)
    assert contacts["beta"] is None


def test_count_alone_answers_with_a_number_and_no_rows(sample):
    assert sample.query("SELECT count() FROM Account").json == {"totalSize": 3, "done": True, "records": []}


def test_aggregates_are_rows_without_url(sample):
    assert sample.rows("select count(Id) from Account") == [{"attributes": {"type": "AggregateResult"}, "expr0": 3}]


def test_fields_all_needs_a_limit(sample):
    row = sample.rows("SELECT FIELDS(ALL) FROM Organization LIMIT 1")[0]
    assert row["IsSandbox"] is True
    assert error(sample.query("SELECT FIELDS(ALL) FROM Organization"))[1] == "MALFORMED_QUERY"


@pytest.mark.parametrize("purpose", ["FOR VIEW", "FOR REFERENCE", "FOR UPDATE", "FOR VIEW FOR REFERENCE"])
def test_what_a_query_is_for_changes_nothing(sample, purpose):
    assert sample.rows(f"SELECT Id FROM Account LIMIT 1 {purpose}") == sample.rows("SELECT Id FROM Account LIMIT 1")
