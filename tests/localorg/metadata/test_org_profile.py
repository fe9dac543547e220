"""Profiles: permissions and login IP ranges, added to by each deploy."""

import pytest

from provision.localorg import LocalOrg
from provision.localorg.metadata.types.profile import Profile
from tests.localorg.metadata.families import element, file
from tests.localorg.visitor import Visitor, refused

INTEGRATION = "Minimum Access - API Only Integrations"
LICENSE = element("userLicense", "Salesforce")


def path(name):
    return f"profiles/{name}.profile"


def permission(name, enabled="true"):
    return element("userPermissions", element("enabled", enabled) + element("name", name))


def ip_range(start, end):
    return element("loginIpRanges", element("endAddress", end) + element("startAddress", start))


def deployed(org, name, *parts):
    done = org.deploy_files(
        {
            "package.xml": (
                '<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>*</members>'
                "<name>Profile</name></types><version>66.0</version></Package>"
            ),
            path(name): file("Profile", *parts),
        }
    )
    return [message.problem for message in done.failures()]


def test_standard_profiles_are_listed_under_their_names_in_metadata(org):
    files, _ = org.retrieve({"Profile": ["*"]})
    assert sorted(name for name in files if name.startswith("profiles/")) == [
        "profiles/Admin.profile",
        "profiles/Minimum Access - API Only Integrations.profile",
        "profiles/Minimum Access - Salesforce.profile",
        "profiles/Standard.profile",
        "profiles/StandardAul.profile",
    ]
    shown = files[path(INTEGRATION)]
    for part in ("<custom>false</custom>", "<userLicense>Salesforce Integration</userLicense>", "<name>ApiUserOnly<"):
        assert part in shown


def test_a_deploy_adds_to_a_profile(org):
    assert deployed(org, "Standard", permission("ViewAllUsers")) == []
    assert deployed(org, "Standard", permission("RunReports", "false"), element("description", "Ours")) == []
    shown = org.read("Profile", "Standard")
    assert "<name>ViewAllUsers</name>" in shown
    assert "<name>ApiEnabled</name>" in shown
    assert "RunReports" not in shown
    assert "<description>Ours</description>" in shown
    [record] = org.records("Profile", Name="Standard User")
    [owned] = org.records("PermissionSet", ProfileId=record.id)
    for held in (record, owned):
        assert (held.fields["PermissionsViewAllUsers"], held.fields["PermissionsRunReports"]) == (True, False)
    assert [row.fields["SobjectType"] for row in org.records("ObjectPermissions", ParentId=owned.id)] == [
        "Account",
        "Contact",
    ]


def test_a_custom_profile_is_made_with_its_licence_and_goes_again(org):
    assert deployed(org, "Nightly Sync") == ["Required field is missing: userLicense"]
    reads = element("objectPermissions", element("allowRead", "true") + element("object", "Account"))
    assert deployed(org, "Nightly Sync", LICENSE, permission("ApiEnabled"), reads) == []
    assert "<custom>true</custom>" in org.read("Profile", "Nightly Sync")
    [profile] = org.records("Profile", Name="Nightly Sync")
    with org.tenant() as tenant:
        assert Profile().delete(tenant, "Nightly Sync") == profile.id
    assert org.records("PermissionSet", ProfileId=profile.id) == []


@pytest.mark.parametrize(
    ("name", "parts", "problem"),
    [
        ("Standard", [permission("ApiOnlyUser")], "Unknown user permission: ApiOnlyUser"),
        (
            INTEGRATION,
            [permission("ViewAllData")],
            "The user license doesn't allow the permission: ViewAllData",
        ),
        (
            INTEGRATION,
            [permission("ApiUserOnly", "false")],
            "The permission ApiUserOnly can't be switched off in this profile.",
        ),
        (
            "Standard",
            [element("userLicense", "Salesforce Platform")],
            "'Salesforce Platform' is not a valid value for userLicense",
        ),
        (
            "New",
            [element("userLicense", "Gold")],
            "In field: userLicense - no UserLicense named Gold found",
        ),
        ("Standard", [ip_range("10.0.0.9", "10.0.0.1")], "'10.0.0.9-10.0.0.1' is not a valid value for loginIpRanges"),
        ("Standard", [ip_range("10.0.0.1", "::1")], "'10.0.0.1-::1' is not a valid value for loginIpRanges"),
        ("Standard", [ip_range("here", "there")], "'here-there' is not a valid value for loginIpRanges"),
        (
            "Standard",
            [element("tabVisibilities", element("tab", "Mine") + element("visibility", "DefaultOn"))],
            "In field: tab - no CustomTab named Mine found",
        ),
    ],
)
def test_what_a_profile_cannot_have_is_refused(org, name, parts, problem):
    before = org.retrieve({"Profile": ["*"]})[0]
    assert deployed(org, name, *parts) == [problem]
    assert org.retrieve({"Profile": ["*"]})[0] == before


@pytest.mark.parametrize("name", ["Admin", INTEGRATION])
def test_standard_profiles_stay(org, package_xml, name):
    doomed = package_xml({"Profile": [name]}, 0)
    done = org.deploy_files({"package.xml": package_xml({}), "destructiveChanges.xml": doomed})
    [problem] = [message.problem for message in done.failures()]
    assert problem.startswith(f"You can't delete the profile {name}")


def test_login_ranges_that_are_deployed_keep_tokens_away(org):
    visitor = Visitor(LocalOrg(org.database, org.row), org.clock)
    visitor.ready()
    assert deployed(org, INTEGRATION, ip_range("10.0.0.0", "10.0.0.255")) == []
    assert refused(visitor.jwt_bearer()) == ("invalid_grant", "ip restricted")
    assert deployed(org, INTEGRATION, ip_range("127.0.0.0", "127.0.0.255")) == []
    assert visitor.jwt_bearer().status_code == 200
    assert "10.0.0.0" not in org.read("Profile", INTEGRATION)
