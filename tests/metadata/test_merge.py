"""Read, merge, write: what stays, what is replaced, and what counts as a difference."""

from pathlib import Path

from provision.metadata.merge import certificate_der, differences, overlay
from provision.metadata.parse import parse
from provision.model.change import FieldChange
from provision.model.metadata import Document

FIXTURES = Path(__file__).parent / "fixtures"
BASE = parse((FIXTURES / "Billing_Sync.connectedApp").read_bytes())
SET = parse((FIXTURES / "Billing_Data.permissionset").read_bytes())
POLICY = parse((FIXTURES / "Billing_Sync_oauthPlcy.ecaOauthPlcy").read_bytes())

# Any DER will do: the text forms are what is compared.
DER_BASE64 = "MIIBAjCBrQIBADANBgkqhkiG9w0BAQsFADAPMQ0wCwYDVQQDDARhY21lMB4XDTI2MDEwMTAwMDAwMFoX"


def test_declared_texts_replace_nested_elements_merge_and_the_rest_stays():
    merged = overlay(BASE, {"label": "New", "oauthConfig": {"isAdminApproved": "false"}})
    assert merged.fields["label"] == "New"
    assert merged.fields["oauthConfig"] == {**BASE.fields["oauthConfig"], "isAdminApproved": "false"}
    assert merged.fields["oauthPolicy"] == BASE.fields["oauthPolicy"]
    assert BASE.fields["label"] == "Billing Sync"


def test_foreign_names_stay_in_their_order_and_declared_ones_are_added_once():
    merged = overlay(BASE, {"permissionSetName": ("Mine", "Billing Sync Access"), "oauthConfig": {"scopes": ("Web",)}})
    assert merged.fields["permissionSetName"] == ("Billing Sync Access", "Mine")
    assert merged.fields["oauthConfig"]["scopes"] == ("Api", "RefreshToken", "Web")


def test_entries_are_matched_by_what_identifies_them():
    declared = {"objectPermissions": ({"object": "Account", "allowEdit": "true"}, {"object": "Contact"})}
    account, contact = overlay(SET, declared).fields["objectPermissions"]
    assert account == {**SET.fields["objectPermissions"][0], "allowEdit": "true"}
    assert contact == {"object": "Contact"}


def test_one_value_for_a_repeated_element_is_one_entry():
    assert overlay(SET, {"userPermissions": {"name": "X", "enabled": "true"}}).fields["userPermissions"] == (
        {"enabled": "true", "name": "ApiEnabled"},
        {"name": "X", "enabled": "true"},
    )


def test_comma_separated_sets_keep_foreign_entries():
    merged = overlay(POLICY, {"commaSeparatedPermissionSet": "Mine, Billing_Sync_Access", "commaSeparatedProfile": "A"})
    assert merged.fields["commaSeparatedPermissionSet"] == "Billing_Sync_Access,Mine"
    assert merged.fields["commaSeparatedProfile"] == "A"


def test_what_was_merged_in_is_no_longer_a_difference():
    declared = {
        "label": "New",
        "ipRanges": ({"start": "198.51.100.0", "end": "198.51.100.9", "description": "VPN"},),
        "oauthConfig": {"scopes": ("Web",), "certificate": DER_BASE64, "isPkceRequired": "true"},
        "profileName": "System Administrator",
    }
    assert differences(BASE, declared) != ()
    assert differences(overlay(BASE, declared), declared) == ()


def test_differences_name_the_element_and_both_values():
    declared = {"oauthConfig": {"scopes": ("Web", "Api"), "isAdminApproved": "false"}, "infoUrl": "https://a.example"}
    assert differences(BASE, declared) == (
        FieldChange("infoUrl", None, "https://a.example"),
        FieldChange("oauthConfig.isAdminApproved", "true", "false"),
        FieldChange("oauthConfig.scopes", "Api, RefreshToken", "Api, RefreshToken, Web"),
    )


