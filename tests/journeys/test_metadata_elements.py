"""Elements that the settings have no key for: declared in Salesforce's words, deployed, compared, in both kinds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.settings.metadata_elements import TYPES
from tests.journeys.conftest import Done, Provision, edit
from tests.settings.metadata_samples import sample

NEWEST = "68.0"
KNOWN: dict[str, str] = {
    "executeHandlerAs": "billing.bot@acme.example",
    "startPage": "None",
}
"""Values that an org looks at."""
NAMED = {"clientAssertionCertificate", "assetTokenSigningCertificate"}
"""Certificates that an org keeps under a name: it refuses what it does not have."""
STAYS = {"isEnabled", "isOauthPluginEnabled", "startPage", *KNOWN, "profileName", "commaSeparatedProfile"}
"""What is not changed here: the app stays on, and names have to lead somewhere."""


def declare(settings: Path, turn: int) -> dict[str, dict[str, Any]]:
    """Write every element at once into the settings."""
    said = {name: _known(sample(name, 68, turn)) for name in TYPES}
    text = settings.read_text()
    before = text.split("    metadata: ")[0].split("    scopes:")
    rest = text[text.index("    scopes:") :]
    mobile = 'mobile: {platform: ios, version: "1"}'
    settings.write_text(f"{before[0]}    metadata: {json.dumps(said)}\n    {mobile}\n{rest}")
    return said


def _known(said: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in said.items():
        if name in NAMED:
            continue
        if isinstance(value, dict):
            found[name] = _known(value)
        elif name in {"profileName", "commaSeparatedProfile"}:
            found[name] = (
                ["Minimum Access - API Only Integrations"]
                if isinstance(value, list)
                else "Minimum Access - API Only Integrations"
            )
        elif name in STAYS:
            found[name] = KNOWN.get(name, True)
        else:
            found[name] = value
    return found


def leaves(said: dict[str, Any], path: str = "") -> Iterator[str]:
    """The elements that hold one value which differs from turn to turn."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        elif not isinstance(value, list) and name not in STAYS:
            yield f"{path}{name}"


def fields(done: Done) -> dict[str, set[str]]:
    return {change["type"]: {one["field"] for one in change["fields"]} for change in done.org["changes"]}


@pytest.mark.parametrize("org", ["local", "local-legacy"])
def test_every_element_is_set_and_compared(modern: Path, provision: Provision, org: str) -> None:
    declare(modern, 0)
    run = ("-o", org, "--api-version", NEWEST)
    done = provision("apply", *run, "--json")
    assert done.code == 0, done.document["message"]
    assert provision("plan", *run, "--exit-code").code == 0, provision("plan", *run).out
    said = declare(modern, 1)
    drifted = fields(provision("plan", *run, "--json"))
    mine = [name for name in TYPES if (name == "ConnectedApp") == (org == "local-legacy")]
    for name in mine:
        assert drifted.get(name, set()) >= set(leaves(said[name])), name
    assert provision("apply", *run, "--no-verify").code == 0
    assert provision("plan", *run, "--exit-code").code == 0


def test_a_version_that_lacks_an_element_is_refused_before_anything_is_done(modern: Path, provision: Provision) -> None:
    ranges = "[{startIpAddress: 10.0.0.1, endIpAddress: 10.0.0.2}]"
    flow = "ExtlClntAppGlobalOauthSettings: {isDeviceFlowEnabled: true}"
    said = f"{{ExtlClntAppOauthSecuritySettings: {{tokenIpRanges: {ranges}}}, {flow}}}"
    edit(modern, "    scopes:", f"    metadata: {said}\n    scopes:")
    done = provision("plan", "--api-version", "65.0", "--json")
    assert (done.code, done.document["code"]) == (1, "METADATA_INVALID")
    [line] = [line.strip() for line in done.document["message"].splitlines() if "exists since" in line]
    type_name = "ExtlClntAppOauthSecuritySettings"
    assert line == f"apps.billing-sync.metadata.{type_name}: {type_name} exists since API v66, not in v65"
    assert "--api-version NN.0" in " ".join(done.document["actions"])
    assert provision("apply", "--api-version", "66.0").code == 0


def test_saml_in_the_words_of_the_other_kind(modern: Path, provision: Provision) -> None:
    """One entry serves both kinds: what is translated for the one is said for the other."""
    saml = "saml: {acs_url: https://acme.example/acs, entity_url: acme}"
    edit(modern, "    scopes:", f"    {saml}\n    scopes:")
    refused = provision("plan", "--json")
    assert (refused.code, refused.document["code"]) == (2, "KIND_NOT_SUPPORTED")
    assert "apps.billing-sync.metadata" in " ".join(refused.document["actions"])
    policies = "{acsUrl: https://acme.example/acs, entityUrl: acme, subjectType: Username}"
    edit(modern, "    scopes:", f"    metadata: {{ExtlClntAppSamlConfigurablePolicies: {policies}}}\n    scopes:")
    done = provision("apply", "-o", "local", "-o", "local-legacy", "--json")
    assert done.code == 0, done.document["message"]
    assert provision("plan", "-o", "local", "-o", "local-legacy", "--exit-code").code == 0
