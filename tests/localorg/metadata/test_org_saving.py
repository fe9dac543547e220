"""createMetadata, updateMetadata, upsertMetadata, deleteMetadata: component by component, without a package."""

import pytest

from provision.localorg.metadata.tree import NAMESPACE
from tests.localorg.metadata.families import APP, GLOBAL, SETTINGS, app, element, settings, shared

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def component(full_name, *parts, type_name="PermissionSet", label="A set"):
    inside = f"<fullName>{full_name}</fullName><label>{label}</label>{''.join(parts)}"
    return f'<metadata {XSI} xsi:type="{type_name}">{inside}</metadata>'


def permission(name):
    return f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>"


def results(http, operation, inside, **options):
    """Each result as full name, success, and code and message of its error."""
    status, answer = http.soap(operation, inside, **options)
    assert (status, answer.name) == (200, f"{operation}Response")
    return [_told(result) for result in answer.all("result")]


def _told(result):
    error = result.child("errors")
    told = (result.text_of("fullName"), result.text_of("success"))
    return (*told, error.text_of("statusCode"), error.text_of("message")) if error else told


def names(http):
    return sorted(row.fields["Name"] for row in http.org.records("PermissionSet", IsOwnedByProfile=False))


def test_components_are_created_read_changed_and_deleted(http):
    assert results(http, "createMetadata", component("A", permission("ApiEnabled"))) == [("A", "true")]
    assert results(http, "updateMetadata", component("A", label="Other")) == [("A", "true")]
    inside = "<type>PermissionSet</type><fullNames>A</fullNames>"
    read = http.result("readMetadata", inside).child("records")
    assert read.text_of("label") == "Other"
    assert read.child("userPermissions") is None
    assert results(http, "deleteMetadata", inside) == [("A", "true")]
    assert names(http) == []


def test_upsert_says_whether_it_created(http):
    told = []
    for label in ("One", "Two"):
        _, answer = http.soap("upsertMetadata", component("A", label=label))
        told.append([child.name for child in answer.child("result").children])
        told.append(answer.child("result").text_of("created"))
    assert told == [["created", "fullName", "success"], "true", ["created", "fullName", "success"], "false"]


def test_what_is_a_warning_to_deploys_stops_nothing_here(http):
    parts = {APP: app(), SETTINGS: settings(), GLOBAL: shared()}
    assert http.org.deploy(parts).status == "Succeeded"
    secret = http.org.consumer("Sync").secret
    rotated = shared(element("shouldRotateConsumerSecret", "true"))
    assert http.org.deploy({**parts, GLOBAL: rotated}).status == "Failed"
    inside = "<fullName>Sync_glbloauth</fullName>" + rotated.partition(">")[2].rpartition("</")[0]
    record = f'<metadata {XSI} xsi:type="ExtlClntAppGlobalOauthSettings">{inside}</metadata>'
    assert results(http, "updateMetadata", record) == [("Sync_glbloauth", "true")]
    assert http.org.consumer("Sync").secret != secret


def test_refusals_belong_to_one_component_each(http):
    inside = component("Good") + component("Bad", permission("NoSuchThing")) + component("", type_name="PermissionSet")
    assert results(http, "createMetadata", inside) == [
        ("Good", "true"),
        ("Bad", "false", "FIELD_INTEGRITY_EXCEPTION", "Unknown user permission: NoSuchThing"),
        ("", "false", "REQUIRED_FIELD_MISSING", "Required field is missing: fullName"),
    ]
    assert names(http) == ["Good"]


def test_wishes_that_do_not_fit_are_refused(http):
    results(http, "createMetadata", component("A"))
    ((_, success, code, message),) = results(http, "createMetadata", component("A"))
    assert (success, code) == ("false", "DUPLICATE_DEVELOPER_NAME")
    assert "already exists" in message
    missing = ("B", "false", "INVALID_CROSS_REFERENCE_KEY", "No PermissionSet named: B found")
    assert results(http, "updateMetadata", component("B")) == [missing]
    assert results(http, "deleteMetadata", "<type>PermissionSet</type><fullNames>B</fullNames>") == [missing]


