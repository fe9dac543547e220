"""External Client Apps: what deploys, what is refused and in which words, and what the org makes of it."""

import base64
import re

import pytest

from tests.localorg.metadata import families as eca
from tests.localorg.metadata.families import element

SCOPED_NAME = (
    "The Org Scoped External Client App must be in the format DeveloperOrganizationId:ExternalClientAppDeveloperName"
)
NO_SETTINGS = (
    "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings"
    " configuration."
)


@pytest.fixture
def ready(org):
    """An org with the app Sync."""
    assert org.deploy(eca.minimal()).status == "Succeeded"
    return org


def problems(done):
    return [message.problem for message in done.failures()]


class TestTheWholeFamily:
    """Creation, automatic members, and what comes back."""

    def test_three_files_make_an_app_and_the_org_adds_both_policies(self, ready):
        files, done = ready.retrieve({name: ["*"] for name in MEMBERS}, version=62)
        assert done.messages == ()
        assert sorted(files) == [
            "externalClientApps/Sync.eca",
            "extlClntAppGlobalOauthSets/Sync_glbloauth.ecaGlblOauth",
            "extlClntAppOauthPolicies/Sync_oauth_defaultPolicy.ecaOauthPlcy",
            "extlClntAppOauthSettings/Sync_oauth.ecaOauth",
            "extlClntAppPolicies/Sync_defaultPolicy.ecaPlcy",
            "package.xml",
        ]

    def test_the_automatic_oauth_policy_has_the_recorded_values(self, ready):
        """As an org of October 2024 returned it at API 62."""
        assert elements(ready.read(eca_type("Oauth", "ConfigurablePolicies"), "Sync_oauth_defaultPolicy", 62)) == [
            ("externalClientApplication", "Sync"),
            ("ipRelaxationPolicyType", "Enforce"),
            ("isClientCredentialsFlowEnabled", "false"),
            ("isGuestCodeCredFlowEnabled", "false"),
            ("isNamedUserJwtEnabled", "false"),
            ("isTokenExchangeFlowEnabled", "false"),
            ("label", "Sync_oauth_defaultPolicy"),
            ("permittedUsersPolicyType", "AllSelfAuthorized"),
            ("refreshTokenPolicyType", "SpecificLifetime"),
            ("refreshTokenValidityPeriod", "365"),
            ("refreshTokenValidityUnit", "Days"),
            ("requiredSessionLevel", "STANDARD"),
        ]

    def test_the_global_settings_have_the_recorded_elements(self, ready):
        shown = elements(ready.read(eca_type("Global", "OauthSettings"), "Sync_glbloauth", 62))
        assert [name for name, _ in shown] == [
            "callbackUrl",
            "consumerKey",
            "externalClientApplication",
            "isClientCredentialsFlowEnabled",
            "isCodeCredFlowEnabled",
            "isCodeCredPostOnly",
            "isConsumerSecretOptional",
            "isDeviceFlowEnabled",
            "isIntrospectAllTokens",
            "isNamedUserJwtEnabled",
            "isPkceRequired",
            "isRefreshTokenRotationEnabled",
            "isSecretRequiredForRefreshToken",
            "isSecretRequiredForTokenExchange",
            "isTokenExchangeEnabled",
            "label",
            "shouldRotateConsumerKey",
            "shouldRotateConsumerSecret",
        ]
        booleans = {name: value for name, value in shown if value in {"true", "false"}}
        assert [name for name, value in booleans.items() if value == "true"] == [
            "isPkceRequired",
            "isSecretRequiredForRefreshToken",
        ]
        assert re.fullmatch(r"3MVG9[A-Za-z0-9._]{80}", dict(shown)["consumerKey"])

    def test_the_org_fills_in_its_own_references(self, ready):
        short = ready.row.id[:15]
        app = dict(elements(ready.read("ExternalClientApplication", "Sync")))
        assert app["orgScopedExternalApp"] == f"{short}:Sync"
        assert (app["distributionState"], app["isProtected"]) == ("Local", "false")
        settings = dict(elements(ready.read("ExtlClntAppOauthSettings", "Sync_oauth")))
        assert re.fullmatch(f"{short}:888[0-9A-Za-z]{{12}}", settings["oauthLink"])

    def test_the_order_of_the_files_does_not_matter_and_stages_do_neither(self, make_org):
        whole, staged = make_org("One"), make_org("Two")
        backwards = dict(reversed(eca.minimal(**{eca.POLICY: eca.policy(), eca.SWITCHES: eca.switches(ON)}).items()))
        assert whole.deploy(backwards).status == "Succeeded"
        stages = [{eca.APP: eca.app()}, {eca.SETTINGS: eca.settings()}, {eca.GLOBAL: eca.shared()}]
        for stage in stages:
            assert staged.deploy(stage).status == "Succeeded"
        assert staged.consumer("Sync").scopes == whole.consumer("Sync").scopes == {"api", "refresh_token"}
        assert staged.consumer("Sync").enabled
        assert whole.consumer("Sync").enabled

    def test_records_stand_for_the_members(self, ready):
        (app,) = ready.records("ExternalClientApplication")
        (settings,) = ready.records("ExtlClntAppOauthSettings")
        (policy,) = ready.records("ExtlClntAppOauthPlcyCnfg")
        assert [record.id[:3] for record in (app, settings, policy)] == ["0xI", "3SN", "0yO"]
        assert app.fields["DeveloperName"] == "Sync"
        assert settings.fields["ExternalClientApplicationId"] == policy.fields["ExternalClientApplicationId"] == app.id
        assert (settings.fields["OauthScopesAPI"], settings.fields["OauthScopesWEB"]) == (True, False)
        assert policy.fields["PermittedUsersPolicyType"] == "AllSelfAuthorized"
        assert policy.fields["RefreshTokenValidityPeriod"] == 365

    def test_check_only_leaves_nothing(self, org):
        assert org.deploy(eca.minimal(), check_only=True).status == "Succeeded"
        assert org.consumer("Sync") is None
        assert org.records("ExtlClntAppOauthPlcyCnfg") == []

    def test_deleting_the_app_takes_everything_along_in_any_order(self, ready, package_xml):
        named = {name: [full_name] for name, full_name in DEPLOYED.items()}
        files = {"package.xml": package_xml({}), "destructiveChanges.xml": package_xml(named, None)}
        assert ready.deploy_files(files).status == "Succeeded"
        assert ready.consumer("Sync") is None
        for sobject in ("ExternalClientApplication", "ExtlClntAppOauthSettings", "ExtlClntAppOauthPlcyCnfg"):
            assert ready.records(sobject) == []
        assert ready.deploy(eca.minimal()).status == "Succeeded"

    def test_deploying_the_same_again_changes_nothing(self, ready):
        done = ready.deploy(eca.minimal())
        assert {message.full_name for message in done.messages if message.changed and message.counted} == set()


