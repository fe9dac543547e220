"""Files that the settings name: what they say holds wherever the settings say nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provision.apps import connected_app
from provision.errors import Code, Failed, Usage
from provision.given import secrets_in_files, with_files
from provision.metadata.checked import component
from provision.metadata.merge import overlay
from provision.metadata.parse import parse
from provision.model.desired import AppKind, AppPolicy, Desired, RefreshTokenPolicy
from provision.model.metadata import Document
from provision.settings.desired import desired
from provision.settings.load import load
from provision.settings.models import Settings
from provision.steps import permission_set
from tests.conftest import SHARED

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
APP = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="{NAMESPACE}">
    <fullName>Elsewhere</fullName>
    <contactEmail>owner@acme.example</contactEmail>
    <description>Sends bills</description>
    <label>Billing &amp; Sync</label>
    <oauthConfig>
        <callbackUrl>https://a.example/cb
https://b.example/cb</callbackUrl>
        <certificate>MIIC</certificate>
        <consumerKey>3MVG9abc</consumerKey>
        <consumerSecret>hidden-secret-of-the-file</consumerSecret>
        <isAdminApproved>true</isAdminApproved>
        <scopes>Full</scopes>
        <scopes>DataCloudUserClaims</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>BYPASS</ipRelaxation>
        <refreshTokenPolicy>specific_lifetime:90:DAYS</refreshTokenPolicy>
    </oauthPolicy>
    <permissionSetName>Others</permissionSetName>
    <samlConfig>
        <acsUrl>https://a.example/acs</acsUrl>
    </samlConfig>
</ConnectedApp>
"""
SET = f"""\
<PermissionSet xmlns="{NAMESPACE}">
    <hasActivationRequired>true</hasActivationRequired>
    <label>Data</label>
    <license>Salesforce API Integration</license>
    <objectPermissions>
        <allowRead>true</allowRead>
        <object>Account</object>
    </objectPermissions>
    <objectPermissions>
        <allowRead>true</allowRead>
        <object>Contact</object>
    </objectPermissions>
</PermissionSet>
"""
HEAD = """\
version: 1
users: {bot: {username: bot@acme.example, last_name: Bot, email: it@acme.example}}
"""


def read(folder: Path, rest: str) -> Settings:
    (folder / "apps").mkdir(exist_ok=True)
    (folder / "apps/Billing.connectedApp-meta.xml").write_text(APP)
    (folder / "Data.permissionset").write_text(SET)
    (folder / "provision.yaml").write_text(HEAD + rest)
    return load(folder / "provision.yaml", {})


def wanted(folder: Path, rest: str) -> Desired:
    settings = read(folder, rest)
    return with_files(desired(settings, "local"), settings)


def app_settings(more: str = "") -> str:
    return f"apps: {{a: {{user: bot, file: apps/Billing.connectedApp-meta.xml{more}}}}}\n"


def test_what_is_not_written_comes_from_the_file(tmp_path: Path) -> None:
    [app] = wanted(tmp_path, app_settings()).apps
    assert (app.name, app.label, app.contact_email) == ("Billing", "Billing & Sync", "owner@acme.example")
    assert app.description == "Sends bills"
    assert app.scopes == ("full",)
    assert app.callback_urls == ("https://a.example/cb", "https://b.example/cb")
    assert app.policy == AppPolicy("admin-approved", "bypass", RefreshTokenPolicy("specific-lifetime", 90, "days"))
    assert app.kind is AppKind.CONNECTED_APP
    assert (app.access.name, app.access.description) == ("Billing_Access", "Carries the app Billing & Sync.")


def test_what_is_written_wins(tmp_path: Path) -> None:
    written = ", label: Mine, contact_email: me@acme.example, scopes: [api], policy: {ip_relaxation: enforce}"
    [app] = wanted(tmp_path, app_settings(written)).apps
    declared = connected_app.declared(app, None)
    assert (declared["label"], declared["contactEmail"]) == ("Mine", "me@acme.example")
    oauth = declared["oauthConfig"]
    assert isinstance(oauth, dict)
    assert oauth["scopes"] == ("Api",)
    assert declared["oauthPolicy"] == {
        "ipRelaxation": "ENFORCE",
        "refreshTokenPolicy": "specific_lifetime:90:DAYS",
    }


def test_everything_else_in_the_file_is_kept(tmp_path: Path) -> None:
    [app] = wanted(tmp_path, app_settings()).apps
    declared = connected_app.declared(app, None)
    assert declared["samlConfig"] == {"acsUrl": "https://a.example/acs"}
    assert declared["permissionSetName"] == ("Others", "Billing_Access")
    assert "fullName" not in declared
    oauth = declared["oauthConfig"]
    assert isinstance(oauth, dict)
    assert oauth["scopes"] == ("Full", "DataCloudUserClaims")
    assert oauth["certificate"] == "MIIC"


def test_key_and_secret_of_the_file_are_never_declared_and_a_secret_is_told(tmp_path: Path) -> None:
    settings = read(tmp_path, app_settings())
    [app] = with_files(desired(settings, "local"), settings).apps
    oauth = connected_app.declared(app, None)["oauthConfig"]
    assert isinstance(oauth, dict)
    assert not {"consumerKey", "consumerSecret"} & set(oauth)
    [warning] = secrets_in_files(settings)
    assert warning.startswith("apps/Billing.connectedApp-meta.xml:12:9: consumerSecret is written down")
    assert "hidden-secret" not in warning
    assert "hidden-secret" not in repr(app)


