"""Permission set groups: assigned as one, they give what their members give."""

import pytest

from tests.localorg.visitor import V, error

PSL = "SalesforceAPIIntegrationPsl"


@pytest.fixture
def ready(visitor):
    """An org with a user, a permission set that lets them read accounts, and a group that holds it."""
    user = visitor.user(profile="Minimum Access - Salesforce")
    permission_set = visitor.permission_set("Reader", Account=["Read"])
    visitor.send("PATCH", f"{V}/sobjects/PermissionSet/{permission_set}", json={"PermissionsApiEnabled": True})
    group = visitor.created("PermissionSetGroup", DeveloperName="Readers", MasterLabel="All readers")
    visitor.created("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=permission_set)
    return visitor, user, permission_set, group


def signed_in(visitor, user):
    with visitor.local.transaction() as transaction:
        session = transaction.sessions(visitor.local.org_id).issue(user, None, ["full"])
    return visitor.as_user(session.token)


def test_a_group_owns_a_permission_set_of_its_own_type(ready):
    visitor, _, _, group = ready
    owned = visitor.rows(
        f"SELECT Name, Label, Type, IsOwnedByProfile FROM PermissionSet WHERE PermissionSetGroupId = '{group}'"
    )
    ((name, label, kind, of_profile),) = [tuple(v for k, v in row.items() if k != "attributes") for row in owned]
    assert (name, label, kind, of_profile) == ("Readers", "All readers", "Group", False)


def test_assigning_the_group_gives_what_its_members_give(ready):
    visitor, user, permission_set, group = ready
    caller = signed_in(visitor, user)
    query = f"{V}/query?q=SELECT+Id+FROM+Account"
    assert caller.send("GET", query).status_code == 403
    assignment = visitor.created("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)
    assert caller.send("GET", query).status_code == 200
    member = visitor.id_of("PermissionSetGroupComponent", PermissionSetId=permission_set)
    visitor.send("DELETE", f"{V}/sobjects/PermissionSetGroupComponent/{member}")
    assert caller.send("GET", query).status_code == 403
    assert visitor.send("DELETE", f"{V}/sobjects/PermissionSetAssignment/{assignment}").status_code == 204


def test_the_assignment_names_the_group_and_its_permission_set(ready):
    visitor, user, _, group = ready
    made = visitor.created("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)
    (row,) = visitor.rows(
        "SELECT PermissionSetGroup.DeveloperName, PermissionSet.Type, PermissionSetGroupId"
        f" FROM PermissionSetAssignment WHERE Id = '{made}'"
    )
    assert row["PermissionSetGroup"]["DeveloperName"] == "Readers"
    assert (row["PermissionSet"]["Type"], row["PermissionSetGroupId"]) == ("Group", group)


def test_a_group_is_assigned_once_and_cannot_go_while_it_is(ready):
    visitor, user, _, group = ready
    fields = {"AssigneeId": user, "PermissionSetGroupId": group}
    visitor.created("PermissionSetAssignment", **fields)
    assert error(visitor.create("PermissionSetAssignment", **fields))[1] == "DUPLICATE_VALUE"
    assert visitor.send("DELETE", f"{V}/sobjects/PermissionSetGroup/{group}").status_code == 400


def test_an_assignment_needs_one_of_the_two(ready):
    visitor, user, _, _ = ready
    assert error(visitor.create("PermissionSetAssignment", AssigneeId=user))[1] == "REQUIRED_FIELD_MISSING"


def test_the_licences_of_the_members_count(ready):
    visitor, _, _, group = ready
    user = visitor.user("integration@dev.example")
    refused = visitor.create("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)
    assert error(refused)[1] == "FIELD_INTEGRITY_EXCEPTION"
    visitor.licensed(user)
    visitor.created("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)


def test_apps_may_be_given_through_a_group(visitor):
    user = visitor.user()
    app = visitor.app()
    permission_set = visitor.permission_set()
    visitor.created("SetupEntityAccess", ParentId=permission_set, SetupEntityId=app)
    group = visitor.created("PermissionSetGroup", DeveloperName="Apps", MasterLabel="Apps")
    visitor.created("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=permission_set)
    assert visitor.jwt_bearer().status_code == 400
    visitor.created("PermissionSetAssignment", AssigneeId=user, PermissionSetGroupId=group)
    assert visitor.jwt_bearer().status_code == 200


def test_only_permission_sets_of_their_own_are_members(ready):
    visitor, _, _, group = ready
    own = visitor.id_of("PermissionSet", PermissionSetGroupId=group)
    of_profile = visitor.rows("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true")[0]["Id"]
    for each in (own, of_profile):
        answer = visitor.create("PermissionSetGroupComponent", PermissionSetGroupId=group, PermissionSetId=each)
        assert answer.status_code == 400
