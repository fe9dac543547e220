"""PermissionSet: checks in exact words, effects on records, and what a retrieve shows."""

import pytest

from provision.localorg.metadata.tree import NAMESPACE

PATH = "permissionsets/A.permissionset"


def permission_set(*parts, label="A set"):
    return f'<PermissionSet xmlns="{NAMESPACE}"><label>{label}</label>{"".join(parts)}</PermissionSet>'


def user_permission(name, enabled="true"):
    return f"<userPermissions><enabled>{enabled}</enabled><name>{name}</name></userPermissions>"


def object_permissions(sobject, *flags):
    names = ("allowCreate", "allowDelete", "allowEdit", "allowRead", "modifyAllRecords", "viewAllRecords")
    values = "".join(f"<{name}>{'true' if name in flags else 'false'}</{name}>" for name in names)
    return f"<objectPermissions>{values}<object>{sobject}</object></objectPermissions>"


def field_permissions(field, *, editable="false", readable="true"):
    return (
        f"<fieldPermissions><editable>{editable}</editable><field>{field}</field>"
        f"<readable>{readable}</readable></fieldPermissions>"
    )


REFUSED = [
    (permission_set(label=" "), "Required fields are missing: Label"),
    (permission_set(user_permission("ApiOnlyUser")), "Unknown user permission: ApiOnlyUser"),
    (
        permission_set(object_permissions("Account", "allowCreate")),
        "Permission Create Account depends on permission(s): Read Account",
    ),
    (
        permission_set(object_permissions("Account", "allowDelete")),
        "Permission Delete Account depends on permission(s): Edit Account, Read Account",
    ),
    (
        permission_set(object_permissions("Account", "allowRead", "allowEdit", "allowDelete", "modifyAllRecords")),
        "Permission Modify All Account depends on permission(s): Read All Account",
    ),
    (
        permission_set(object_permissions("Nothing__c", "allowRead")),
        "In field: object - no CustomObject named Nothing__c found",
    ),
    (permission_set(field_permissions("Account.No__c")), "In field: field - no CustomField named Account.No__c found"),
    (permission_set(field_permissions("Account.Name")), "You cannot deploy to a required field: Account.Name"),
    (permission_set(field_permissions("No__c.A__c")), "In field: field - no CustomObject named No__c found"),
    (
        permission_set(field_permissions("Account.Site", editable="true", readable="false")),
        "A field has to be readable to be editable",
    ),
    (
        permission_set("<classAccesses><apexClass>No</apexClass><enabled>true</enabled></classAccesses>"),
        "In field: apexClass - no ApexClass named No found",
    ),
    (
        permission_set("<customPermissions><enabled>true</enabled><name>No</name></customPermissions>"),
        "In field: customPermission - no CustomPermission named No found",
    ),
    (
        permission_set("<tabSettings><tab>No</tab><visibility>Visible</visibility></tabSettings>"),
        "In field: tab - no CustomTab named No found",
    ),
    (permission_set("<license>No</license>"), "In field: license - no UserLicense named No found"),
    (
        permission_set(field_permissions("Account.Site"), field_permissions("Account.Site")),
        "Field:field, value:Account.Site appears more than once",
    ),
]


