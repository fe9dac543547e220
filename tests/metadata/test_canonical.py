"""The order in which Salesforce writes lists, whatever order they were declared in."""

from provision.metadata.canonical import canonical
from provision.model.metadata import Document


def test_scopes_take_the_order_of_their_definition_and_stand_once():
    document = Document("ConnectedApp", {"oauthConfig": {"scopes": ("RefreshToken", "OpenID", "Api", "Web", "Api")}})
    assert canonical(document).fields["oauthConfig"] == {"scopes": ("Api", "Web", "RefreshToken", "OpenID")}


def test_scopes_in_one_text_take_the_same_order_with_the_spelling_of_external_client_apps():
    scopes = "MCP,SFApiPlatform, RefreshToken ,Api"
    document = Document("ExtlClntAppOauthSettings", {"commaSeparatedOauthScopes": scopes})
    assert canonical(document).fields["commaSeparatedOauthScopes"] == "Api, RefreshToken, SFApiPlatform, MCP"


def test_names_in_one_text_are_sorted_without_spaces():
    document = Document("ExtlClntAppOauthConfigurablePolicies", {"commaSeparatedPermissionSet": "B, A,B"})
    assert canonical(document).fields["commaSeparatedPermissionSet"] == "A,B"


def test_entries_are_sorted_in_ascii_order_by_what_identifies_them():
    entries = (
        {"field": "a.B", "editable": "true"},
        {"field": "Z.B"},
        {"field": "Pool__c.X"},
        {"field": "PoolSlot__c.X"},
    )
    fields = canonical(Document("PermissionSet", {"fieldPermissions": entries})).fields["fieldPermissions"]
    assert [entry["field"] for entry in fields] == ["PoolSlot__c.X", "Pool__c.X", "Z.B", "a.B"]
    assert list(fields[3]) == ["editable", "field"]


def test_elements_take_the_order_of_the_schema_and_empty_lists_go():
    fields = {"zz": "1", "label": "A", "profileName": (), "oauthConfig": {"scopes": (), "callbackUrl": "x"}, "aa": "2"}
    ordered = canonical(Document("ConnectedApp", fields)).fields
    assert list(ordered) == ["aa", "label", "oauthConfig", "zz"]
    assert ordered["oauthConfig"] == {"callbackUrl": "x"}


def test_one_value_for_a_repeating_element_becomes_a_list_of_one():
    assert canonical(Document("ConnectedApp", {"profileName": "A"})).fields == {"profileName": ("A",)}