def test_differences_name_entries_by_what_identifies_them():
    declared = {
        "fieldPermissions": ({"field": "Account.Rating", "readable": "true", "editable": "true"},),
        "objectPermissions": ({"object": "Contact", "allowRead": "true", "allowEdit": "false"},),
    }
    assert differences(SET, declared) == (
        FieldChange("fieldPermissions[Account.Rating].editable", "false", "true"),
        FieldChange("objectPermissions[Contact].allowRead", None, "true"),
    )


def test_false_and_absent_are_the_same_flag_and_empty_and_absent_the_same_text():
    assert differences(BASE, {"oauthConfig": {"isPkceRequired": "false", "isAdminApproved": "1"}, "infoUrl": ""}) == ()
    assert differences(SET, {"userPermissions": ({"name": "ApiUserOnly", "enabled": "false"},)}) == ()


def test_an_entry_that_is_missing_is_a_difference_even_if_its_flags_are_off():
    base = Document("ExtlClntAppNotificationSettings", {"externalClientApplication": "A"})
    declared = {"notificationTypes": ({"notificationType": "Approval", "pushByDefault": "false"},)}
    assert differences(base, declared) == (FieldChange("notificationTypes[Approval]", None, "Approval, false"),)
    ranges = {"ipRanges": ({"start": "198.51.100.0", "end": "198.51.100.9"},)}
    assert differences(BASE, ranges) == (
        FieldChange("ipRanges[198.51.100.0, 198.51.100.9]", None, "198.51.100.0, 198.51.100.9"),
    )


def test_entries_of_an_unknown_element_are_the_same_if_all_they_hold_is():
    base = Document("ConnectedApp", {"new": ({"a": "1"}, {"a": "2"})})
    declared = {"new": ({"a": "2"}, {"a": "3"})}
    assert overlay(base, declared).fields["new"] == ({"a": "1"}, {"a": "2"}, {"a": "3"})
    assert [change.field for change in differences(base, declared)] == ["new[a=3].a"]


def test_a_certificate_is_the_same_in_every_form_it_is_written_in():
    lines = "\n".join(DER_BASE64[start : start + 64] for start in range(0, len(DER_BASE64), 64))
    pem = f"\n-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    base = overlay(BASE, {"oauthConfig": {"certificate": DER_BASE64}})
    for text in (DER_BASE64, lines, pem, pem.replace("\n", "\r\n"), f"Bag Attributes\n  a: b\n{pem}"):
        assert certificate_der(text) == certificate_der(DER_BASE64)
        assert differences(base, {"oauthConfig": {"certificate": text}}) == ()
    assert len(differences(base, {"oauthConfig": {"certificate": DER_BASE64[:-4]}})) == 1


def test_one_empty_entry_takes_all_away_and_is_shown():
    declared = {"permissionSetName": ("",)}
    assert overlay(BASE, declared).fields["permissionSetName"] == ("",)
    assert differences(BASE, declared) == (FieldChange("permissionSetName", "Billing Sync Access", None),)
    assert differences(overlay(BASE, declared), declared) == ()


def test_callback_urls_are_a_set_of_lines():
    old = BASE.fields["oauthConfig"]["callbackUrl"]
    assert differences(BASE, {"oauthConfig": {"callbackUrl": "\r\n".join(reversed(old.split()))}}) == ()
    assert differences(BASE, {"oauthConfig": {"callbackUrl": "https://a.example"}}) != ()


def test_a_secret_is_marked():
    (change,) = differences(BASE, {"oauthConfig": {"consumerSecret": "x"}})
    assert change.sensitive


def test_an_element_the_schema_does_not_know_is_merged_and_compared_by_its_shape():
    base = Document("ConnectedApp", {"new": {"a": "1", "b": ("x",)}})
    declared = {"new": {"a": "2", "b": ("y",)}}
    assert overlay(base, declared).fields["new"] == {"a": "2", "b": ("x", "y")}
    assert [change.field for change in differences(base, declared)] == ["new.a", "new.b"]
