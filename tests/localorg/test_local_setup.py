"""Users, licences, permission sets, assignments and grants: the rules that writes are held to."""

import pytest

from tests.localorg.visitor import PSL, V, error

NEEDED = [
    "Username",
    "LastName",
    "Email",
    "Alias",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "EmailEncodingKey",
    "ProfileId",
    "LanguageLocaleKey",
]
DUPLICATE_USERNAME = (
    "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be "
    "unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the "
    "user's email address)."
)
SEATS = (400, "LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded")
DUPLICATE = (
    400,
    "DUPLICATE_VALUE",
    "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
)


def forbidden(permission):
    return (400, "FIELD_INTEGRITY_EXCEPTION", f"The user license doesn't allow the permission: {permission}")


def patch(visitor, sobject, record_id, **fields):
    return visitor.send("PATCH", f"{V}/sobjects/{sobject}/{record_id}", json=fields)


def delete(visitor, sobject, record_id):
    return visitor.send("DELETE", f"{V}/sobjects/{sobject}/{record_id}")


def test_a_fresh_org_is_a_sandbox_with_licences_profiles_and_an_administrator(visitor):
    assert visitor.values("SELECT IsSandbox FROM Organization") == [(True,)]
    licences = "SELECT Name, TotalLicenses, UsedLicenses, Status FROM UserLicense WHERE Name = 'Salesforce Integration'"
    assert visitor.values(licences) == [("Salesforce Integration", 5, 0, "Active")]
    seats = f"SELECT TotalLicenses, UsedLicenses FROM PermissionSetLicense WHERE DeveloperName = '{PSL}'"
    assert visitor.values(seats) == [(5, 0)]
    profile = (
        "SELECT Name, PermissionsApiEnabled, PermissionsApiUserOnly FROM Profile "
        "WHERE UserLicense.Name = 'Salesforce Integration'"
    )
    assert visitor.values(profile) == [("Minimum Access - API Only Integrations", True, True)]
    assert visitor.values("SELECT Username FROM User") == [(visitor.local.admin_username,)]
    owned = visitor.values("SELECT Name, Type FROM PermissionSet WHERE IsOwnedByProfile = true")
    assert all(name.startswith("X00e") and kind == "Profile" for name, kind in owned)


@pytest.mark.parametrize("field", NEEDED)
def test_each_of_the_nine_fields_is_needed(visitor, field):
    fields = visitor.user_fields()
    del fields[field]
    answer = visitor.create("User", **fields)
    assert error(answer) == (400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{field}]")
    assert answer.json[0]["fields"] == [field]


def test_a_user_comes_with_a_login_row_a_nickname_and_the_profiles_permission_set(visitor):
    user_id = visitor.user(FirstName="Night")
    assert visitor.values(f"SELECT IsFrozen, IsPasswordLocked FROM UserLogin WHERE UserId = '{user_id}'") == [
        (False, False)
    ]
    row = visitor.rows(f"SELECT Name, IsActive, UserType, CommunityNickname FROM User WHERE Id = '{user_id}'")[0]
    assert (row["Name"], row["IsActive"], row["UserType"]) == ("Night Sync", True, "Standard")
    assert row["CommunityNickname"]
    soql = f"SELECT PermissionSet.IsOwnedByProfile FROM PermissionSetAssignment WHERE AssigneeId = '{user_id}'"
    assert [row["PermissionSet"]["IsOwnedByProfile"] for row in visitor.rows(soql)] == [True]


@pytest.mark.parametrize("username", ["nobody", "a@b", "a b@c.example", "@c.example", "a@c.example."])
def test_usernames_have_the_form_of_an_email_address(visitor, username):
    answer = visitor.create("User", **visitor.user_fields(username))
    assert error(answer)[1] == "INVALID_EMAIL_ADDRESS"


def test_usernames_are_unique_over_all_orgs_whatever_the_case(open_org):
    visitor, elsewhere = open_org(), open_org("elsewhere")
    user_id = visitor.user("one@dev.example")
    expected = (400, "DUPLICATE_USERNAME", DUPLICATE_USERNAME)
    assert error(elsewhere.create("User", **elsewhere.user_fields("ONE@dev.example"))) == expected
    other = elsewhere.user("two@dev.example")
    assert error(patch(elsewhere, "User", other, Username="one@dev.example")) == expected
    assert patch(visitor, "User", user_id, Username="One@dev.example").status_code == 204
    assert patch(visitor, "User", user_id, Username="three@dev.example").status_code == 204
    assert patch(elsewhere, "User", other, Username="one@dev.example").status_code == 204