@pytest.mark.parametrize(("file", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_refusals_have_the_exact_words_and_leave_nothing(org, file, problem):
    done = org.deploy({PATH: file})
    assert [message.problem for message in done.failures()] == [problem]
    assert org.records("PermissionSet", Name="A") == []


def test_effects_are_records_that_queries_see(org):
    parts = [
        "<description>For the sync</description><hasActivationRequired>true</hasActivationRequired>",
        user_permission("ApiUserOnly"),
        user_permission("ApiEnabled"),
        user_permission("ViewSetup", enabled="false"),
        object_permissions("Account", "allowRead", "allowEdit"),
        object_permissions("Contact"),
        field_permissions("Account.Site", editable="true"),
    ]
    done = org.deploy({PATH: permission_set(*parts)})
    assert done.status == "Succeeded"
    held = org.records("PermissionSet", Name="A")[0]
    assert {name: held.fields.get(name) for name in ("Label", "Description", "HasActivationRequired", "LicenseId")} == {
        "Label": "A set",
        "Description": "For the sync",
        "HasActivationRequired": True,
        "LicenseId": None,
    }
    assert [held.fields.get(f"Permissions{name}") for name in ("ApiEnabled", "ApiUserOnly", "ViewSetup")] == [
        True,
        True,
        None,
    ]
    rows = org.records("ObjectPermissions", ParentId=held.id)
    assert [(row.fields["SobjectType"], row.fields["PermissionsEdit"]) for row in rows] == [("Account", True)]
    fields = org.records("FieldPermissions", ParentId=held.id)
    assert [(row.fields["SobjectType"], row.fields["Field"], row.fields["PermissionsEdit"]) for row in fields] == [
        ("Account", "Account.Site", True)
    ]


def test_a_deploy_replaces_what_was_there(org):
    org.deploy({PATH: permission_set(user_permission("ViewSetup"), object_permissions("Account", "allowRead"))})
    org.deploy({PATH: permission_set(user_permission("ApiEnabled"))})
    held = org.records("PermissionSet", Name="A")[0]
    assert (held.fields["PermissionsViewSetup"], held.fields["PermissionsApiEnabled"]) == (False, True)
    assert org.records("ObjectPermissions", ParentId=held.id) == []


def test_before_version_40_a_deploy_adds_to_what_was_there(org):
    org.deploy({PATH: permission_set(user_permission("ViewSetup"), object_permissions("Account", "allowRead"))})
    org.deploy({PATH: permission_set(user_permission("ApiEnabled"))}, version=39)
    held = org.records("PermissionSet", Name="A")[0]
    assert (held.fields["PermissionsViewSetup"], held.fields["PermissionsApiEnabled"]) == (True, True)
    assert len(org.records("ObjectPermissions", ParentId=held.id)) == 1


@pytest.mark.parametrize("name", ["Salesforce", "SalesforceAPIIntegrationPsl"])
def test_licences_are_user_licences_or_permission_set_licences_and_never_change(org, name):
    assert org.deploy({PATH: permission_set(f"<license>{name}</license>")}).status == "Succeeded"
    assert f"<license>{name}</license>" in org.read("PermissionSet", "A")
    refused = org.deploy({PATH: permission_set()})
    assert refused.failures()[0].problem == "You can't change the license of a permission set."


def test_a_retrieve_shows_lists_sorted_and_grants_only(org):
    org.deploy(
        {
            PATH: permission_set(
                user_permission("ViewSetup"),
                user_permission("ApiEnabled"),
                user_permission("RunReports", enabled="false"),
                object_permissions("Contact", "allowRead"),
                object_permissions("Account", "allowRead"),
            )
        }
    )
    assert org.read("PermissionSet", "A", 62) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <hasActivationRequired>false</hasActivationRequired>\n"
        "    <label>A set</label>\n" + OBJECT.format(name="Account") + OBJECT.format(name="Contact") + USERS
    )


OBJECT = """    <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>false</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>{name}</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
"""
USERS = """    <userPermissions>
        <enabled>true</enabled>
        <name>ApiEnabled</name>
    </userPermissions>
    <userPermissions>
        <enabled>true</enabled>
        <name>ViewSetup</name>
    </userPermissions>
</PermissionSet>
"""


def test_permission_sets_made_by_other_ways_are_shown_too(org):
    org.insert("PermissionSet", Name="B", Label="By REST", IsOwnedByProfile=False, PermissionsApiEnabled=True)
    shown = org.read("PermissionSet", "B")
    assert "<label>By REST</label>" in shown
    assert "<name>ApiEnabled</name>" in shown


def test_those_of_profiles_are_not_listed(org):
    files, _ = org.retrieve({"PermissionSet": ["*"]})
    assert list(files) == ["package.xml"]


class TestGroups:
    """PermissionSetGroup."""

    def group(self, *members):
        names = "".join(f"<permissionSets>{name}</permissionSets>" for name in members)
        return f'<PermissionSetGroup xmlns="{NAMESPACE}"><label>G</label>{names}</PermissionSetGroup>'

    def test_members_may_come_in_the_same_package(self, org):
        done = org.deploy({PATH: permission_set(), "permissionsetgroups/G.permissionsetgroup": self.group("A")})
        assert done.status == "Succeeded"
        shown = org.read("PermissionSetGroup", "G")
        assert "<permissionSets>A</permissionSets>\n    <status>Updated</status>" in shown

    def test_members_must_exist(self, org):
        done = org.deploy({"permissionsetgroups/G.permissionsetgroup": self.group("No")})
        assert done.failures()[0].problem == "In field: permissionSets - no PermissionSet named No found"

    def test_groups_are_deleted_by_name(self, org, package_xml):
        org.deploy({"permissionsetgroups/G.permissionsetgroup": self.group()})
        files = {
            "package.xml": package_xml({}),
            "destructiveChanges.xml": package_xml({"PermissionSetGroup": ["G"]}, None),
        }
        assert [org.deploy_files(files).status for _ in range(2)] == ["Succeeded", "Failed"]
