"""Settings: groups that every org has, changed element by element."""

import pytest

from tests.localorg.metadata.families import APP, app, element, file

PATH = "settings/ExternalClientApp.settings"
WRONG_ROOT = (
    "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}SecuritySettings invalid at this location in"
    " type ExternalClientAppSettings"
)
READABLE = element("enableClientSecretInRestApiAccess", "true")


def problems(done):
    return [message.problem for message in done.failures()]


def test_a_fresh_org_keeps_secrets_to_itself(org):
    shown = org.read("Settings", "ExternalClientApp", 66)
    assert element("enableClientSecretInRestApiAccess", "false") in shown
    assert element("enableConsumerSecretApiAccess", "false") in shown


def test_a_deploy_changes_what_its_file_says(org):
    assert org.deploy({PATH: file("ExternalClientAppSettings", READABLE)}).status == "Succeeded"
    other = element("enablePackageEcaOauthFromDevOrg", "true")
    done = org.deploy({PATH: file("ExternalClientAppSettings", other)})
    (message,) = [message for message in done.messages if message.counted]
    assert (message.component_type, message.full_name, message.id) == (
        "ExternalClientAppSettings",
        "ExternalClientApp",
        "",
    )
    assert (message.changed, message.created) == (True, False)
    shown = org.read("Settings", "ExternalClientApp")
    assert READABLE in shown
    assert other in shown


@pytest.mark.parametrize(
    ("path", "root", "problem"),
    [
        ("settings/Foo.settings", "FooSettings", "Not available for deploy for this organization"),
        ("settings/Session.settings", "SessionSettings", "Not available for deploy for this organization"),
        (
            PATH,
            "SecuritySettings",
            WRONG_ROOT,
        ),
    ],
)
def test_unknown_settings_and_wrong_files_are_refused(org, path, root, problem):
    assert problems(org.deploy({path: file(root)})) == [problem]


def test_external_client_apps_were_switched_on_and_off_from_58_to_62(org):
    off = {PATH: file("ExternalClientAppSettings", element("enableExternalClientApps", "false"))}
    assert "invalid at this location" in problems(org.deploy(off, version=63))[0]
    assert org.deploy(off, version=62).status == "Succeeded"
    assert problems(org.deploy({APP: app()})) == ["Not available for deploy for this organization"]


def test_settings_cannot_be_deleted(org, package_xml):
    named = package_xml({"Settings": ["ExternalClientApp"]}, None)
    done = org.deploy_files({"package.xml": package_xml({}), "destructiveChanges.xml": named})
    assert problems(done) == ["Settings cannot be deleted."]


def test_a_version_shows_the_settings_that_it_has(org):
    files, _ = org.retrieve({"Settings": ["*"]}, 56)
    assert "settings/OauthOidc.settings" in files
    assert PATH not in files