def test_the_certificate_of_the_stored_key_pair_takes_the_place_of_the_files(tmp_path: Path) -> None:
    [app] = wanted(tmp_path, app_settings()).apps
    oauth = connected_app.declared(app, "PEM")["oauthConfig"]
    assert isinstance(oauth, dict)
    assert oauth["certificate"] == "PEM"


def test_opening_an_app_to_all_drops_who_it_is_restricted_to(tmp_path: Path) -> None:
    [app] = wanted(tmp_path, app_settings(", policy: {permitted_users: all}")).apps
    declared = connected_app.declared(app, None)
    assert "permissionSetName" not in declared


def test_a_permission_set_is_its_file_with_what_is_written_laid_over(tmp_path: Path) -> None:
    rest = "permission_sets: {Data: {file: Data.permissionset, objects: {Contact: [read, edit]}}}\n"
    [item] = wanted(tmp_path, rest).permission_sets
    assert (item.label, item.license) == ("Data", "Salesforce API Integration")
    declared = permission_set.declared(item)
    assert declared["hasActivationRequired"] == "true"
    account, contact = declared["objectPermissions"]
    assert account == {"allowRead": "true", "object": "Account"}
    assert isinstance(contact, dict)
    assert (contact["allowRead"], contact["allowEdit"]) == ("true", "true")


def test_laying_the_declared_over_the_file_again_changes_nothing(tmp_path: Path) -> None:
    [app] = wanted(tmp_path, app_settings()).apps
    declared = connected_app.declared(app, None)
    assert overlay(Document("ConnectedApp", declared), declared).fields == declared


def test_files_and_folders_that_are_not_there_are_all_reported_at_once_where_they_are_named(tmp_path: Path) -> None:
    rest = "permission_sets: {Data: {file: none.xml}, More: {file: apps}}\n"
    with pytest.raises(Usage) as caught:
        wanted(tmp_path, rest)
    assert caught.value.code is Code.SETTINGS_INVALID
    assert [(row["line"], row["path"], row["message"]) for row in caught.value.context["problems"]] == [
        (3, "permission_sets.Data.file", '"none.xml": cannot be read: No such file or directory'),
        (3, "permission_sets.More.file", '"apps": cannot be read: Is a directory'),
    ]
    with pytest.raises(Usage, match="The settings have 1 problem") as caught:
        wanted(tmp_path, "templates: nowhere\n")
    assert caught.value.context["problems"][0]["path"] == "templates"


def test_what_neither_the_file_nor_the_settings_say_is_required(tmp_path: Path) -> None:
    settings = read(tmp_path, app_settings())
    (tmp_path / "apps/Billing.connectedApp-meta.xml").write_text(f'<ConnectedApp xmlns="{NAMESPACE}"/>')
    with pytest.raises(Usage) as caught:
        with_files(desired(settings, "local"), settings)
    assert [row["message"] for row in caught.value.context["problems"]] == [
        'is required: "apps/Billing.connectedApp-meta.xml" has no contactEmail',
        'is required: "apps/Billing.connectedApp-meta.xml" has no label',
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</label>", "</lable>", ":6:38: The XML is not well-formed: "),
        ("ConnectedApp", "PermissionSet", ":2:1: The root element is PermissionSet, not ConnectedApp"),
        (">BYPASS<", ">SOMETIMES<", ":18:9: 'SOMETIMES' is not allowed; allowed: ENFORCE, BYPASS, "),
    ],
)
def test_a_file_that_is_none_is_refused_with_file_line_and_column(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    settings = read(tmp_path, app_settings())
    (tmp_path / "apps/Billing.connectedApp-meta.xml").write_text(APP.replace(old, new))
    with pytest.raises(Failed) as caught:
        with_files(desired(settings, "local"), settings)
    assert caught.value.code is Code.METADATA_INVALID
    assert caught.value.summary.startswith(f"apps/Billing.connectedApp-meta.xml{said}")


def test_files_of_what_an_org_does_not_get_are_not_read(tmp_path: Path) -> None:
    rest = "orgs: {uat: {my_domain: acme.my.salesforce.com, apps: []}}\napps: {a: {user: bot, file: none.xml}}\n"
    settings = read(tmp_path, rest)
    assert with_files(desired(settings, "uat"), settings).apps == ()


CORPUS = SHARED / "corpus"
REAL = (
    [one for one in json.loads((CORPUS / "INDEX.json").read_text())["files"] if one["split"] == "dev"]
    if (CORPUS / "INDEX.json").is_file()
    else []
)
OURS = {"contactEmail", "description", "fullName", "label", "oauthConfig", "oauthPolicy", "permissionSetName"}


@pytest.mark.skipif(not REAL, reason="the collection of real files is not at hand")
def test_real_apps_keep_all_that_the_settings_have_no_word_for(tmp_path: Path) -> None:
    apps = [one for one in REAL if one["kind"] == "ConnectedApp"]
    for one in apps:
        content = (CORPUS / one["file"]).read_bytes()
        settings = read(tmp_path, app_settings())
        (tmp_path / "apps/Billing.connectedApp-meta.xml").write_bytes(content)
        [app] = with_files(desired(settings, "local"), settings).apps
        document = Document("ConnectedApp", connected_app.declared(app, None))
        component("Billing", document, "67.0")
        before, after = parse(content).fields, document.fields
        assert {name: after[name] for name in before if name not in OURS} == {
            name: value for name, value in before.items() if name not in OURS
        }
        config, kept = before.get("oauthConfig", {}), after["oauthConfig"]
        assert isinstance(config, dict)
        assert isinstance(kept, dict)
        assert set(config) - set(kept) <= {"consumerKey", "consumerSecret"}
        assert set(config.get("scopes", ())) <= set(kept["scopes"])
    assert len(apps) == 158
