"""A ConnectedApp in the words of the External Client App family: nothing is lost without being named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provision.apps import conversion_table as table
from provision.apps import external_client_app_family as family
from provision.apps.conversion import Conversion, converted
from provision.keys.certificate import certificate_pem
from provision.keys.generate import generate
from provision.metadata.canonical import canonical
from provision.metadata.check import check
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.metadata.schema import type_of
from provision.model.desired import KeySpec
from provision.model.metadata import Document, Value
from tests.conftest import SHARED
from tests.metadata.documents import documents

VERSIONS = st.integers(58, 68)
TABLES = (table.RENAMED, table.ENTRIES, table.TRANSLATED, table.NOT_CARRIED, table.NO_EQUIVALENT)


def elements(type_name: str, prefix: str = "") -> Iterator[str]:
    """Every element of a ConnectedApp that the tables speak of as a whole."""
    known = type_of(type_name)
    assert known is not None
    for name, field in known.fields.items():
        path = f"{prefix}{name}"
        whole = path in table.NO_EQUIVALENT or path in table.ENTRIES
        if type_of(field.type) is None or whole:
            yield path
        else:
            yield from elements(field.type, f"{path}.")


def test_every_element_is_in_exactly_one_table() -> None:
    named = [path for one in TABLES for path in one]
    assert sorted(named) == sorted(elements("ConnectedApp"))


def test_every_place_is_an_element_of_the_family() -> None:
    places = [*table.RENAMED.values(), *(place for several in table.ENTRIES.values() for place, _ in several)]
    for type_name, path in places:
        here: str | None = type_name
        for tag in path.split("."):
            known = type_of(here or "")
            assert known is not None, (type_name, path)
            assert tag in known.fields, (type_name, path)
            here = known.fields[tag].type


def leaves(fields: Mapping[str, Value], prefix: str = "") -> Iterator[tuple[str, Value]]:
    for name, value in fields.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and path not in table.NO_EQUIVALENT:
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def is_empty(value: Value) -> bool:
    return value in ("", ()) or (isinstance(value, tuple) and all(item == "" for item in value))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_value_is_taken_over_or_named_and_the_result_can_be_deployed(data: st.DataObject) -> None:
    version = data.draw(VERSIONS)
    document = data.draw(documents("ConnectedApp", version))
    made = converted(document, "New", api_version=f"{version}.0")
    spoken_of = {one.path for one in (*made.moved, *made.left_out)} | set(table.NOT_CARRIED)
    assert {path for path, value in leaves(document.fields) if not is_empty(value)} <= spoken_of
    for full_name, member in made.members:
        assert full_name.startswith("New")
        problems = [problem for problem in check(member, f"{version}.0") if problem.severity == "error"]
        assert problems == [], member.type
        render(canonical(member), api_version=f"{version}.0")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus of real files is not beside the repository")
def test_real_apps_become_apps_that_can_be_deployed() -> None:
    files = sorted((SHARED / "corpus/dev/connectedApps").rglob("*.connectedApp*"))
    assert len(files) > 50
    for file in files:
        made = converted(parse(file.read_bytes(), "ConnectedApp"), "New", api_version="67.0")
        for _, member in made.members:
            assert not [p for p in check(member, "67.0") if p.severity == "error"], (file, member.type)
        assert all(one.reason and "known here" not in one.reason for one in made.left_out), file


OAUTH: dict[str, Value] = {"callbackUrl": "https://localhost/cb", "scopes": ("Api", "SFAP", "RefreshToken")}


def app(oauth: Mapping[str, Value] | None = None, **more: Any) -> Document:
    config = {**OAUTH, **(oauth or {})}
    return Document("ConnectedApp", {"contactEmail": "a@b.example", "label": "Old", "oauthConfig": config, **more})


def convert(document: Document, version: int = 67, **labels: str) -> Conversion:
    named = {label.replace("_", " "): name for label, name in labels.items()}
    return converted(document, "New", api_version=f"{version}.0", permission_sets=named)


def member(made: Conversion, type_name: str) -> Mapping[str, Value]:
    [found] = (document.fields for _, document in made.members if document.type == type_name)
    return found


class TestWhatIsWrittenOtherwise:
    """Each of the differences between the kinds."""

    def test_members_name_their_app_and_are_named_like_it(self) -> None:
        made = convert(app())
        assert [full_name for full_name, _ in made.members] == [
            *("New", "New_oauth", "New_glbloauth", "New_defaultPolicy", "New_oauth_defaultPolicy")
        ]
        for _, document in made.members[1:]:
            assert document.fields["externalClientApplication"] == "New"
        assert member(made, family.POLICIES).items() >= {"isEnabled": "true", "isOauthPluginEnabled": "true"}.items()

    def test_scopes_have_other_names_and_one_text(self) -> None:
        settings_ = member(convert(app()), family.OAUTH_SETTINGS)
        assert settings_["commaSeparatedOauthScopes"] == "Api, SFApiPlatform, RefreshToken"

    def test_a_scope_of_connected_apps_alone_is_named(self) -> None:
        made = convert(app({"scopes": ("Api", "CmdbDiscovery")}), 68)
        [lost] = made.left_out
        assert (lost.path, lost.value) == ("oauthConfig.scopes", "CmdbDiscovery")
        assert member(made, family.OAUTH_SETTINGS)["commaSeparatedOauthScopes"] == "Api"

    def test_client_credentials_have_two_switches(self) -> None:
        made = convert(app({"isClientCredentialEnabled": "true", "oauthClientCredentialUser": "bot@b.example"}))
        assert member(made, family.GLOBAL_OAUTH_SETTINGS)["isClientCredentialsFlowEnabled"] == "true"
        policy = member(made, family.OAUTH_POLICIES)
        assert policy["isClientCredentialsFlowEnabled"] == "true"
        assert policy["clientCredentialsFlowUser"] == "bot@b.example"

    @pytest.mark.parametrize(
        ("flag", "policy"), [("true", "AdminApprovedPreAuthorized"), ("false", "AllSelfAuthorized")]
    )
    def test_who_may_use_it(self, flag: str, policy: str) -> None:
        made = convert(app({"isAdminApproved": flag}))
        assert member(made, family.OAUTH_POLICIES)["permittedUsersPolicyType"] == policy

    def test_permission_sets_are_named_by_api_name(self) -> None:
        made = convert(app(permissionSetName=("Billing Access", "Other Access")), Billing_Access="Bill_Acc")
        assert member(made, family.OAUTH_POLICIES)["commaSeparatedPermissionSet"] == "Bill_Acc,Other_Access"
        [doubt] = (one for one in made.to_check if one.path == "permissionSetName")
        assert "'Other Access'" in doubt.text
        assert "Other_Access" in doubt.text

    def test_profiles_are_one_text_from_their_version_on(self) -> None:
        document = app(profileName=("System Administrator", "Standard User"))
        made = convert(document, 62)
        assert member(made, family.OAUTH_POLICIES)["commaSeparatedProfile"] == "System Administrator,Standard User"
        [lost] = convert(document, 61).left_out
        assert (lost.path, lost.value) == ("profileName", "System Administrator, Standard User")
        assert "61.0" in lost.reason

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("infinite", {"refreshTokenPolicyType": "Infinite"}),
            ("zero", {"refreshTokenPolicyType": "Zero"}),
            (
                "specific_lifetime:90:DAYS",
                {
                    "refreshTokenPolicyType": "SpecificLifetime",
                    "refreshTokenValidityPeriod": "90",
                    "refreshTokenValidityUnit": "Days",
                },
            ),
        ],
    )
    def test_refresh_tokens(self, old: str, new: Mapping[str, str]) -> None:
        made = convert(app(oauthPolicy={"ipRelaxation": "BYPASS_2FACTOR", "refreshTokenPolicy": old}))
        policy = member(made, family.OAUTH_POLICIES)
        assert policy["ipRelaxationPolicyType"] == "Bypass_2factor"
        assert {key: value for key, value in policy.items() if key.startswith("refresh")} == new

    @pytest.mark.parametrize(
        "old", ["specific_lifetime", "specific_lifetime:90", "specific_lifetime:x:DAYS", "zero:1:DAYS", "for_ever"]
    )
    def test_a_policy_that_is_none_is_named(self, old: str) -> None:
        made = convert(app(oauthPolicy={"refreshTokenPolicy": old}))
        assert [one.path for one in made.left_out] == ["oauthPolicy.refreshTokenPolicy"]

    def test_client_credentials_without_a_run_as_user_wait_for_one(self) -> None:
        made = convert(app({"isClientCredentialEnabled": "true", "isPkceRequired": "true"}))
        assert member(made, family.OAUTH_POLICIES)["isClientCredentialsFlowEnabled"] == "false"
        assert member(made, family.GLOBAL_OAUTH_SETTINGS)["isClientCredentialsFlowEnabled"] == "true"
        [doubt] = made.to_check
        assert "no run-as user" in doubt.text

    def test_a_run_as_user_without_the_flow_is_left_out(self) -> None:
        made = convert(app({"oauthClientCredentialUser": "bot@b.example", "isPkceRequired": "true"}))
        assert "clientCredentialsFlowUser" not in member(made, family.OAUTH_POLICIES)
        [lost] = made.left_out
        assert (lost.path, lost.value) == ("oauthConfig.oauthClientCredentialUser", "bot@b.example")
        assert "clientCredentialsFlowUser" not in [one.element for one in made.moved]

    def test_key_and_secret_stay_with_the_old_app(self) -> None:
        made = convert(app({"consumerKey": "3MVG9canary", "consumerSecret": "canary"}))
        assert "canary" not in repr(made)

    def test_a_bare_certificate_becomes_pem(self, certificate: str) -> None:
        bare = "".join(certificate.splitlines()[1:-1])
        made = convert(app({"certificate": bare}))
        assert member(made, family.GLOBAL_OAUTH_SETTINGS)["certificate"] == certificate

    def test_what_is_no_certificate_is_kept_and_doubted(self) -> None:
        made = convert(app({"certificate": "${CERTIFICATE}"}))
        assert member(made, family.GLOBAL_OAUTH_SETTINGS)["certificate"] == "${CERTIFICATE}"
        assert "oauthConfig.certificate" in [one.path for one in made.to_check]

    def test_saml_and_canvas_have_members_of_their_own(self) -> None:
        saml = {"acsUrl": "https://sp/acs", "entityUrl": "https://sp", "samlSubjectType": "Username"}
        canvas = {"accessMethod": "Get", "canvasUrl": "https://canvas", "locations": ("Chatter",)}
        made = convert(app(samlConfig={**saml, "encryptionType": "Triple_Des"}, canvasConfig=canvas))
        assert member(made, family.SAML_POLICIES)["subjectType"] == "Username"
        assert member(made, family.CANVAS_SETTINGS)["canvasLocationOptions"] == ("Chatter",)
        switches = member(made, family.POLICIES)
        assert (switches["isSamlPluginEnabled"], switches["isCanvasPluginEnabled"]) == ("true", "true")
        [lost] = made.left_out
        assert (lost.path, lost.value) == ("samlConfig.encryptionType", "Triple_Des")

    def test_an_app_without_oauth_gets_no_oauth_members(self) -> None:
        saml = {"acsUrl": "https://sp/acs", "entityUrl": "https://sp", "samlSubjectType": "Username"}
        old = {"contactEmail": "a@b.example", "label": "Old", "samlConfig": saml, "permissionSetName": ("Sso",)}
        made = converted(Document("ConnectedApp", old), "New", api_version="67.0")
        assert [document.type for _, document in made.members] == [
            *(family.APPLICATION, family.POLICIES, family.SAML_POLICIES)
        ]
        assert member(made, family.SAML_POLICIES)["commaSeparatedPermissionSet"] == "Sso"
        assert made.left_out == ()

    def test_what_nothing_stands_for_is_named_with_the_reason(self) -> None:
        mobile = {"devicePlatform": "ios", "version": "1"}
        made = convert(app({"isIpBindingEnabled": "true"}, mobileStartUrl="https://m", mobileAppConfig=mobile), 68)
        assert {one.path for one in made.left_out} == {
            *("oauthConfig.isIpBindingEnabled", "mobileStartUrl", "mobileAppConfig")
        }
        assert all(one.reason for one in made.left_out)

    def test_a_silence_that_means_something_else_is_doubted(self) -> None:
        assert [one.path for one in convert(app()).to_check] == ["oauthConfig.isPkceRequired"]
        assert convert(app({"isPkceRequired": "false"})).to_check == ()

    def test_an_element_that_is_new_to_us_is_named(self) -> None:
        [lost] = convert(app(brandNew="x")).left_out
        assert (lost.path, lost.value) == ("brandNew", "x")


@pytest.fixture
def certificate() -> str:
    """A certificate as PEM."""
    return certificate_pem(generate(KeySpec(), "x", datetime(2026, 1, 1, tzinfo=UTC)).certificate)
