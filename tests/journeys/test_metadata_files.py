"""Metadata that people have and want as files: given, rendered for a version, through their own templates, judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provision.metadata.parse import parse
from tests.journeys.conftest import Provision, edit

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
APP = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="{NAMESPACE}">
    <contactEmail>owner@acme.example</contactEmail>
    <contactPhone>+49 30 1234567</contactPhone>
    <label>Billing from Git</label>
    <oauthConfig>
        <callbackUrl>https://a.example/cb</callbackUrl>
        <consumerKey>3MVG9{"x" * 80}</consumerKey>
        <consumerSecret>SECRET-OF-THE-FILE</consumerSecret>
        <isAdminApproved>true</isAdminApproved>
        <isRefreshTokenRotationEnabled>true</isRefreshTokenRotationEnabled>
        <scopes>Api</scopes>
        <scopes>RefreshToken</scopes>
    </oauthConfig>
    <oauthPolicy>
        <ipRelaxation>ENFORCE</ipRelaxation>
        <refreshTokenPolicy>zero</refreshTokenPolicy>
    </oauthPolicy>
</ConnectedApp>
"""
DECLARED = """\
    label: Billing Sync
    contact_email: integrations@acme.example
    user: billing-bot
    grants: [jwt-bearer, client-credentials]
    scopes: [api, refresh_token]
"""


@pytest.fixture
def given(settings: Path) -> Path:
    """The settings of `provision init`, with the app as a file that is there already."""
    file = settings.parent / "force-app/Billing_Git.connectedApp-meta.xml"
    file.parent.mkdir()
    file.write_text(APP)
    edit(settings, DECLARED, "    file: force-app/Billing_Git.connectedApp-meta.xml\n    user: billing-bot\n")
    return settings


def test_an_app_is_set_up_from_its_file_and_proved(given: Path, provision: Provision) -> None:
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    [change] = [change for change in done.org["changes"] if change["type"] == "ConnectedApp"]
    assert change["name"] == "Billing_Git"
    shown = {row["field"]: row["new"] for row in change["fields"]}
    assert shown["contactPhone"] == "+49 30 1234567"
    assert shown["oauthConfig.isRefreshTokenRotationEnabled"] == "true"
    assert shown["oauthPolicy.refreshTokenPolicy"] == "zero"
    assert {check["status"] for app in done.org["apps"] for check in app["checks"]} <= {"passed", "skipped"}
    assert provision("plan", "--exit-code").code == 0
    assert given.exists()


def test_key_and_secret_of_the_file_are_told_and_go_nowhere(given: Path, provision: Provision) -> None:
    done = provision("apply", "--json", "--config", str(given))
    [warning] = done.document["warnings"]
    assert warning.startswith("force-app/Billing_Git.connectedApp-meta.xml:9:9: consumerSecret is written down")
    [app] = done.org["apps"]
    assert app["consumer_key"] not in APP
    assert "SECRET-OF-THE-FILE" not in done.out + done.err
    rendered = provision("render").out
    assert "consumerSecret" not in rendered
    assert "consumerKey" not in rendered


def test_a_damaged_file_stops_everything_and_is_named_with_its_place(given: Path, provision: Provision) -> None:
    edit(given.parent / "force-app/Billing_Git.connectedApp-meta.xml", "</label>", "</lable>")
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "METADATA_INVALID")
    assert done.document["message"].startswith("force-app/Billing_Git.connectedApp-meta.xml:5:")


@pytest.mark.parametrize(("version", "code"), [("59.0", 1), ("60.0", 0)])
def test_an_element_that_the_version_does_not_have_yet_is_refused_with_since_when(
    given: Path, provision: Provision, version: str, code: int
) -> None:
    done = provision("render", "--json", "--api-version", version, "--config", str(given))
    assert done.code == code
    if code:
        assert done.document["code"] == "METADATA_INVALID"
        said = (
            "oauthConfig.isRefreshTokenRotationEnabled: isRefreshTokenRotationEnabled exists since API v60, not in v59"
        )
        assert said in done.document["message"]