BAD_USERS = [
    ({"Alias": "ninechars"}, "STRING_TOO_LONG"),
    ({"Email": "nobody"}, "INVALID_EMAIL_ADDRESS"),
    ({"EmailEncodingKey": "UTF-7"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ({"LanguageLocaleKey": "klingon"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ({"ProfileId": "00e000000000000"}, "INVALID_CROSS_REFERENCE_KEY"),
    ({"ProfileId": "005000000000000"}, "MALFORMED_ID"),
    ({"IsActive": "perhaps"}, "JSON_PARSER_ERROR"),
    ({"UserType": "Standard"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ({"Nope": 1}, "INVALID_FIELD"),
]


@pytest.mark.parametrize(("changed", "code"), BAD_USERS)
def test_bad_users_are_refused_and_leave_nothing(visitor, changed, code):
    assert error(visitor.create("User", **visitor.user_fields(**changed)))[1] == code
    assert len(visitor.rows("SELECT Id FROM UserLogin")) == 1


def test_user_licences_run_out_and_come_free_again(visitor):
    users = [visitor.user(f"u{n}@dev.example") for n in range(5)]
    used = "SELECT UsedLicenses FROM UserLicense WHERE Name = 'Salesforce Integration'"
    assert visitor.values(used) == [(5,)]
    assert error(visitor.create("User", **visitor.user_fields("u5@dev.example"))) == SEATS
    inactive = visitor.user("u5@dev.example", IsActive=False)
    assert error(patch(visitor, "User", inactive, IsActive=True)) == SEATS
    assert patch(visitor, "User", users[0], IsActive=False).status_code == 204
    assert patch(visitor, "User", inactive, IsActive=True).status_code == 204
    assert patch(visitor, "User", users[1], Title="no seat is needed for this").status_code == 204
    assert visitor.values(used) == [(5,)]


def test_another_profile_brings_its_licence_and_its_permission_set(visitor):
    user_id = visitor.user()
    profile = visitor.id_of("Profile", Name="Standard User")
    assert patch(visitor, "User", user_id, ProfileId=profile).status_code == 204
    assert visitor.values("SELECT UsedLicenses FROM UserLicense WHERE Name LIKE '%Integration'") == [(0,)]
    soql = f"SELECT PermissionSet.ProfileId FROM PermissionSetAssignment WHERE AssigneeId = '{user_id}'"
    assert [row["PermissionSet"]["ProfileId"] for row in visitor.rows(soql)] == [profile]


def test_nobody_locks_themselves_out_and_users_are_never_deleted(visitor):
    admin = visitor.id_of("User", Username=visitor.local.admin_username)
    assert patch(visitor, "User", admin, IsActive=False).status_code == 400
    assert patch(visitor, "UserLogin", visitor.id_of("UserLogin", UserId=admin), IsFrozen=True).status_code == 400
    assert delete(visitor, "User", visitor.user()).status_code == 400


def test_a_password_lock_can_only_be_taken_off(visitor):
    login = visitor.id_of("UserLogin", UserId=visitor.user())
    assert patch(visitor, "UserLogin", login, IsPasswordLocked=True).status_code == 400
    assert patch(visitor, "UserLogin", login, IsPasswordLocked=False).status_code == 204


def test_the_permission_set_licence_comes_before_permissions_on_objects(visitor):
    user_id = visitor.user()
    permission_set = visitor.permission_set("Data", Account=["Read"])
    refused = visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=permission_set)
    assert error(refused) == forbidden("Read Account")
    held = visitor.licensed(user_id)
    visitor.assigned(user_id, permission_set)
    assert visitor.values(f"SELECT UsedLicenses FROM PermissionSetLicense WHERE DeveloperName = '{PSL}'") == [(1,)]
    assert error(delete(visitor, "PermissionSetLicenseAssign", held))[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_the_permission_set_licence_comes_before_api_only(visitor):
    user_id = visitor.user()
    made = visitor.created("PermissionSet", Name="Only", Label="Only", PermissionsApiUserOnly=True)
    refused = visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=made)
    assert error(refused) == forbidden("Api Only User")


def test_other_licences_do_not_ask_for_it(visitor):
    user_id = visitor.user(profile="Standard User")
    visitor.assigned(user_id, visitor.permission_set("Data", Account=["Read"]))


def test_an_assignment_cannot_be_made_twice(visitor):
    user_id, permission_set = visitor.user(), visitor.permission_set()
    visitor.assigned(user_id, permission_set)
    again = visitor.create("PermissionSetAssignment", AssigneeId=user_id[:15], PermissionSetId=permission_set)
    text = f"Duplicate PermissionSetAssignment. Assignee: {user_id}; Permission Set: {permission_set}"
    assert error(again) == (400, "DUPLICATE_VALUE", text)


def test_permission_sets_of_profiles_are_not_assigned_or_taken_away(visitor):
    user_id = visitor.user()
    owned = visitor.rows("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true LIMIT 1")[0]["Id"]
    refused = visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=owned)
    assert error(refused)[1] == "INVALID_CROSS_REFERENCE_KEY"
    row = visitor.rows(f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{user_id}'")[0]["Id"]
    assert delete(visitor, "PermissionSetAssignment", row).status_code == 400


def test_permission_set_licences_run_out_and_cannot_be_held_twice(visitor):
    users = [visitor.user(f"u{n}@dev.example", profile="Standard User") for n in range(6)]
    for user_id in users[:5]:
        visitor.licensed(user_id)
    psl = visitor.id_of("PermissionSetLicense", DeveloperName=PSL)
    assert error(visitor.create("PermissionSetLicenseAssign", AssigneeId=users[5], PermissionSetLicenseId=psl)) == SEATS
    again = visitor.create("PermissionSetLicenseAssign", AssigneeId=users[0], PermissionSetLicenseId=psl)
    assert error(again) == DUPLICATE


def test_a_permission_set_bound_to_a_licence_asks_for_it_and_holds_no_app(visitor):
    psl = visitor.id_of("PermissionSetLicense", DeveloperName=PSL)
    made = visitor.created("PermissionSet", Name="Bound", Label="Bound", LicenseId=psl)
    user_id = visitor.user()
    refused = visitor.create("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=made)
    assert error(refused)[1] == "FIELD_INTEGRITY_EXCEPTION"
    visitor.licensed(user_id)
    visitor.assigned(user_id, made)
    grant = visitor.create("SetupEntityAccess", ParentId=made, SetupEntityId=visitor.app())
    assert error(grant)[1] == "FIELD_INTEGRITY_EXCEPTION"


@pytest.mark.parametrize(
    ("kind", "sobject"),
    [("connected-app", "ConnectedApplication"), ("external-client-app", "ExternalClientApplication")],
)
def test_a_grant_names_the_kind_of_its_app_by_itself(visitor, kind, sobject):
    app_id, permission_set = visitor.app(kind), visitor.permission_set()
    visitor.created("SetupEntityAccess", ParentId=permission_set, SetupEntityId=app_id)
    assert visitor.values("SELECT SetupEntityType, SetupEntityId FROM SetupEntityAccess") == [(sobject, app_id)]
    assert error(visitor.create("SetupEntityAccess", ParentId=permission_set, SetupEntityId=app_id)) == DUPLICATE
    assert (
        error(visitor.create("SetupEntityAccess", ParentId=permission_set, SetupEntityId=permission_set))[1]
        == "MALFORMED_ID"
    )


@pytest.mark.parametrize("sobject", ["ConnectedApplication", "ExternalClientApplication"])
def test_apps_are_made_by_deploys_only(visitor, sobject):
    assert error(visitor.create(sobject, Name="A"))[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


DEPENDENCIES = [
    (["Create"], "Permission Create Account depends on permission(s): Read Account"),
    (["Read", "Delete"], "Permission Delete Account depends on permission(s): Edit Account"),
]


@pytest.mark.parametrize(("permissions", "message"), DEPENDENCIES)
def test_permissions_on_objects_depend_on_each_other(visitor, permissions, message):
    flags = {f"Permissions{each}": True for each in permissions}
    answer = visitor.create("ObjectPermissions", ParentId=visitor.permission_set(), SobjectType="Account", **flags)
    assert error(answer) == (400, "FIELD_INTEGRITY_EXCEPTION", message)


def test_a_permission_set_goes_with_its_parts_but_not_while_assigned(visitor):
    permission_set = visitor.permission_set("Data", Account=["Read"])
    visitor.created("SetupEntityAccess", ParentId=permission_set, SetupEntityId=visitor.app())
    assignment = visitor.assigned(visitor.user(profile="Standard User"), permission_set)
    assert delete(visitor, "PermissionSet", permission_set).status_code == 400
    delete(visitor, "PermissionSetAssignment", assignment)
    assert delete(visitor, "PermissionSet", permission_set).status_code == 204
    assert visitor.rows("SELECT Id FROM SetupEntityAccess") == []
    assert visitor.rows(f"SELECT Id FROM ObjectPermissions WHERE ParentId = '{permission_set}'") == []


ACCESS = [
    (["Read"], 404, 403, 403),
    (["Read", "Create"], 201, 403, 403),
    (["Read", "Edit"], 404, 204, 403),
    (["Read", "Edit", "Delete"], 404, 204, 204),
]


@pytest.mark.parametrize(("permissions", "create", "edit", "remove"), ACCESS)
def test_an_integration_user_may_do_what_permission_sets_allow(visitor, permissions, create, edit, remove):
    user_id = visitor.ready()
    account = visitor.created("Account", Name="A")
    visitor.licensed(user_id)
    visitor.assigned(user_id, visitor.permission_set("Data", Account=permissions))
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    assert user.values("SELECT Name FROM Account") == [("A",)]
    assert user.create("Account", Name="B").status_code == create
    assert patch(user, "Account", account, Name="C").status_code == edit
    assert delete(user, "Account", account).status_code == remove


def test_an_integration_user_may_not_write_in_setup(visitor):
    user_id = visitor.ready()
    user = visitor.as_user(visitor.jwt_bearer().json["access_token"])
    assert error(user.create("User", **visitor.user_fields("b@dev.example")))[0] == 404
    assert patch(user, "User", user_id, Title="x").status_code == 403
