"""Single records over REST: what is stored, what is refused, what is told about them."""

import pytest

from tests.localorg.visitor import V, error

READ_ONLY = (
    "Unable to create/update fields: IsDeleted. Please check the security settings of this field and verify that it is "
    "read/write for your profile or permission set."
)

# Of the description of a custom object, in a cassette of CumulusCI
RECORDED_KEYS = """
    actionOverrides activateable associateEntityType associateParentEntity childRelationships
    compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable
    deprecatedAndHidden extendedBy extendsInterfaces feedEnabled fields hasSubtypes implementedBy
    implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable listviewable
    lookupLayoutable mergeable mruEnabled name namedLayoutInfos networkScopeFieldName queryable
    recordTypeInfos replicateable retrieveable searchLayoutable searchable sobjectDescribeOption
    supportedScopes triggerable undeletable updateable urls
"""
RECORDED_FIELD_KEYS = """
    aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete
    caseSensitive compoundFieldName controllerName createable custom defaultValue defaultValueFormula
    defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted
    externalId extraTypeInfo filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable
    highScaleNumber htmlFormatted idLookup inlineHelpText label length mask maskType name nameField
    namePointing nillable permissionable picklistValues polymorphicForeignKey precision queryByDistance
    referenceTargetField referenceTo relationshipName relationshipOrder restrictedDelete restrictedPicklist
    scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead
"""


def test_a_record_is_created_changed_read_and_deleted(visitor):
    answer = visitor.create("account", name="A")
    assert (answer.status_code, answer.json["success"], answer.json["errors"]) == (201, True, [])
    path = f"{V}/sobjects/Account/{answer.json['id']}"
    changed = visitor.send("PATCH", path, json={"Description": "B", "attributes": {"type": "Account"}})
    assert (changed.status_code, changed.text) == (204, "")
    body = visitor.send("GET", path[:-3], query_string={"fields": "Name,Description"}).json
    assert {k: v for k, v in body.items() if k != "attributes"} == {"Name": "A", "Description": "B"}
    assert visitor.send("DELETE", path).status_code == 204
    assert error(visitor.send("DELETE", path)) == (404, "ENTITY_IS_DELETED", "entity is deleted")
    assert visitor.rows("SELECT Id FROM Account") == []
    assert [row["IsDeleted"] for row in visitor.query("SELECT IsDeleted FROM Account", "queryAll").json["records"]] == [
        True
    ]


WRITES = [
    ("Account", {}, (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]")),
    ("Account", {"Name": None}, (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]")),
    ("Contact", {"FirstName1": "A"}, (400, "INVALID_FIELD", "No such column 'FirstName1' on sobject of type Contact")),
    (
        "Account",
        {"Name": "A", "IsDeleted": True},
        (400, "INVALID_FIELD_FOR_INSERT_UPDATE", READ_ONLY),
    ),
    (
        "Contact",
        {"LastName": "A", "Email": "not an email"},
        (400, "INVALID_EMAIL_ADDRESS", "Email: invalid email address: not an email"),
    ),
    (
        "Contact",
        {"LastName": "A", "AccountId": "001000000000000"},
        (400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
    ),
    (
        "Contact",
        {"LastName": "A", "AccountId": "x"},
        (400, "MALFORMED_ID", "Account ID: id value of incorrect type: x"),
    ),
    (
        "Account",
        {"Name": "A" * 256},
        (400, "STRING_TOO_LONG", f"Account Name: data value too large: {'A' * 256} (max length=255)"),
    ),
    (
        "LoginHistory",
        {},
        (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: Login History"),
    ),
]


@pytest.mark.parametrize(("sobject", "fields", "expected"), WRITES)
def test_bad_records_are_refused(visitor, sobject, fields, expected):
    assert error(visitor.create(sobject, **fields)) == expected


def test_field_errors_name_their_fields(visitor):
    assert visitor.create("Account").json[0]["fields"] == ["Name"]
    assert "fields" not in visitor.create("Contact", Nope=1).json[0]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"Name": NaN}', b'{"Name": "\\ud800"}', b"[" * 9999])
def test_bodies_that_are_no_object_are_refused(visitor, body):
    answer = visitor.send("POST", f"{V}/sobjects/Account", data=body, content_type="application/json")
    assert error(answer)[:2] == (400, "JSON_PARSER_ERROR")


def test_an_upsert_by_id_changes_the_record(visitor):
    account = visitor.created("Account", Name="A")
    answer = visitor.send("PATCH", f"{V}/sobjects/Account/Id/{account}", json={"Name": "B"})
    assert (answer.status_code, answer.json["created"]) == (200, False)
    assert visitor.values("SELECT Name FROM Account") == [("B",)]


def test_describe_lists_what_a_create_needs(visitor):
    fields = {each["name"]: each for each in visitor.send("GET", f"{V}/sobjects/User/describe").json["fields"]}
    creates = {name for name, each in fields.items() if each["createable"]}
    assert {name for name in creates if not fields[name]["nillable"] and not fields[name]["defaultedOnCreate"]} == {
        "Username",
        "LastName",
        "Alias",
        "Email",
        "ProfileId",
        "TimeZoneSidKey",
        "LocaleSidKey",
        "EmailEncodingKey",
        "LanguageLocaleKey",
    }
    assert fields["ProfileId"]["referenceTo"] == ["Profile"]
    assert fields["Username"]["unique"] is True


def test_describe_has_the_recorded_keys_in_their_order(visitor):
    shown = visitor.send("GET", f"{V}/sobjects/Account/describe").json
    assert list(shown) == RECORDED_KEYS.split()
    assert {tuple(each) for each in shown["fields"]} == {tuple(RECORDED_FIELD_KEYS.split())}
    sizes = {each["name"]: (each["length"], each["byteLength"]) for each in shown["fields"]}
    assert (sizes["Id"], sizes["Name"]) == ((18, 18), (255, 765))
    [listed] = [each for each in visitor.send("GET", f"{V}/sobjects").json["sobjects"] if each["name"] == "Account"]
    assert listed.items() <= shown.items()