class TestReferences:
    """What ties the members to each other and to the org."""

    REFUSED = (
        (
            {eca.APP: eca.app(element("orgScopedExternalApp", "Sync"))},
            SCOPED_NAME,
        ),
        (
            {eca.APP: eca.app(element("orgScopedExternalApp", "00D000000000001:Sync"))},
            SCOPED_NAME,
        ),
        (
            {eca.SETTINGS: eca.settings()},
            "In field: externalClientApplication - no ExternalClientApplication named Sync found",
        ),
        (
            {eca.APP: eca.app(), eca.GLOBAL: eca.shared()},
            NO_SETTINGS,
        ),
        (
            {eca.APP: eca.app(), eca.SETTINGS: eca.settings(element("oauthLink", "00D000000000001:888000000000001"))},
            "The OAuth link 00D000000000001:888000000000001 doesn't belong to this external client app.",
        ),
        (
            {eca.APP: eca.app(), eca.SETTINGS: eca.settings(element("clientAssertionCertificate", "Nowhere"))},
            "In field: clientAssertionCertificate - no Certificate named Nowhere found",
        ),
        (
            {eca.APP: eca.app(), eca.SETTINGS: eca.file("ExtlClntAppOauthSettings", "<label>x</label>")},
            "Required field is missing: externalClientApplication",
        ),
        (
            eca.minimal(**{eca.GLOBAL: eca.file("ExtlClntAppGlobalOauthSettings", eca.PARENT)}),
            "Required field is missing: callbackUrl",
        ),
    )

    @pytest.mark.parametrize(("files", "problem"), REFUSED, ids=range(len(REFUSED)))
    def test_broken_references_are_refused(self, org, files, problem):
        assert problems(org.deploy(files)) == [problem]
        assert org.records("ExternalClientApplication") == []

    def test_own_references_may_be_sent_back(self, ready):
        app = ready.read("ExternalClientApplication", "Sync")
        settings = ready.read("ExtlClntAppOauthSettings", "Sync_oauth")
        done = ready.deploy({eca.APP: app, eca.SETTINGS: settings})
        assert done.status == "Succeeded"
        assert not any(message.changed for message in done.messages if message.counted)

    def test_a_second_oauth_policy_is_a_duplicate(self, ready):
        done = ready.deploy({eca.POLICY: eca.policy()})
        assert problems(done) == [
            "DUPLICATE_VALUE: ExtlClntAppOauthSettingsId duplicates value on Sync_oauth_defaultPolicy"
        ]
        assert ready.deploy({eca.DEFAULT_POLICY: eca.policy()}).status == "Succeeded"

    def test_whether_a_policy_of_another_name_may_come_with_the_settings_is_a_switch(self, make_org):
        files = eca.minimal(**{eca.POLICY: eca.policy()})
        lenient, strict = make_org("One"), make_org("Two", automatic_oauth_policy="always")
        assert lenient.deploy(files).status == "Succeeded"
        assert [row.fields["DeveloperName"] for row in lenient.records("ExtlClntAppOauthPlcyCnfg")] == [
            "Sync_oauthPlcy"
        ]
        assert "Sync_oauth_defaultPolicy" in problems(strict.deploy(files))[0]

    def test_a_member_stays_with_its_app(self, ready):
        other = eca.app().replace("The Sync", "Other")
        moved = eca.settings().replace(eca.PARENT, element("externalClientApplication", "Other"))
        done = ready.deploy({"externalClientApps/Other.eca": other, eca.SETTINGS: moved})
        assert problems(done) == ["ExtlClntAppOauthSettings Sync_oauth belongs to another external client app."]

    @pytest.mark.parametrize("first", ["connected app", "external client app"])
    def test_an_app_of_the_other_kind_keeps_its_name(self, org, first):
        connected = eca.file("ConnectedApp", "<label>S</label><contactEmail>a@b.example</contactEmail>")
        files = [{eca.APP: eca.app()}, {"connectedApps/Sync.connectedApp": connected}]
        files = files if first == "external client app" else files[::-1]
        assert org.deploy(files[0]).status == "Succeeded"
        assert "already exists or has been previously used." in problems(org.deploy(files[1]))[0]


