"""ConnectedApp: checks in exact words, the consumer that OAuth reads, grants, and what a retrieve shows."""

import datetime as dt
import re

import pytest

from provision.localorg.metadata.tree import NAMESPACE

PATH = "connectedApps/Sync.connectedApp"
POLICY = "<oauthPolicy><ipRelaxation>{}</ipRelaxation><refreshTokenPolicy>{}</refreshTokenPolicy></oauthPolicy>"
KEY = "A" * 40


def app(oauth="", *parts, label="The Sync"):
    return (
        f'<ConnectedApp xmlns="{NAMESPACE}"><label>{label}</label><contactEmail>a@b.example</contactEmail>'
        f"<oauthConfig><callbackUrl>https://localhost/cb</callbackUrl>{oauth}</oauthConfig>{''.join(parts)}"
        "</ConnectedApp>"
    )


def keyed(key):
    return f"<consumerKey>{key}</consumerKey>"


APPROVED = "<isAdminApproved>true</isAdminApproved>"

REFUSED = [
    (app(label=" "), "Required fields are missing: Label"),
    (app(keyed("short")), "The consumer key must be between 8 and 256 characters without spaces"),
    (
        app("<consumerSecret>short</consumerSecret>"),
        "The consumer secret must be between 8 and 256 alphanumeric characters",
    ),
    (app("<certificate>nothing</certificate>"), "The certificate is not a valid X.509 certificate."),
    (app("", POLICY.format("SOMETIMES", "zero")), "'SOMETIMES' is not a valid value for ipRelaxation"),
    (app("", POLICY.format("ENFORCE", "never")), "'never' is not a valid value for refreshTokenPolicy"),
    (
        app("", "<permissionSetName>A</permissionSetName>"),
        "To use permissionSetName, isAdminApproved must be set to true",
    ),
    (
        app(APPROVED, "<permissionSetName>No such</permissionSetName>"),
        "In field: permissionSetName - no PermissionSet named No such found",
    ),
    (app(APPROVED, "<profileName>Admin</profileName>"), "In field: profileName - no Profile named Admin found"),
    (
        app(
            "<isClientCredentialEnabled>true</isClientCredentialEnabled>"
            "<oauthClientCredentialUser>no@such.user</oauthClientCredentialUser>"
        ),
        "In field: oauthClientCredentialUser - no User named no@such.user found",
    ),
    (
        app("<oauthClientCredentialUser>no@such.user</oauthClientCredentialUser>"),
        "To use oauthClientCredentialUser, isClientCredentialEnabled must be set to true",
    ),
]


