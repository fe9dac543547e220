"""The Salesforce CLI deploys the files that `provision render` writes, and retrieves them as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.interop import clients
from tests.interop.shell import Shell, beside_the_server
from tests.journeys.conftest import edit
from tests.localorg.serving.running import command

pytestmark = pytest.mark.interop

ORG = "local-legacy"
COMPONENTS = ("ConnectedApp:Billing_Sync", "PermissionSet:Billing_Data", "PermissionSet:Billing_Sync_Access")
FILES = {
    "connectedApps/Billing_Sync.connectedApp-meta.xml",
    "permissionsets/Billing_Data.permissionset-meta.xml",
    "permissionsets/Billing_Sync_Access.permissionset-meta.xml",
}
SWITCHED_OFF = "false"
GIVEN_BY_THE_ORG = {"ConnectedApp/oauthConfig/consumerKey"}
"""What a retrieved file may have on top of a rendered one, beside switches that are off."""


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell with `provision` and `sf`, both knowing the served org by its name, and a project of the latter."""
    command(tmp_path, "init", "--json")
    with beside_the_server(tmp_path, "-o", ORG) as opened:
        opened.paths.append(str(clients.salesforce_cli().parent))
        opened.run(opened.recipes["Salesforce CLI"])
        opened.json("sf project generate --name acme")
        yield opened


def test_an_app_that_the_salesforce_cli_deploys_is_completed_and_proven_by_apply(shell: Shell) -> None:
    edit(shell.folder / "provision.yaml", "grants: [jwt-bearer, client-credentials]", "grants: [jwt-bearer]")
    shell.run(f"provision keys generate -o {ORG}")
    assert states(shell) == {"Created"}
    done = shell.json(f"provision apply -o {ORG}")["orgs"][0]
    assert done["status"] == "done"
    assert {change["type"] for change in done["changes"]} == {
        "User",
        "PermissionSetLicenseAssign",
        "PermissionSetAssignment",
    }


def test_what_apply_made_is_deployed_again_without_a_change_and_comes_back_the_same(shell: Shell) -> None:
    shell.run(f"provision apply -o {ORG} --no-verify")
    assert states(shell) == {"Unchanged"}
    assert shell.json(f"provision plan -o {ORG}")["orgs"][0]["changes"] == []
    assert shell.json(f"provision verify -o {ORG}")["orgs"][0]["status"] == "done"
    retrieved = retrieve(shell)
    rendered = elements(shell.folder / "acme")
    assert set(rendered) == set(retrieved) == FILES
    for name, written in rendered.items():
        assert written - retrieved[name] == Counter(), name
        added = {path for path, text in retrieved[name] - written if text != SWITCHED_OFF}
        assert added <= GIVEN_BY_THE_ORG, name


def states(shell: Shell) -> set[str]:
    """Deploy what `render` writes into the project; returns what became of the files."""
    shell.run(f"provision render -o {ORG} --format source --output-dir acme")
    deployed = shell.json(f"cd acme && sf project deploy start -o {ORG} --source-dir force-app")
    assert (deployed["status"], deployed["numberComponentErrors"]) == ("Succeeded", 0)
    assert len(deployed["files"]) == len(FILES)
    return {file["state"] for file in deployed["files"]}


def retrieve(shell: Shell) -> dict[str, Counter[tuple[str, str]]]:
    """Retrieve the components into another project."""
    shell.json("sf project generate --name back")
    wanted = " ".join(f"-m {name}" for name in COMPONENTS)
    assert shell.json(f"cd back && sf project retrieve start -o {ORG} {wanted}")["status"] == "Succeeded"
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