@pytest.mark.parametrize(("version", "code"), [("65.0", 1), ("66.0", 0)])
def test_a_value_that_the_version_does_not_have_yet_is_refused_with_since_when(
    settings: Path, provision: Provision, version: str, code: int
) -> None:
    edit(settings, "scopes: [api, refresh_token]", "scopes: [api, mcp_api]")
    done = provision("render", "--json", "--api-version", version)
    assert done.code == code
    if code:
        assert done.document["code"] == "METADATA_INVALID"
        assert "'MCP' exists since API v66, not in v65" in done.document["message"]


def test_render_writes_what_deploys_again_and_never_over_a_file_unasked(settings: Path, provision: Provision) -> None:
    assert provision("render", "--format", "mdapi", "--output-dir", "build").code == 0
    build = settings.parent / "build"
    assert sorted(str(path.relative_to(build)) for path in build.rglob("*") if path.is_file()) == [
        "connectedApps/Billing_Sync.connectedApp",
        "package.xml",
        "permissionsets/Billing_Data.permissionset",
        "permissionsets/Billing_Sync_Access.permissionset",
    ]
    assert provision("render", "--check", "build").code == 0
    again = provision("render", "--format", "mdapi", "--output-dir", "build", "--json")
    assert again.document["code"] == "FILE_EXISTS"
    assert provision("render", "--format", "mdapi", "--output-dir", "build", "--force").code == 0


def test_a_manifest_names_what_is_declared_or_everything_of_its_types(settings: Path, provision: Provision) -> None:
    named = parse(provision("render", "--manifest", "--config", str(settings)).out.encode(), "Package").fields
    assert named["types"] == (
        {"members": ("Billing_Sync",), "name": "ConnectedApp"},
        {"members": ("Billing_Data", "Billing_Sync_Access"), "name": "PermissionSet"},
    )
    everything = parse(provision("render", "--manifest", "--wildcard").out.encode(), "Package").fields
    assert everything["types"] == (
        {"members": ("*",), "name": "ConnectedApp"},
        {"members": ("*",), "name": "PermissionSet"},
    )
    assert provision("render", "--wildcard", "--json").document["code"] == "USAGE"


def test_several_orgs_have_a_folder_each(settings: Path, provision: Provision) -> None:
    done = provision("render", "-o", "local", "-o", "local-legacy", "--manifest", "--json", "--config", str(settings))
    assert list(done.document["result"]["files"]) == ["local/package.xml", "local-legacy/package.xml"]


def test_deletions_are_rendered_beside_the_package(settings: Path, provision: Provision) -> None:
    settings.write_text(
        settings.read_text() + "delete: {before: {PermissionSet: [Old]}, after: {ConnectedApp: [Older]}}\n"
    )
    files = provision("render", "--format", "mdapi", "--json").document["result"]["files"]
    assert "<members>Old</members>" in files["destructiveChangesPre.xml"]
    assert "<members>Older</members>" in files["destructiveChangesPost.xml"]


@pytest.fixture
def templates(settings: Path) -> Path:
    """A folder of own templates that the settings name."""
    settings.write_text(settings.read_text() + "templates: own\n")
    folder = settings.parent / "own/permission_set"
    folder.mkdir(parents=True)
    return folder


