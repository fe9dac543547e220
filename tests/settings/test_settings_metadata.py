"""What stands under `metadata` is checked where it stands, and taken over as it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provision.settings.desired import desired
from provision.settings.metadata_elements import TYPES
from provision.settings.schema import json_schema
from tests.settings.metadata_samples import sample
from tests.settings.mistakes import app
from tests.settings.settings_files import faults, read

WORD = "the settings have a word for it"
STORE = "never in the settings: it is made and kept in the store"
GLOBAL, POLICIES = "ExtlClntAppGlobalOauthSettings", "ExtlClntAppOauthConfigurablePolicies"
SECURITY = "ExtlClntAppOauthSecuritySettings"
MISTAKES = {
    "no mapping": ("[a]", "a mapping is needed"),
    "type without elements": ("{ConnectedApp: true}", "a mapping is needed"),
    "unknown type": ("{PermissionSet: {label: a}}", "no metadata type of apps; allowed: ConnectedApp"),
    "mistyped type": ("{ConnectedAp: {plugin: a}}", 'did you mean "ConnectedApp"?'),
    "unknown element": (f"{{{GLOBAL}: {{isPkceRequried: true}}}}", 'did you mean "isPkceRequired"?'),
    "element of long ago": (f"{{{GLOBAL}: {{isPkceRequired: true, masterLabel: a}}}}", "no such element"),
    "element until 57": ("{ExtlClntAppOauthSettings: {consumerKey: a}}", "no API version from 58.0 to 68.0 has it"),
    "boolean": (f"{{{GLOBAL}: {{isPkceRequired: maybe}}}}", '"maybe": allowed: true, false'),
    "number": (f"{{{POLICIES}: {{namedUserJwtTimeout: soon}}}}", '"soon": a whole number is needed'),
    "boolean as a number": (f"{{{POLICIES}: {{namedUserJwtTimeout: true}}}}", '"true": a whole number is needed'),
    "choice": (f"{{{POLICIES}: {{namedUserJwtSessionTimeoutType: Mine}}}}", '"Mine": allowed: UserSession, Custom'),
    "number as text": (f"{{{POLICIES}: {{apexHandler: 7}}}}", '"7": text is needed; put it in quotes'),
    "nothing": (f"{{{POLICIES}: {{apexHandler: }}}}", "one value is needed"),
    "mapping as text": (f"{{{POLICIES}: {{apexHandler: {{a: b}}}}}}", "one value is needed"),
    "text as mapping": (f"{{{GLOBAL}: {{idTokenConfig: a}}}}", "a mapping is needed"),
    "one as list": ("{ConnectedApp: {profileName: Admin}}", "a list is needed, for instance [first, second]"),
    "incomplete": (f"{{{SECURITY}: {{tokenIpRanges: [{{startIpAddress: a}}]}}}}", "endIpAddress is required"),
    "key": (f"{{{GLOBAL}: {{consumerKey: a}}}}", STORE),
    "secret": ("{ConnectedApp: {oauthConfig: {consumerSecret: a}}}", STORE),
    "certificate": ("{ConnectedApp: {oauthConfig: {certificate: a}}}", STORE),
    "parent": (f"{{{GLOBAL}: {{externalClientApplication: Other}}}}", "it follows from the name of the app: name"),
    "full name": ("{ExternalClientApplication: {fullName: Other}}", "the name of the app says it: name"),
    "link": ("{ExtlClntAppOauthSettings: {oauthLink: a}}", "the org fills it in"),
    "scope": ("{ExternalClientApplication: {orgScopedExternalApp: a}}", "the org fills it in"),
    "rotation": (f"{{{GLOBAL}: {{shouldRotateConsumerKey: true}}}}", "an act, not a state: provision rotate secret"),
    "word": (f"{{{POLICIES}: {{ipRelaxationPolicyType: Enforce}}}}", f"{WORD}: policy.ip_relaxation"),
    "inner word": ("{ConnectedApp: {oauthConfig: {scopes: [Api]}}}", f"{WORD}: scopes"),
    "word of a part": ("{ConnectedApp: {samlConfig: {acsUrl: a}}}", f"{WORD}: saml.acs_url"),
}


def test_what_is_allowed_in_place_of_an_unknown_element_is_what_may_be_declared() -> None:
    (fault,) = faults(app(f"metadata: {{{GLOBAL}: {{isPkceRequird: true}}}}"))
    assert "isPkceRequired" in fault
    assert "consumerKey" not in fault
    assert "callbackUrl" not in fault


def missing(said: Any, part: dict[str, Any]) -> list[str]:
    """Keys that the schema does not have."""
    if isinstance(said, list):
        return [name for item in said for name in missing(item, part["items"])]
    if not isinstance(said, dict):
        return []
    inner = part["properties"]
    lacking = [name for name in said if name not in inner]
    return lacking + [name for key, item in said.items() if key in inner for name in missing(item, inner[key])]


@pytest.mark.parametrize(("written", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(written: str, message: str) -> None:
    [line] = faults(app(f"metadata: {written}"))
    assert message in line
    assert " apps.a.metadata" in line


@pytest.mark.parametrize(("kind", "other"), [("connected-app", GLOBAL), ("external-client-app", "ConnectedApp")])
def test_types_of_another_kind_are_for_apps_of_either_kind(kind: str, other: str) -> None:
    [line] = faults(app(f"kind: {kind}, metadata: {{{other}: {{}}}}"))
    assert "a metadata type of another kind: the app is a" in line
    assert faults(app(f"metadata: {{{other}: {{}}}}")) == []


def test_every_element_is_taken_and_described() -> None:
    said = {name: sample(name, 68) for name in TYPES}
    text = app(f"mobile: {{platform: ios, version: '1'}}, metadata: {json.dumps(said)}")
    [taken] = desired(read(text), "local").apps
    assert set(taken.metadata) == set(TYPES)
    assert taken.metadata[GLOBAL]["isPkceRequired"] == "true"
    assert taken.metadata[GLOBAL]["idTokenConfig"]["idTokenValidityInMinutes"] == "5"
    assert taken.metadata[SECURITY]["tokenIpRanges"] == (
        {"description": "text 0", "endIpAddress": "10.0.0.1", "startIpAddress": "10.0.0.1"},
    )
    part = json_schema()["$defs"]["AppSettings"]["properties"]["metadata"]
    assert missing(said, part) == []


def test_what_is_refused_is_not_in_the_schema() -> None:
    properties = json_schema()["$defs"]["AppSettings"]["properties"]["metadata"]["properties"]
    assert "consumerSecret" not in properties[GLOBAL]["properties"]
    assert "samlConfig" not in properties["ConnectedApp"]["properties"]
    assert properties[GLOBAL]["properties"]["isTokenExchangeEnabled"]["description"].endswith("since API 60.0.")