class TestCredentials:
    """Key, secret and certificate."""

    KEY = "a1b2c3d4" * 8

    def test_a_key_and_secret_of_ones_own_are_taken_at_creation(self, org):
        chosen = element("consumerKey", self.KEY) + element("consumerSecret", "0123456789abcdef")
        assert org.deploy(eca.minimal(**{eca.GLOBAL: eca.shared(chosen)})).status == "Succeeded"
        assert (org.consumer("Sync").key, org.consumer("Sync").secret) == (self.KEY, "0123456789abcdef")
        shown = org.read("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth")
        assert self.KEY in shown
        assert "consumerSecret" not in shown.replace("shouldRotateConsumerSecret", "").replace("Optional", "")
        assert "0123456789abcdef" not in shown

    def test_an_org_may_be_switched_to_refuse_keys(self, make_org):
        org = make_org(external_client_app_consumer_key="refused")
        files = eca.minimal(**{eca.GLOBAL: eca.shared(element("consumerKey", self.KEY))})
        assert problems(org.deploy(files)) == ["The consumer key is generated by Salesforce and cannot be provided."]
        assert org.deploy(eca.minimal()).status == "Succeeded"

    def test_a_key_is_taken_once_over_all_orgs_and_kinds(self, make_org):
        files = eca.minimal(**{eca.GLOBAL: eca.shared(element("consumerKey", self.KEY))})
        assert make_org("One").deploy(files).status == "Succeeded"
        assert problems(make_org("Two").deploy(files)) == ["The consumer key is already taken."]

    def test_another_key_for_an_existing_app_is_a_warning_without_effect(self, ready):
        before = ready.consumer("Sync")
        files = {eca.GLOBAL: eca.shared(element("consumerKey", self.KEY))}
        assert "couldn't update your OAuth link" in problems(ready.deploy(files))[0]
        done = ready.deploy(files, ignore_warnings=True)
        (warned,) = [message for message in done.messages if message.problem]
        assert (done.status, warned.success, warned.problem_type) == ("Succeeded", True, "Warning")
        assert ready.consumer("Sync") == before

    @pytest.mark.parametrize(("flag", "kept"), [("shouldRotateConsumerKey", 1), ("shouldRotateConsumerSecret", 0)])
    def test_rotation_on_demand_needs_warnings_ignored(self, ready, flag, kept):
        before = ready.consumer("Sync")
        files = {eca.GLOBAL: eca.shared(element(flag, "true"))}
        assert ready.deploy(files).status == "Failed"
        assert ready.consumer("Sync") == before
        assert ready.deploy(files, ignore_warnings=True).status == "Succeeded"
        after = ready.consumer("Sync")
        same = [after.key == before.key, after.secret == before.secret]
        assert same == [kept == 0, kept == 1]
        assert element(flag, "false") in ready.read("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth")

    def test_the_certificate_comes_back_in_lines_without_headers(self, org, certificate):
        pem, der, _ = certificate
        one_line = base64.b64encode(der).decode()
        for text in (pem, one_line, base64.b64encode(pem.encode()).decode()):
            files = eca.minimal(**{eca.GLOBAL: eca.shared(element("certificate", text))})
            assert org.deploy(files).status == "Succeeded"
            assert org.consumer("Sync").certificate_der == der
            shown = dict(elements(org.read("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth")))["certificate"]
            assert shown == pem.split("-----")[2].strip()

    def test_a_deploy_without_certificate_clears_it(self, org, certificate):
        files = eca.minimal(**{eca.GLOBAL: eca.shared(element("certificate", certificate[0]))})
        assert org.deploy(files).status == "Succeeded"
        assert org.deploy({eca.GLOBAL: eca.shared()}).status == "Succeeded"
        assert org.consumer("Sync").certificate_der is None
        assert "<certificate>" not in org.read("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth")

    def test_no_certificate_at_all_is_refused(self, ready):
        done = ready.deploy({eca.GLOBAL: eca.shared(element("certificate", "nothing"))})
        assert problems(done) == ["The certificate is not a valid X.509 certificate."]


