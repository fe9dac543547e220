"""From what is in an org to the words of the file: all of it, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.model.desired import PermissionSet
from provision.model.metadata import Document, Value
from provision.settings.adopted import permission_set_entry, yaml_text
from provision.settings.desired import desired
from provision.steps.permission_set import declared
from tests.settings.settings_files import WHOLE, read

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs", "Zl", "Zp")), min_size=1, max_size=30
)
SPELLED = TEXTS | st.sampled_from(
    ["${HOME}", "$${X}", "$$${", "a ${", "${A:-b} ${", "yes", "# no", "a: b", " x ", "?0"]
)

WRITTEN = """
permission_sets:
  Everything:
    label: Everything
    description: All that the file has words for
    license: Salesforce API Integration
    objects:
      Account: [read, edit, delete, view-all, modify-all]
      Contact: [read, create]
    fields: {Account.Rating: edit, Contact.Title: read}
    user_permissions: [ApiEnabled, ViewSetup]
    agents: [Helper]
    applications: [standard__Sales]
    apex_classes: [Sync, acme__Sync]
    custom_metadata_types: [Rate__mdt]
    custom_permissions: [May_Bill]
    custom_settings: [Config__c]
    external_credential_principals: [Bank-Main]
    external_data_sources: [Bank]
    email_routing_addresses: [In]
    flows: [Bill]
    service_presence_statuses: [Ready]
    summary_definitions: [Case]
    apex_pages: [Page]
    record_types: [Account.Customer]
    tabs: {standard-Account: visible, Invoice__c: none, standard-Case: available}
"""


def document(**more: Value) -> Document:
    return Document("PermissionSet", {"label": "Data", "hasActivationRequired": "false", **more})


def declared_in(text: str) -> PermissionSet:
    return desired(read(text), "local").permission_sets[0]


def test_a_permission_set_of_every_word_comes_back_as_it_was_declared() -> None:
    original = declared_in(f"version: 1{WRITTEN}")
    entry = permission_set_entry(Document("PermissionSet", declared(original)))
    assert entry is not None
    assert declared_in("version: 1\n" + yaml_text({"permission_sets": {"Everything": entry}})) == original


UNSPOKEN: dict[str, Value] = {
    "hasActivationRequired": "true",
    "userLicense": "Salesforce",
    "dataspaceScopes": {"dataspaceScope": "default", "enabled": "true"},
    "fieldOfTomorrow": "x",
    "objectPermissions": {"object": "Account", "allowRead": "true", "viewAllFields": "true"},
    "fieldPermissions": {"field": "Account.Rating", "readable": "true", "editable": "false", "masked": "true"},
    "userPermissions": {"name": "ApiEnabled", "enabled": "true", "scope": "x"},
    "tabSettings": {"tab": "standard-Account", "visibility": "Visible", "position": "1"},
    "classAccesses": {"apexClass": "Sync", "enabled": "true", "until": "2030"},
    "applicationVisibilities": {"application": "standard__Sales", "visible": "true", "default": "true"},
    "flowAccesses": {"flow": "no name of a flow", "enabled": "true"},
}
"""Element → a value that the words of the file do not cover."""


@pytest.mark.parametrize("element", UNSPOKEN)
def test_what_the_file_has_no_words_for_is_not_left_out_silently(element: str) -> None:
    assert permission_set_entry(document(**{element: UNSPOKEN[element]})) is None


def test_two_rows_of_which_one_has_no_words_have_none() -> None:
    row = {"object": "Account", "allowRead": "true"}
    assert permission_set_entry(document(objectPermissions=(row,))) is not None
    assert permission_set_entry(document(objectPermissions=(row, {**row, "masked": "true"}))) is None


def test_rights_that_are_not_granted_are_no_rights() -> None:
    entry = permission_set_entry(
        document(
            objectPermissions={"object": "Account", "allowRead": "false", "viewAllFields": "false"},
            classAccesses=({"apexClass": "Sync", "enabled": "false"}, {"apexClass": "Bill", "enabled": "true"}),
            fieldPermissions={"field": "Account.Rating", "readable": "false", "editable": "false"},
        )
    )
    assert entry == {"label": "Data", "apex_classes": ["Bill"]}


@settings(deadline=None)
@given(SPELLED, SPELLED)
def test_every_text_is_written_so_that_it_is_read_again_and_nothing_is_replaced_in_it(one: str, other: str) -> None:
    sections = {"permission_sets": {"Data": {"label": one[:80], "description": other}}}
    found = read("version: 1\n" + yaml_text(sections), {"HOME": "canary", "A": "canary", "X": "canary"})
    assert (found.permission_sets["Data"].label, found.permission_sets["Data"].description) == (one[:80], other)


def test_the_rest_of_a_settings_file_is_none_of_its_business() -> None:
    assert permission_set_entry(Document("PermissionSet", declared(declared_in(WHOLE)))) == {
        "label": "Billing Data",
        "objects": {"Account": ["read"]},
        "fields": {"Account.Rating": "edit"},
    }
