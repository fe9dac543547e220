"""Rules of rarer writes and reads: rows of permission sets, values by type, lists of sObjects, rarer queries."""

import pytest

from tests.localorg.visitor import V, error


def update(visitor, sobject, record_id, **fields):
    return visitor.send("PATCH", f"{V}/sobjects/{sobject}/{record_id}", json=fields)


def test_names_of_permission_sets_are_unique_whatever_the_case(visitor):
    visitor.permission_set("Sync")
    assert error(visitor.create("PermissionSet", Name="SYNC", Label="Other"))[1] == "DUPLICATE_VALUE"


def test_permission_sets_that_profiles_own_stay(visitor):
    owned = visitor.rows("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true LIMIT 1")[0]["Id"]
    assert visitor.send("DELETE", f"{V}/sobjects/PermissionSet/{owned}").status_code == 400


def test_permissions_on_an_object_are_given_once_and_for_ordinary_objects_only(visitor):
    made = visitor.permission_set("Data", Account=["Read"])
    twice = visitor.create("ObjectPermissions", ParentId=made, SobjectType="account", PermissionsRead=True)
    setup = visitor.create("ObjectPermissions", ParentId=made, SobjectType="Profile", PermissionsRead=True)
    nothing = visitor.create("ObjectPermissions", ParentId=made, SobjectType="Nothing", PermissionsRead=True)
    expected = ["DUPLICATE_VALUE", *["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"] * 2]
    assert [error(answer)[1] for answer in (twice, setup, nothing)] == expected


def test_a_change_of_permissions_keeps_their_dependencies(visitor):
    made = visitor.permission_set("Data", Account=["Read"])
    row = visitor.id_of("ObjectPermissions", ParentId=made)
    assert update(visitor, "ObjectPermissions", row, PermissionsEdit=True).status_code == 204
    assert error(update(visitor, "ObjectPermissions", row, PermissionsRead=False))[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_field_has_to_be_readable_to_be_editable_and_is_listed_once(visitor):
    row = {"ParentId": visitor.permission_set(), "SobjectType": "Account", "Field": "Account.Phone"}
    assert error(visitor.create("FieldPermissions", **row, PermissionsEdit=True))[1] == "FIELD_INTEGRITY_EXCEPTION"
    visitor.created("FieldPermissions", **row, PermissionsEdit=True, PermissionsRead=True)
    assert error(visitor.create("FieldPermissions", **row, PermissionsRead=True))[1] == "DUPLICATE_VALUE"


VALUES = [
    ("Account", {"Name": 5}, "5"),
    ("Account", {"Name": True}, "JSON_PARSER_ERROR"),
    ("Account", {"Name": "A", "NumberOfEmployees": "five"}, "JSON_PARSER_ERROR"),
    ("Account", {"Name": "A", "NumberOfEmployees": 2**31}, "JSON_PARSER_ERROR"),
    ("Account", {"Name": "A", "AnnualRevenue": []}, "JSON_PARSER_ERROR"),
    ("Contact", {"LastName": "A", "Birthdate": "2001-02-29"}, "JSON_PARSER_ERROR"),
    ("Contact", {"LastName": "A", "Birthdate": 5}, "JSON_PARSER_ERROR"),
    ("User", {"IsActive": "TRUE", "Username": "nobody"}, "REQUIRED_FIELD_MISSING"),
]


@pytest.mark.parametrize(("sobject", "fields", "expected"), VALUES)
def test_values_fit_their_field_or_are_refused(visitor, sobject, fields, expected):
    answer = visitor.create(sobject, **fields)
    if answer.status_code == 201:
        assert visitor.values(f"SELECT Name FROM {sobject}") == [(expected,)]
    else:
        assert error(answer)[1] == expected


MOMENTS = [
    ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00.000+0000"),
    ("2027-01-01T00:00:00+02:00", "2026-12-31T22:00:00.000+0000"),
    ("2027-01-01", "2027-01-01T00:00:00.000+0000"),
    ("0001-01-01T00:00:00+02:00", None),
    ("tomorrow", None),
]


@pytest.mark.parametrize(("given", "stored"), MOMENTS)
def test_moments_are_stored_in_utc(visitor, given, stored):
    assignment = {"AssigneeId": visitor.user(), "PermissionSetId": visitor.permission_set(), "ExpirationDate": given}
    answer = visitor.create("PermissionSetAssignment", **assignment)
    if stored is None:
        assert error(answer)[1] == "JSON_PARSER_ERROR"
    else:
        soql = f"SELECT ExpirationDate FROM PermissionSetAssignment WHERE Id = '{answer.json['id']}'"
        assert visitor.values(soql) == [(stored,)]


def test_names_of_people_follow_their_parts(visitor):
    contact = visitor.created("Contact", LastName="Two", FirstName="One")
    update(visitor, "Contact", contact, FirstName=None)
    assert visitor.values("SELECT Name, FirstName FROM Contact") == [("Two", None)]


def test_required_fields_cannot_be_emptied(visitor):
    account = visitor.created("Account", Name="A")
    assert error(update(visitor, "Account", account, Name=""))[1] == "REQUIRED_FIELD_MISSING"


def test_sobjects_are_listed_as_far_as_the_caller_sees_them(visitor):
    names = {each["name"] for each in visitor.send("GET", f"{V}/sobjects").json["sobjects"]}
    assert {"Account", "PermissionSet", "User"} <= names
    visitor.ready()
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    seen = {each["name"] for each in user.send("GET", f"{V}/sobjects").json["sobjects"]}
    assert seen == {"Organization", "Profile", "User"}
    assert visitor.send("GET", f"{V}/sobjects/account").json["objectDescribe"]["name"] == "Account"


def test_records_are_counted_by_object(visitor):
    visitor.created("Account", Name="A")
    answer = visitor.send("GET", f"{V}/limits/recordCount", query_string={"sObjects": "Account,Nothing,Contact"})
    assert answer.json == {"sObjects": [{"count": 1, "name": "Account"}, {"count": 0, "name": "Contact"}]}


def test_a_deleted_or_unknown_field_is_not_shown(visitor):
    account = visitor.created("Account", Name="A")
    path = f"{V}/sobjects/Account/{account}"
    assert error(visitor.send("GET", path, query_string={"fields": "Nope"}))[1] == "INVALID_FIELD"
    visitor.send("DELETE", path)
    assert error(visitor.send("GET", path))[1] == "ENTITY_IS_DELETED"


UNKNOWN_TO_THE_LOCAL_ORG = [
    "SELECT Id FROM Account WHERE Name INCLUDES ('a')",
    "SELECT CALENDAR_YEAR(CreatedDate) FROM Account",
    "SELECT toLabel(Rating) FROM Account",
    "SELECT Id x FROM Account",
    "SELECT (SELECT count() FROM Contacts) FROM Account",
    "SELECT (SELECT Id FROM Contacts), count(Id) FROM Account",
    "SELECT FIELDS(ALL), count(Id) FROM Account LIMIT 1",
    "SELECT Id FROM Account ORDER BY count(Id)",
    "SELECT Id FROM Account ORDER BY FIELDS(ALL)",
    "SELECT Id FROM Account WHERE Id IN (SELECT Id, OwnerId FROM Account)",
]


@pytest.mark.parametrize("soql", UNKNOWN_TO_THE_LOCAL_ORG)
def test_what_the_local_org_does_not_understand_it_says_so(sample, soql):
    status, code, message = error(sample.query(soql))
    assert (status, code) == (400, "MALFORMED_QUERY")
    assert "The local org does not understand" in message
