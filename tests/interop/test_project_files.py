"""The Salesforce CLI deploys the files that `provision render` writes, and retrieves them as they were.

What an org gives an External Client App by itself is known from a recorded retrieve, from the reference's defaults and,
for the start page, from files that others published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from tests.interop import clients
from tests.interop.shell import Shell, beside_the_server
from tests.journeys.conftest import edit
from tests.localorg.serving.running import command

pytestmark = pytest.mark.interop

SWITCHED_OFF = "false"


@dataclass(frozen=True)
class Family:
    """One kind of app, in the org of the first set-up that has it."""

    org: str
    files: Mapping[str, str]
    """File below `force-app/main/default`, by the component that it holds."""
    given_by_the_org: frozenset[str]
    """What the retrieved files have on top of the rendered ones, beside switches that are off."""


PERMISSION_SETS = {
    "PermissionSet:Billing_Data": "permissionsets/Billing_Data.permissionset-meta.xml",
    "PermissionSet:Billing_Sync_Access": "permissionsets/Billing_Sync_Access.permissionset-meta.xml",
}
FAMILIES = {
    "external-client-app": Family(
        "local",
        PERMISSION_SETS
        | {
            "ExternalClientApplication:Billing_Sync": "externalClientApps/Billing_Sync.eca-meta.xml",
            "ExtlClntAppOauthSettings:Billing_Sync_oauth": (
                "extlClntAppOauthSettings/Billing_Sync_oauth.ecaOauth-meta.xml"
            ),
            "ExtlClntAppGlobalOauthSettings:Billing_Sync_glbloauth": (
                "extlClntAppGlobalOauthSets/Billing_Sync_glbloauth.ecaGlblOauth-meta.xml"
            ),
            "ExtlClntAppConfigurablePolicies:Billing_Sync_defaultPolicy": (
                "extlClntAppPolicies/Billing_Sync_defaultPolicy.ecaPlcy-meta.xml"
            ),
            "ExtlClntAppOauthConfigurablePolicies:Billing_Sync_oauth_defaultPolicy": (
                "extlClntAppOauthPolicies/Billing_Sync_oauth_defaultPolicy.ecaOauthPlcy-meta.xml"
            ),
        },
        frozenset(
            {
                "ExternalClientApplication/orgScopedExternalApp",
                "ExtlClntAppOauthSettings/oauthLink",
                "ExtlClntAppGlobalOauthSettings/consumerKey",
                "ExtlClntAppGlobalOauthSettings/isPkceRequired",
                "ExtlClntAppGlobalOauthSettings/isSecretRequiredForRefreshToken",
                "ExtlClntAppConfigurablePolicies/startPage",
                "ExtlClntAppOauthConfigurablePolicies/requiredSessionLevel",
            }
        ),
    ),
    "connected-app": Family(
        "local-legacy",
        PERMISSION_SETS | {"ConnectedApp:Billing_Sync": "connectedApps/Billing_Sync.connectedApp-meta.xml"},
        frozenset({"ConnectedApp/oauthConfig/consumerKey"}),
    ),
}


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> Family:
    """Each kind of app in turn."""
    return FAMILIES[request.param]


@pytest.fixture
def shell(tmp_path: Path, family: Family) -> Iterator[Shell]:
    """A shell with `provision` and `sf`, both knowing the served org by its name, and a project of the latter."""
    command(tmp_path, "init", "--json")
    with beside_the_server(tmp_path, "-o", family.org) as opened:
        opened.paths.append(str(clients.salesforce_cli().parent))
        opened.run(opened.recipes["Salesforce CLI"])
        opened.json("sf project generate --name acme")
        yield opened


def test_an_app_that_the_salesforce_cli_deploys_is_completed_and_proven_by_apply(shell: Shell, family: Family) -> None:
    edit(shell.folder / "provision.yaml", "grants: [jwt-bearer, client-credentials]", "grants: [jwt-bearer]")
    shell.run(f"provision keys generate -o {family.org}")
    assert states(shell, family) == {"Created"}
    done = shell.json(f"provision apply -o {family.org}")["orgs"][0]
    assert done["status"] == "done"
    assert {change["type"] for change in done["changes"]} == {
        "User",
        "PermissionSetLicenseAssign",
        "PermissionSetAssignment",
    }


def test_what_apply_made_is_deployed_again_without_a_change_and_comes_back_the_same(
    shell: Shell, family: Family
) -> None:
    shell.run(f"provision apply -o {family.org} --no-verify")
    assert states(shell, family) == {"Unchanged"}
    assert shell.json(f"provision plan -o {family.org}")["orgs"][0]["changes"] == []
    assert shell.json(f"provision verify -o {family.org}")["orgs"][0]["status"] == "done"
    retrieved = retrieve(shell, family)
    rendered = elements(shell.folder / "acme")
    assert set(rendered) == set(retrieved) == set(family.files.values())
    added = set()
    for name, written in rendered.items():
        assert written - retrieved[name] == Counter(), name
        added |= {path for path, text in retrieved[name] - written if text != SWITCHED_OFF}
    assert added == family.given_by_the_org


def states(shell: Shell, family: Family) -> set[str]:
    """Deploy what `render` writes into the project; returns what became of the files."""
    shell.run(f"provision render -o {family.org} --format source --output-dir acme")
    deployed = shell.json(f"cd acme && sf project deploy start -o {family.org} --source-dir force-app")
    assert (deployed["status"], deployed["numberComponentErrors"]) == ("Succeeded", 0)
    assert len(deployed["files"]) == len(family.files)
    return {file["state"] for file in deployed["files"]}


def retrieve(shell: Shell, family: Family) -> dict[str, Counter[tuple[str, str]]]:
    """Retrieve the components into another project."""
    shell.json("sf project generate --name back")
    wanted = " ".join(f"-m {name}" for name in family.files)
    assert shell.json(f"cd back && sf project retrieve start -o {family.org} {wanted}")["status"] == "Succeeded"
    return elements(shell.folder / "back")


def elements(project: Path) -> dict[str, Counter[tuple[str, str]]]:
    """Each metadata file of a project with the paths and texts of its leaves."""
    root = project / "force-app/main/default"
    return {str(path.relative_to(root)): Counter(leaves(path)) for path in root.rglob("*-meta.xml")}


def leaves(path: Path) -> Iterator[tuple[str, str]]:
    """Path and text of each element that has no others; an org shows the body of a certificate alone, in one line."""
    for element in etree.parse(path).iter("{*}*"):
        if len(element) == 0:
            names = [etree.QName(each).localname for each in (*reversed([*element.iterancestors()]), element)]
            text = element.text or ""
            if names[-1] == "certificate":
                text = "".join(line for line in text.splitlines() if not line.startswith("-----"))
            yield "/".join(names), text