class TestScopes:
    """Names, their order, and what tokens carry."""

    def test_scopes_come_back_in_the_org_s_order(self, org):
        files = eca.minimal(**{eca.SETTINGS: eca.settings(scopes="Chatbot,Api ,SFApiPlatform, RefreshToken,Api")})
        assert org.deploy(files).status == "Succeeded"
        shown = dict(elements(org.read("ExtlClntAppOauthSettings", "Sync_oauth")))
        assert shown["commaSeparatedOauthScopes"] == "Api, RefreshToken, Chatbot, SFApiPlatform"
        assert org.consumer("Sync").scopes == {"api", "refresh_token", "chatbot_api", "sfap_api"}

    @pytest.mark.parametrize("scope", ["api", "chatbot_api", "SFAP", "MCP_API"])
    def test_names_of_other_places_are_refused_and_the_right_ones_listed(self, org, scope):
        done = org.deploy(eca.minimal(**{eca.SETTINGS: eca.settings(scopes=scope)}))
        problem = next(text for text in problems(done) if text.startswith(scope))
        assert all(name in problem for name in ("Api", "Chatbot", "SFApiPlatform", "MCP"))


class TestVersions:
    """Elements and types come and go with the API version of the package."""

    def test_named_user_jwt_was_part_of_the_policy_from_61_to_63(self, ready):
        files = {eca.DEFAULT_POLICY: eca.policy(element("isNamedUserJwtEnabled", "true"))}
        accepted = [v for v in range(60, 69) if ready.deploy(files, version=v, check_only=True).status == "Succeeded"]
        assert accepted == [61, 62, 63]

    def test_what_a_version_does_not_know_stays(self, ready):
        """A higher version brings more elements into what a deploy resets."""
        on = element("isEnforceRefreshTokenTTL", "true") + element("isDeviceFlowEnabled", "true")
        assert ready.deploy({eca.GLOBAL: eca.shared(on)}, version=66).status == "Succeeded"
        assert ready.deploy({eca.GLOBAL: eca.shared()}, version=61).status == "Succeeded"
        shown = dict(elements(ready.read("ExtlClntAppGlobalOauthSettings", "Sync_glbloauth", 66)))
        assert (shown["isEnforceRefreshTokenTTL"], shown["isDeviceFlowEnabled"]) == ("true", "false")

    @pytest.mark.parametrize("version", range(60, 69))
    def test_the_family_deploys_at_every_version_that_has_it(self, org, version):
        assert org.deploy(eca.minimal(), version=version).status == "Succeeded"


