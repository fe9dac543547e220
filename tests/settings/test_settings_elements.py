"""Declarations that the nouns have no field for, in the words of the metadata types."""

from __future__ import annotations

import pytest

from provision.metadata.check import check
from provision.model.metadata import Document
from provision.settings.desired import desired
from tests.settings.settings_files import WHOLE, read

APP = """user: billing-bot,
    contact_phone: "+49 30 1234567",
    info_url: "https://a.example/info", logo_url: "https://a.example/logo", icon_url: "https://a.example/icon",
    start_url: "https://a.example/start", mobile_start_url: "https://a.example/m",
    ip_ranges: [{start: 203.0.113.1, end: 203.0.113.9, description: HQ}, {start: "2001:db8::1", end: "2001:db8::9"}],
    attributes: {Company: "$Organization.Name"},
    policy: {session: {timeout: 60, level: standard, action: raise-session-level}},
    saml: {acs_url: "https://a.example/acs", entity_url: "https://a.example", subject: CustomAttribute,
           subject_attribute: Number__c, issuer: "https://i.example", name_id_format: EmailAddress,
           signing_algorithm: SHA256, encryption: AES_256, slo_url: "https://a.example/slo", slo_binding: PostBinding},
    canvas: {url: "https://a.example/canvas", locations: [Chatter, OpenCTI], options: [HideShare],
             saml_initiation: None, lifecycle_class: Handler},
    mobile: {platform: ios, version: "1.2", device: tablet, minimum_os_version: "17", private: true,
             bundle_identifier: example.acme, install_url: "https://a.example/install"}}"""

PERMISSION_SET = """label: Billing Data,
    agents: [Helper], apex_classes: [Sync], apex_pages: [Page], applications: [standard__Sales],
    custom_metadata_types: [Rate__mdt], custom_permissions: [May_Bill], custom_settings: [Config__c],
    external_credential_principals: [Bank-Main], external_data_sources: [Bank], flows: [Bill],
    email_routing_addresses: [In], service_presence_statuses: [Ready], summary_definitions: [Case],
    record_types: [Account.Customer], tabs: {standard-Account: visible, Invoice__c: none},"""


def app_extra():
    return desired(read(WHOLE.replace("user: billing-bot}", APP)), "uat").apps[0].extra


def permission_set_extra():
    return desired(read(WHOLE.replace("label: Billing Data,", PERMISSION_SET)), "uat").permission_sets[0].extra


def test_nothing_is_said_of_what_is_not_declared():
    wanted = desired(read(WHOLE), "uat")
    assert (wanted.apps[0].extra, wanted.permission_sets[0].extra) == ({}, {})


def test_an_app_is_declared_in_the_words_of_connected_app():
    assert app_extra() == {
        "contactPhone": "+49 30 1234567",
        "iconUrl": "https://a.example/icon",
        "infoUrl": "https://a.example/info",
        "logoUrl": "https://a.example/logo",
        "mobileStartUrl": "https://a.example/m",
        "startUrl": "https://a.example/start",
        "attributes": ({"formula": "$Organization.Name", "key": "Company"},),
        "ipRanges": (
            {"description": "HQ", "end": "203.0.113.9", "start": "203.0.113.1"},
            {"end": "2001:db8::9", "start": "2001:db8::1"},
        ),
        "canvasConfig": {
            "accessMethod": "Post",
            "canvasUrl": "https://a.example/canvas",
            "lifecycleClass": "Handler",
            "locations": ("Chatter", "OpenCTI"),
            "options": ("HideShare",),
            "samlInitiationMethod": "None",
        },
        "mobileAppConfig": {
            "applicationBundleIdentifier": "example.acme",
            "applicationInstallUrl": "https://a.example/install",
            "devicePlatform": "ios",
            "deviceType": "tablet",
            "minimumOsVersion": "17",
            "privateApp": "true",
            "version": "1.2",
        },
        "samlConfig": {
            "acsUrl": "https://a.example/acs",
            "encryptionType": "AES_256",
            "entityUrl": "https://a.example",
            "issuer": "https://i.example",
            "samlIdpSLOBindingEnum": "PostBinding",
            "samlNameIdFormat": "EmailAddress",
            "samlSigningAlgoType": "SHA256",
            "samlSloUrl": "https://a.example/slo",
            "samlSubjectCustomAttr": "Number__c",
            "samlSubjectType": "CustomAttribute",
        },
        "sessionPolicy": {"policyAction": "RaiseSessionLevel", "sessionLevel": "STANDARD", "sessionTimeout": "60"},
    }


def test_a_permission_set_grants_in_the_words_of_permission_set():
    extra = permission_set_extra()
    assert extra["classAccesses"] == ({"apexClass": "Sync", "enabled": "true"},)
    assert extra["applicationVisibilities"] == ({"application": "standard__Sales", "visible": "true"},)
    assert extra["customPermissions"] == ({"enabled": "true", "name": "May_Bill"},)
    assert extra["tabSettings"] == (
        {"tab": "standard-Account", "visibility": "Visible"},
        {"tab": "Invoice__c", "visibility": "None"},
    )
    assert extra["genComputingSummaryDefAccesses"] == ({"configName": "Case", "enabled": "true"},)
    assert extra["emailRoutingAddressAccesses"] == ({"enabled": "true", "name": "In"},)
    assert extra["servicePresenceStatusAccesses"] == ({"enabled": "true", "servicePresenceStatus": "Ready"},)
    assert len(extra) == 15


@pytest.mark.parametrize("version", ["66.0", "68.0"])
def test_the_metadata_types_know_every_element_and_value(version):
    """Names and choices agree with Salesforce's own description of the types."""
    app = Document("ConnectedApp", {"label": "A", "contactEmail": "a@acme.example", **app_extra()})
    permission_set = Document("PermissionSet", {"label": "A", **permission_set_extra()})
    assert check(app, version) == ()
    assert check(permission_set, version) == ()
