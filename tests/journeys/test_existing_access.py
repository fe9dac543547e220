"""An access permission set that is in the org already: the app is carried by it, and it stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import document, find, insert

NAME = "local-legacy"
DECLARED = "permission_sets:\n  Doors: {existing: true}\n"


@pytest.fixture
def local(settings: Path, provision: Provision) -> LocalOrg:
    assert provision("plan").code == 0
    found = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)
    edit(settings, "permission_sets:\n  Billing_Data:", f"{DECLARED}  Billing_Data:")
    edit(settings, "    user: billing-bot\n", "    user: billing-bot\n    access: Doors\n")
    return found


def test_it_has_to_be_there(local: LocalOrg, provision: Provision) -> None:
    done = provision("plan", "--json")
    assert (done.code, done.document["code"]) == (1, "PERMISSION_SET_MISSING")
    assert document(local) is None


def test_it_carries_the_app_by_its_own_label_and_is_never_deployed(local: LocalOrg, provision: Provision) -> None:
    own = {"Name": "Doors", "Label": "Front doors", "Description": "Ours", "IsOwnedByProfile": False, "IsCustom": True}
    insert(local, "PermissionSet", **own)
    done = provision("apply", "--json")
    assert done.code == 0, done.document
    assert [c["name"] for c in done.org["changes"] if c["type"] == "PermissionSet"] == ["Billing_Data"]
    held = document(local)
    assert held is not None
    [doors] = find(local, "PermissionSet", Name="Doors")
    assert {name: doors[name] for name in own} == own
    assert find(local, "SetupEntityAccess", ParentId=doors["Id"])
    assert provision("plan", "--exit-code").code == 0
    assert provision("destroy", "--confirm", NAME, "--confirm", "billing-sync").code == 0
    assert find(local, "PermissionSet", Name="Doors") == [doors]
    assert document(local) is None