def test_all_or_none_keeps_nothing_of_a_call_with_a_refusal(http):
    body = component("Good") + component("Bad", permission("NoSuchThing"))
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Header xmlns="{NAMESPACE}"><SessionHeader><sessionId>{http.session_id}</sessionId></SessionHeader>'
        "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader></s:Header>"
        f'<s:Body><createMetadata xmlns="{NAMESPACE}">{body}</createMetadata></s:Body></s:Envelope>'
    )
    _, answer = http.post("/services/Soap/m/66.0", envelope.encode())
    told = [_told(result)[:3] for result in answer.all("result")]
    assert told == [
        ("Good", "false", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
        ("Bad", "false", "FIELD_INTEGRITY_EXCEPTION"),
    ]
    assert names(http) == []


def test_elements_may_be_nil_and_prefixed_types_count(http):
    nil = component("A", "<description xsi:nil='true'/>", type_name="met:PermissionSet")
    assert results(http, "createMetadata", nil) == [("A", "true")]


@pytest.mark.parametrize(
    ("operation", "inside", "code"),
    [
        ("createMetadata", component("A", type_name="Nonsense"), "INVALID_TYPE"),
        ("createMetadata", component("A", type_name="Settings"), "INVALID_TYPE"),
        ("createMetadata", component("A", type_name="SessionSettings"), "INVALID_TYPE"),
        ("createMetadata", component("A", type_name="PackageTypeMembers"), "INVALID_TYPE"),
        ("createMetadata", "<metadata><fullName>A</fullName></metadata>", "INVALID_TYPE"),
        ("deleteMetadata", "<type>Nonsense</type><fullNames>A</fullNames>", "INVALID_TYPE"),
        ("createMetadata", component("A") * 11, "EXCEEDED_ID_LIMIT"),
        ("readMetadata", "<type>PermissionSet</type>" + "<fullNames>A</fullNames>" * 11, "EXCEEDED_ID_LIMIT"),
    ],
)
def test_whole_calls_are_refused_as_faults(http, operation, inside, code):
    assert http.fault(operation, inside)[0] == f"sf:{code}"


def test_external_client_apps_get_their_automatic_policies_this_way_too(http):
    parent = "<externalClientApplication>Sync</externalClientApplication>"
    app = component("Sync", "<contactEmail>a@b.example</contactEmail>", type_name="ExternalClientApplication")
    settings = component(
        "Sync_oauth",
        "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>" + parent,
        type_name="ExtlClntAppOauthSettings",
    )
    assert [told[1] for told in results(http, "createMetadata", app + settings)] == ["true", "true"]
    (policy,) = http.org.records("ExtlClntAppOauthPlcyCnfg")
    assert policy.fields["DeveloperName"] == "Sync_oauth_defaultPolicy"
    duplicate = component("Other", parent, type_name="ExtlClntAppOauthConfigurablePolicies")
    expected = "ExtlClntAppOauthSettingsId duplicates value on Sync_oauth_defaultPolicy"
    assert results(http, "createMetadata", duplicate) == [("Other", "false", "DUPLICATE_VALUE", expected)]


def test_settings_are_read_and_changed_by_the_name_of_their_file(http):
    on = "<enableClientSecretInRestApiAccess>true</enableClientSecretInRestApiAccess>"
    inside = f"<fullName>ExternalClientApp</fullName>{on}"
    changed = f'<metadata {XSI} xsi:type="ExternalClientAppSettings">{inside}</metadata>'
    assert results(http, "updateMetadata", changed) == [("ExternalClientApp", "true")]
    asked = "<type>ExternalClientAppSettings</type><fullNames>ExternalClientApp</fullNames>"
    assert http.result("readMetadata", asked).child("records").text_of("enableClientSecretInRestApiAccess") == "true"
    listed = http.result("listMetadata", "<queries><type>Settings</type></queries><asOfVersion>66</asOfVersion>")
    assert listed.text_of("type").endswith("Settings")