@pytest.mark.parametrize(("file", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_refusals_have_the_exact_words_and_leave_nothing(org, file, problem):
    done = org.deploy({PATH: file})
    assert [message.problem for message in done.failures()] == [problem]
    assert org.records("ConnectedApplication") == []


def test_creation_may_be_blocked_while_existing_apps_can_be_edited(make_org):
    org = make_org(connected_app_creation="blocked")
    done = org.deploy({PATH: app()})
    assert [message.problem for message in done.failures()] == [
        "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support."
    ]


def test_key_and_secret_are_generated_and_only_the_key_is_shown(org):
    assert org.deploy({PATH: app()}).status == "Succeeded"
    consumer = org.consumer("Sync")
    assert re.fullmatch(r"3MVG9[A-Za-z0-9._]{80}", consumer.key)
    assert re.fullmatch(r"[0-9A-F]{64}", consumer.secret)
    shown = org.read("ConnectedApp", "Sync")
    assert f"<consumerKey>{consumer.key}</consumerKey>" in shown
    assert consumer.secret not in shown


@pytest.mark.parametrize("key", [KEY, "ab+/=-_.1234", "x" * 256])
def test_key_and_secret_may_be_chosen_at_creation_alone(make_org, key):
    org = make_org(consumer_on_update="refused")
    secret = "<consumerSecret>0123456789abcdef</consumerSecret>"
    assert org.deploy({PATH: app(keyed(key) + secret)}).status == "Succeeded"
    assert (org.consumer("Sync").key, org.consumer("Sync").secret) == (key, "0123456789abcdef")
    assert org.deploy({PATH: app(keyed(key))}).failures()[0].problem == "You cannot provide a Consumer Key"
    assert org.deploy({PATH: app(secret)}).failures()[0].problem == "You cannot provide a Consumer Secret"
    assert org.deploy({PATH: app()}).status == "Succeeded"
    assert (org.consumer("Sync").key, org.consumer("Sync").secret) == (key, "0123456789abcdef")


def test_an_app_may_be_deployed_with_the_key_and_secret_it_has_and_with_no_others(org):
    secret = "<consumerSecret>0123456789abcdef</consumerSecret>"
    assert org.deploy({PATH: app(keyed(KEY) + secret)}).status == "Succeeded"
    again = org.deploy({PATH: app(keyed(KEY) + secret)}).successes()[0]
    assert (again.created, again.changed) == (False, False)
    other = org.deploy({PATH: app(keyed(KEY[:-1] + "0"))})
    assert [message.problem for message in other.failures()] == ["You cannot provide a Consumer Key"]
    other = org.deploy({PATH: app("<consumerSecret>fedcba9876543210</consumerSecret>")})
    assert [message.problem for message in other.failures()] == ["You cannot provide a Consumer Secret"]
    assert (org.consumer("Sync").key, org.consumer("Sync").secret) == (KEY, "0123456789abcdef")


def test_secrets_are_unique_within_the_org(make_org):
    secret = app("<consumerSecret>0123456789abcdef</consumerSecret>")
    first, second = make_org("One"), make_org("Two")
    assert first.deploy({PATH: secret}).status == "Succeeded"
    assert second.deploy({PATH: secret}).status == "Succeeded"
    again = first.deploy({"connectedApps/Other.connectedApp": secret})
    assert again.failures()[0].problem == "The consumer secret is already in use."


def test_keys_are_unique_over_all_orgs(make_org):
    first, second = make_org("One"), make_org("Two")
    assert first.deploy({PATH: app(keyed(KEY))}).status == "Succeeded"
    assert second.deploy({PATH: app(keyed(KEY))}).failures()[0].problem == "The consumer key is already taken."


def test_a_check_only_deploy_leaves_no_consumer(org):
    assert org.deploy({PATH: app(keyed(KEY))}, check_only=True).status == "Succeeded"
    assert org.consumer("Sync") is None
    assert org.deploy({PATH: app(keyed(KEY))}).status == "Succeeded"


def test_an_empty_key_counts_as_none(org):
    assert org.deploy({PATH: app("<consumerKey></consumerKey>")}).status == "Succeeded"
    assert org.consumer("Sync").key.startswith("3MVG9")


def test_the_consumer_carries_what_oauth_asks_for(org):
    user = org.records("User")[0]
    oauth = (
        "<isAdminApproved>true</isAdminApproved><isClientCredentialEnabled>true</isClientCredentialEnabled>"
        "<isConsumerSecretOptional>true</isConsumerSecretOptional>"
        f"<oauthClientCredentialUser>{user.fields['Username']}</oauthClientCredentialUser>"
        "<scopes>SFAP</scopes><scopes>Api</scopes><scopes>RefreshToken</scopes>"
    )
    org.deploy({PATH: app(oauth, POLICY.format("BYPASS", "specific_lifetime:90:DAYS"))})
    consumer = org.consumer("Sync")
    record = org.records("ConnectedApplication")[0]
    assert (consumer.app_id, consumer.kind, consumer.name) == (record.id, "connected-app", "Sync")
    assert consumer.scopes == {"sfap_api", "api", "refresh_token"}
    assert (consumer.client_credentials, consumer.run_as_user_id) == (True, user.id)
    assert (consumer.admin_approved, consumer.ip_relaxation, consumer.consumer_secret_optional) == (
        True,
        "BYPASS",
        True,
    )
    assert record.fields["Name"] == "The Sync"
    assert record.fields["OptionsAllowAdminApprovedUsersOnly"] is True


def test_an_inactive_run_as_user_is_no_user(org):
    org.insert("User", Username="gone@x.example", IsActive=False)
    oauth = (
        "<isClientCredentialEnabled>true</isClientCredentialEnabled>"
        "<oauthClientCredentialUser>gone@x.example</oauthClientCredentialUser>"
    )
    problem = "In field: oauthClientCredentialUser - no User named gone@x.example found"
    assert org.deploy({PATH: app(oauth)}).failures()[0].problem == problem


def test_new_and_changed_apps_take_effect_after_propagation(make_org):
    org = make_org(propagation_seconds=600)
    start = org.clock.now()
    org.deploy({PATH: app()})
    assert org.consumer("Sync").effective_at == start + dt.timedelta(seconds=600)
    org.clock.advance(dt.timedelta(hours=1))
    org.deploy({PATH: app()})
    assert org.consumer("Sync").effective_at == start + dt.timedelta(seconds=600)
    org.deploy({PATH: app("<scopes>Api</scopes>")})
    assert org.consumer("Sync").effective_at == start + dt.timedelta(hours=1, seconds=600)


def test_a_redeploy_without_certificate_clears_it(org, certificate):
    pem, der, bare = certificate
    org.deploy({PATH: app(f"<certificate>{pem}</certificate>")})
    assert org.consumer("Sync").certificate_der == der
    assert f"        <certificate>{bare}</certificate>\n" in org.read("ConnectedApp", "Sync")
    org.deploy({PATH: app()})
    assert org.consumer("Sync").certificate_der is None
    assert "<certificate>" not in org.read("ConnectedApp", "Sync")


def test_an_app_without_oauth_has_no_consumer(org):
    bare = f'<ConnectedApp xmlns="{NAMESPACE}"><label>B</label><contactEmail>a@b.c</contactEmail></ConnectedApp>'
    org.deploy({PATH: app()})
    org.deploy({PATH: bare})
    assert org.consumer("Sync") is None
    assert "oauth" not in org.read("ConnectedApp", "Sync")


class TestGrants:
    """Who may use an app."""

    def deploy(self, org, *names, **options):
        named = "".join(f"<permissionSetName>{name}</permissionSetName>" for name in names)
        return org.deploy({PATH: app(APPROVED, named)}, **options)

    def held(self, org):
        rows = org.records("SetupEntityAccess")
        names = {record.id: record.fields["Name"] for record in org.records("PermissionSet")}
        return sorted(names[row.fields["ParentId"]] for row in rows)

    def test_permission_sets_are_shown_by_label_and_may_be_named_by_api_name(self, org):
        org.insert("PermissionSet", Name="Sync_Access", Label="Sync access", IsOwnedByProfile=False)
        org.insert("PermissionSet", Name="Other", Label="Sync_Access", IsOwnedByProfile=False)
        org.insert("PermissionSet", Name="Third", Label="Third set", IsOwnedByProfile=False)
        assert self.deploy(org, "Sync_Access", "Third").status == "Succeeded"
        assert self.held(org) == ["Other", "Third"]  # a label comes before a name
        assert "<permissionSetName>Third set</permissionSetName>" in org.read("ConnectedApp", "Sync")

    def test_where_it_is_switched_on_permission_sets_are_named_by_label_alone(self, make_org):
        org = make_org(connected_app_permission_set="label")
        org.insert("PermissionSet", Name="Sync_Access", Label="Sync access", IsOwnedByProfile=False)
        assert self.deploy(org, "Sync access").status == "Succeeded"
        row = org.records("SetupEntityAccess")[0]
        assert (row.fields["SetupEntityType"], row.fields["SetupEntityId"][:3]) == ("ConnectedApplication", "0H4")
        assert "<permissionSetName>Sync access</permissionSetName>" in org.read("ConnectedApp", "Sync")
        refused = self.deploy(org, "Sync_Access").failures()[0]
        assert refused.problem == "In field: permissionSetName - no PermissionSet named Sync_Access found"

    def test_grants_no_longer_named_are_taken_away(self, org):
        for name in ("A", "B"):
            org.insert("PermissionSet", Name=name, Label=name, IsOwnedByProfile=False)
        self.deploy(org, "A", "B")
        assert self.held(org) == ["A", "B"]
        again = self.deploy(org, "B").successes()[0]
        assert (again.full_name, again.changed, self.held(org)) == ("Sync", True, ["B"])
        self.deploy(org, "")
        assert self.held(org) == []

    def test_profiles_hold_grants_through_their_own_permission_set(self, org):
        org.deploy({PATH: app(APPROVED, "<profileName>System Administrator</profileName>")})
        assert "<profileName>System Administrator</profileName>" in org.read("ConnectedApp", "Sync")
        profile = org.records("Profile", Name="System Administrator")[0]
        owned = org.records("PermissionSet", ProfileId=profile.id)[0]
        assert [row.fields["ParentId"] for row in org.records("SetupEntityAccess")] == [owned.id]

    def test_a_permission_set_of_a_permission_set_licence_holds_no_app(self, org):
        psl = org.records("PermissionSetLicense")[0].id
        org.insert("PermissionSet", Name="D", Label="Data", IsOwnedByProfile=False, LicenseId=psl)
        problem = "The permission set license of Data does not allow connected apps"
        assert self.deploy(org, "Data").failures()[0].problem == problem

    def test_a_permission_set_of_the_same_package_can_be_named(self, org):
        files = {
            "permissionsets/P.permissionset": f'<PermissionSet xmlns="{NAMESPACE}"><label>New</label></PermissionSet>',
            PATH: app(APPROVED, "<permissionSetName>New</permissionSetName>"),
        }
        assert org.deploy(files).status == "Succeeded"

    def test_deleting_the_app_takes_grants_and_consumer_along(self, org, package_xml):
        org.insert("PermissionSet", Name="A", Label="A", IsOwnedByProfile=False)
        self.deploy(org, "A")
        files = {
            "package.xml": package_xml({}),
            "destructiveChanges.xml": package_xml({"ConnectedApp": ["Sync"]}, None),
        }
        done = org.deploy_files(files)
        assert done.status == "Succeeded"
        assert [org.records(name) for name in ("SetupEntityAccess", "ConnectedApplication")] == [[], []]
        assert org.consumer("Sync") is None


BOOLEANS = [
    (46, ["isAdminApproved"]),
    (49, ["isAdminApproved", "isConsumerSecretOptional", "isIntrospectAllTokens"]),
    (51, ["isSecretRequiredForRefreshToken"]),
    (56, ["isClientCredentialEnabled"]),
    (57, ["isCodeCredentialEnabled", "isCodeCredentialPostOnly"]),
    (58, ["isNamedUserJwtEnabled"]),
    (59, ["isPkceRequired"]),
    (60, ["isRefreshTokenRotationEnabled", "isSecretRequiredForTokenExchange", "isTokenExchangeEnabled"]),
]


@pytest.mark.parametrize(("version", "since"), BOOLEANS)
def test_every_boolean_of_the_version_is_written_out(org, version, since):
    org.deploy({PATH: app()})
    flag = re.compile(r"<(is\w+)>false<")
    shown = set(flag.findall(org.read("ConnectedApp", "Sync", version)))
    before = set(flag.findall(org.read("ConnectedApp", "Sync", version - 1)))
    assert set(since) <= shown
    assert shown - before <= {*since, "isTokenExchangeFlowEnabled"}
    assert before < shown


def test_policies_have_defaults_from_version_49_on(org):
    org.deploy({PATH: app()})
    policy = (
        "    <oauthPolicy>\n        <ipRelaxation>ENFORCE</ipRelaxation>\n"
        "        <refreshTokenPolicy>infinite</refreshTokenPolicy>\n    </oauthPolicy>\n"
    )
    assert policy in org.read("ConnectedApp", "Sync", 49)
    assert "oauthPolicy" not in org.read("ConnectedApp", "Sync", 48)


def test_scopes_come_back_in_salesforces_order(org):
    sent = ["RefreshToken", "Web", "CDP", "Api", "ForgotPassword", "Basic", "SFAP"]
    org.deploy({PATH: app("".join(f"<scopes>{name}</scopes>" for name in sent))})
    shown = re.findall("<scopes>(.*?)<", org.read("ConnectedApp", "Sync"))
    assert shown == ["Basic", "Api", "Web", "RefreshToken", "ForgotPassword", "SFAP", "CDP"]
