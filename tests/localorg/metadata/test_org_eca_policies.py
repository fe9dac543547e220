"""Policies of External Client Apps: who may use the app, as whom it acts, and whether it is switched on."""

import re

import pytest

from tests.localorg.metadata import families as eca
from tests.localorg.metadata.families import element

ON = element("isClientCredentialsFlowEnabled", "true")
APPROVED = element("permittedUsersPolicyType", "AdminApprovedPreAuthorized")
EXECUTION_USER = "Enter a valid execution user for the OAuth client credentials flow."


@pytest.fixture
def ready(org):
    """An org with the app Sync, two permission sets, and a user."""
    assert org.deploy(eca.minimal()).status == "Succeeded"
    for name in ("First", "Second"):
        org.insert("PermissionSet", Name=name, Label=f"The {name}", IsOwnedByProfile=False)
    org.insert("User", Username="run@as.example", IsActive=True)
    org.insert("User", Username="gone@as.example", IsActive=False)
    return org


def problems(done):
    return [message.problem for message in done.failures()]


def policy(*parts):
    return {eca.DEFAULT_POLICY: eca.policy(*parts)}


def granted(org):
    """Names of the permission sets that hold the app, and the kind of grant."""
    rows = org.records("SetupEntityAccess")
    with org.tenant() as held:
        return [
            (held.records.get(row.fields["ParentId"]).fields["Name"], row.fields["SetupEntityType"]) for row in rows
        ]


def shown(org, version=66):
    return org.read("ExtlClntAppOauthConfigurablePolicies", "Sync_oauth_defaultPolicy", version)


class TestGrants:
    """The two lists, and the rows that they become."""

    def test_permission_sets_are_named_by_their_api_names(self, ready):
        listed = element("commaSeparatedPermissionSet", "First, Second")
        assert ready.deploy(policy(APPROVED, listed)).status == "Succeeded"
        assert granted(ready) == [("First", "ExternalClientApplication"), ("Second", "ExternalClientApplication")]
        assert element("commaSeparatedPermissionSet", "First,Second") in shown(ready)
        assert ready.consumer("Sync").admin_approved

    def test_ids_and_labels_are_not_found(self, ready):
        (found,) = ready.records("PermissionSet", Name="First")
        for name in (found.id, "The First", "Nobody"):
            done = ready.deploy(policy(element("commaSeparatedPermissionSet", f"Second,{name}")))
            assert problems(done) == [f"INVALID_FIELD: We couldn't find permission sets called {name}"]
        assert granted(ready) == []

    def test_profiles_are_named_as_setup_names_them(self, ready):
        listed = element("commaSeparatedProfile", "System Administrator")
        assert ready.deploy(policy(listed)).status == "Succeeded"
        assert [name[:4] for name, _ in granted(ready)] == ["X00e"]
        assert listed in shown(ready)
        done = ready.deploy(policy(element("commaSeparatedProfile", "Admin")))
        assert problems(done) == ["INVALID_FIELD: We couldn't find profiles called Admin"]

    def test_a_policy_without_its_list_drops_the_grants(self, ready):
        ready.deploy(policy(APPROVED, element("commaSeparatedPermissionSet", "First")))
        assert ready.deploy(policy(APPROVED)).status == "Succeeded"
        assert granted(ready) == []

    def test_grants_made_as_records_are_shown(self, ready):
        (app,) = ready.records("ExternalClientApplication")
        (found,) = ready.records("PermissionSet", Name="Second")
        ready.insert("SetupEntityAccess", ParentId=found.id, SetupEntityId=app.id)
        assert element("commaSeparatedPermissionSet", "Second") in shown(ready)

    def test_a_permission_set_may_come_in_the_same_package(self, ready):
        files = policy(element("commaSeparatedPermissionSet", "Third"))
        files["permissionsets/Third.permissionset"] = eca.file("PermissionSet", "<label>Three</label>")
        assert ready.deploy(files).status == "Succeeded"
        assert [name for name, _ in granted(ready)] == ["Third"]