def test_own_templates_stand_in_for_the_products_in_files_and_in_deploys(templates: Path, provision: Provision) -> None:
    (templates / "PermissionSet.xml.j2").write_text(
        f"""\
<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="{NAMESPACE}">
    <description>Written by our template</description>
    <hasActivationRequired>false</hasActivationRequired>
    <label>{{{{ document.label }}}}</label>
</PermissionSet>
"""
    )
    assert provision("render").out.count("Written by our template") == 2
    assert provision("apply", "--no-verify", "--json").code == 0
    rows = [row for change in provision("plan", "--json").org["changes"] for row in change["fields"]]
    assert "Written by our template" in {row["old"] for row in rows if row["field"] == "description"}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ nothing.there }}", "PermissionSet.xml.j2:1 failed: 'nothing' is undefined"),
        ("{% for %}", "PermissionSet.xml.j2:1 failed: "),
        ("<PermissionSet/>", "it yields a wrong PermissionSet"),
        (f'<ConnectedApp xmlns="{NAMESPACE}"/>', "it yields a ConnectedApp, not a PermissionSet"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_template_that_fails_is_named(templates: Path, provision: Provision, template: str, said: str) -> None:
    (templates / "PermissionSet.xml.j2").write_text(template)
    done = provision("render", "--json")
    assert (done.code, done.document["code"]) == (1, "TEMPLATE_FAILED")
    assert said in done.document["message"]


def test_a_permission_set_that_is_there_already_is_assigned_and_left_alone(
    settings: Path, provision: Provision
) -> None:
    assert provision("apply", "--no-verify", "--json").code == 0
    text = settings.read_text()
    start, end = text.index("  Billing_Data:\n"), text.index("# OAuth clients")
    settings.write_text(text[:start] + "  Billing_Data: {existing: true}\n" + text[end:])
    edit(settings, "username: billing.bot@acme.example\n", "username: second.bot@acme.example\n")
    done = provision("apply", "--no-verify", "--json")
    assert done.code == 0, done.out
    changed = [(change["type"], change["name"]) for change in done.org["changes"]]
    assert ("PermissionSetAssignment", "second.bot@acme.example: Billing_Data") in changed
    assert ("PermissionSet", "Billing_Data") not in changed
    assert "Billing_Data" not in provision("render").out


def test_a_permission_set_that_is_said_to_be_there_and_is_not_stops_the_plan(
    settings: Path, provision: Provision
) -> None:
    text = settings.read_text()
    start, end = text.index("  Billing_Data:\n"), text.index("# OAuth clients")
    settings.write_text(text[:start] + "  Billing_Data: {existing: true}\n" + text[end:])
    done = provision("apply", "--json")
    assert (done.code, done.document["code"]) == (1, "PERMISSION_SET_MISSING")
    assert done.org["changes"] == []


def test_a_whole_project_is_judged_by_naming_its_folder(given: Path, provision: Provision) -> None:
    (given.parent / "force-app/node_modules").mkdir()
    (given.parent / "force-app/node_modules/X.connectedApp").write_text("<")
    (given.parent / "force-app/notes.txt").write_text("no metadata")
    done = provision("render", "--check", "force-app", "--json", "--sarif", "findings.sarif")
    assert done.code == 1
    result = done.document["result"]
    assert result["files"] == 1
    assert {(one["rule"], one["line"]) for one in result["findings"]} == {
        ("consumer-key-in-source", 8),
        ("secret-in-source", 9),
    }
    [run] = json.loads((given.parent / "findings.sarif").read_text())["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["consumer-key-in-source", "secret-in-source"]
    text = provision("render", "--check", "force-app")
    assert text.out.splitlines()[-1] == "1 file, 1 error, 1 other finding"
    assert "force-app/Billing_Git.connectedApp-meta.xml:9:9: error: consumerSecret is written down" in text.out


def test_a_file_is_judged_by_the_version_asked_for(given: Path, provision: Provision) -> None:
    file = str(given.parent / "force-app/Billing_Git.connectedApp-meta.xml")
    found = provision("render", "--check", file, "--api-version", "59.0", "--json").document["result"]
    assert found["api_version"] == "59.0"
    assert ("too-new", 11) in {(one["rule"], one["line"]) for one in found["findings"]}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nowhere.xml",), 2, "'nowhere.xml' does not exist"),
        (("empty",), 2, "There is no metadata file in empty"),
        ((), 2, "--check needs files or folders"),
        (("words.txt",), 1, "1 file, 1 error, 0 other findings"),
        (("blank.xml",), 1, "1 file, 1 error, 0 other findings"),
        (("bytes.bin",), 1, "1 file, 1 error, 0 other findings"),
    ],
)
def test_what_cannot_be_judged_is_said_so(
    workspace: Path, provision: Provision, arguments: tuple[str, ...], code: int, message: str
) -> None:
    (workspace / "empty").mkdir()
    (workspace / "words.txt").write_text("no XML")
    (workspace / "blank.xml").write_text("")
    (workspace / "bytes.bin").write_bytes(bytes(range(256)))
    done = provision("render", "--check", *arguments, "--json")
    assert done.code == code
    assert message in done.document["message"]