class TestRights:
    """Who may deploy, and whether the org has such apps."""

    def test_an_org_without_external_client_apps_refuses_them(self, make_org):
        org = make_org(external_client_apps="disabled")
        assert set(problems(org.deploy(eca.minimal()))) == {"Not available for deploy for this organization"}

    @pytest.mark.parametrize(
        ("permission", "file"),
        [("ExternalClientAppDeveloper", eca.SETTINGS), ("ExternalClientAppAdmin", eca.DEFAULT_POLICY)],
    )
    def test_the_deploying_user_needs_the_right_for_the_part(self, ready, permission, file):
        owned = ready.records("PermissionSet", IsOwnedByProfile=True)
        with ready.tenant() as held:
            for record in owned:
                held.records.update(record.id, {f"Permissions{permission}": False})
        content = {eca.SETTINGS: eca.settings(), eca.DEFAULT_POLICY: eca.policy()}[file]
        assert problems(ready.deploy({file: content})) == ["insufficient access rights on cross-reference id"]


ON = element("isEnabled", "true") + element("isOauthPluginEnabled", "true")
DEPLOYED = {
    "ExternalClientApplication": "Sync",
    "ExtlClntAppConfigurablePolicies": "Sync_defaultPolicy",
    "ExtlClntAppGlobalOauthSettings": "Sync_glbloauth",
    "ExtlClntAppOauthConfigurablePolicies": "Sync_oauth_defaultPolicy",
    "ExtlClntAppOauthSettings": "Sync_oauth",
}
MEMBERS = tuple(DEPLOYED)


def eca_type(middle, end):
    return f"ExtlClntApp{middle}{end}"


def elements(text):
    """Name and text of every element of the first level, in file order."""
    return re.findall(r"^    <(\w+)>([^<]*)</\1>$", text, re.MULTILINE | re.DOTALL)