class TestClientCredentials:
    """Both switches and the execution user."""

    @pytest.mark.parametrize(
        "user", ["", "nobody@as.example", "gone@as.example"], ids=["missing", "unknown", "inactive"]
    )
    def test_the_flow_needs_an_active_user(self, ready, user):
        named = element("clientCredentialsFlowUser", user) if user else ""
        assert problems(ready.deploy(policy(ON, named))) == [EXECUTION_USER]

    def test_both_switches_must_be_on(self, ready):
        run_as = element("clientCredentialsFlowUser", "run@as.example")
        ready.deploy(policy(ON, run_as))
        assert not ready.consumer("Sync").client_credentials
        ready.deploy({eca.GLOBAL: eca.shared(ON)})
        (user,) = ready.records("User", Username="run@as.example")
        assert (ready.consumer("Sync").client_credentials, ready.consumer("Sync").run_as_user_id) == (True, user.id)
        ready.deploy(policy())
        assert (ready.consumer("Sync").client_credentials, ready.consumer("Sync").run_as_user_id) == (False, None)

    def test_an_org_may_be_switched_to_ask_for_api_only_users(self, make_org):
        org = make_org(execution_user="api-only")
        user = org.insert("User", Username="run@as.example", IsActive=True)
        files = eca.minimal(**{eca.POLICY: eca.policy(ON, element("clientCredentialsFlowUser", "run@as.example"))})
        assert EXECUTION_USER in problems(org.deploy(files))
        only = org.insert(
            "PermissionSet", Name="ApiOnly", Label="A", IsOwnedByProfile=False, PermissionsApiUserOnly=True
        )
        org.insert("PermissionSetAssignment", AssigneeId=user, PermissionSetId=only)
        assert org.deploy(files).status == "Succeeded"


class TestValues:
    """Spellings and dependent values."""

    @pytest.mark.parametrize(
        ("given", "returned", "kept"),
        [
            ("Enforce_RelaxRefresh", "Enforce_relaxrefresh", "ENFORCE_RELAXREFRESH"),
            ("Enforce_relaxrefresh", "Enforce_relaxrefresh", "ENFORCE_RELAXREFRESH"),
            ("Bypass_2factor", "Bypass_2factor", "BYPASS_2FACTOR"),
            ("bypass", "Bypass", "BYPASS"),
        ],
    )
    def test_ip_relaxation_comes_back_as_live_orgs_spell_it(self, ready, given, returned, kept):
        assert ready.deploy(policy(element("ipRelaxationPolicyType", given))).status == "Succeeded"
        assert element("ipRelaxationPolicyType", returned) in shown(ready)
        assert ready.consumer("Sync").ip_relaxation == kept

    @pytest.mark.parametrize("kind", ["Infinite", "Zero"])
    def test_a_period_is_kept_only_where_the_policy_has_one(self, ready, kind):
        assert ready.deploy(policy(element("refreshTokenPolicyType", kind))).status == "Succeeded"
        assert "refreshTokenValidity" not in shown(ready)
        (record,) = ready.records("ExtlClntAppOauthPlcyCnfg")
        assert record.fields["RefreshTokenValidityPeriod"] is None

    @pytest.mark.parametrize(
        ("name", "value"), [("ipRelaxationPolicyType", "Sometimes"), ("refreshTokenValidityUnit", "Years")]
    )
    def test_other_values_are_refused(self, ready, name, value):
        assert problems(ready.deploy(policy(element(name, value)))) == [f"'{value}' is not a valid value for {name}"]

    def test_enumerations_are_refused_by_the_parser(self, ready):
        done = ready.deploy(policy(element("permittedUsersPolicyType", "AdminApproved")))
        expected = "Error parsing file: 'AdminApproved' is not a valid value for the enum 'PermittedUsersPolicyType'"
        assert problems(done) == [expected]


@pytest.mark.parametrize(
    ("parts", "enabled"),
    [
        ((), False),
        ((element("isOauthPluginEnabled", "true"),), True),
        ((element("isEnabled", "false"), element("isOauthPluginEnabled", "true")), False),
        ((element("isEnabled", "true"), element("isOauthPluginEnabled", "false")), False),
    ],
)
def test_the_general_policies_switch_the_app_on_and_off(ready, parts, enabled):
    file = "extlClntAppPolicies/Sync_defaultPolicy.ecaPlcy"
    assert ready.deploy({file: eca.switches(*parts)}).status == "Succeeded"
    assert ready.consumer("Sync").enabled == enabled
    assert re.search("<startPage>None</startPage>", ready.read("ExtlClntAppConfigurablePolicies", "Sync_defaultPolicy"))


def test_a_deleted_policy_takes_its_grants_along(ready, package_xml):
    ready.deploy(policy(APPROVED, element("commaSeparatedPermissionSet", "First")))
    named = package_xml({"ExtlClntAppOauthConfigurablePolicies": ["Sync_oauth_defaultPolicy"]}, None)
    done = ready.deploy_files({"package.xml": package_xml({}), "destructiveChanges.xml": named})
    assert (done.status, granted(ready)) == ("Succeeded", [])
    assert not ready.consumer("Sync").admin_approved
