"""Permission sets of an adopted user: in full where the file has the words, else only assigned; never made up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision
from tests.org.by_hand import find, update

NAME = "local-legacy"
HEAD = f"version: 1\ndefault_org: {NAME}\n"
BEYOND: dict[str, Callable[[LocalOrg], None]] = {
    "activation in a session": lambda local: update(local, data_set(local), HasActivationRequired=True),
    "all fields of an object": lambda local: update(local, account_row(local), PermissionsViewAllFields=True),
}
"""What people add that the file has no words for."""
WITHIN: dict[str, Any] = {
    "classAccesses": [{"apexClass": "Sync", "enabled": "true"}, {"apexClass": "Old", "enabled": "false"}],
    "tabSettings": [{"tab": "standard-Account", "visibility": "Visible"}],
    "recordTypeVisibilities": [{"recordType": "Account.Customer", "visible": "true"}],
    "applicationVisibilities": [{"application": "standard__Sales", "visible": "true"}],
}


def data_set(local: LocalOrg) -> dict[str, Any]:
    [record] = find(local, "PermissionSet", Name="Billing_Data")
    return record


def account_row(local: LocalOrg) -> dict[str, Any]:
    [row] = find(local, "ObjectPermissions", ParentId=data_set(local)["Id"], SobjectType="Account")
    return row


def add(local: LocalOrg, **elements: Any) -> None:
    """Add elements to the permission set by hand."""
    record_id = data_set(local)["Id"]
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        held = documents.get("PermissionSet", "Billing_Data") or {}
        documents.put("PermissionSet", "Billing_Data", {**held, **elements}, record_id)


def adopted(
    settings: Path, provision: Provision, change: Callable[[LocalOrg], None]
) -> tuple[dict[str, Any], list[str]]:
    """Adopt what `apply` made after people changed it; returns the permission set's entry and what was warned of."""
    assert provision("apply", "--no-verify").code == 0
    elsewhere = settings.parent / "elsewhere"
    shutil.move(settings.parent / ".provision" / NAME, elsewhere)
    settings.write_text(HEAD)
    change(LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME))
    key = str(elsewhere / "billing-sync" / "keys" / "0001.key.pem")
    done = provision("import", "Billing_Sync", "--key", key, "--json")
    assert done.code == 0, done.document
    planned = provision("plan", "--exit-code", "--json")
    assert (planned.code, planned.org["changes"]) == (0, [])
    entry = YAML(typ="safe").load(settings.read_text())["permission_sets"]["Billing_Data"]
    return entry, done.document["warnings"]


@pytest.mark.parametrize("change", BEYOND)
def test_a_permission_set_beyond_the_words_of_the_file_is_only_assigned(
    change: str, settings: Path, provision: Provision
) -> None:
    entry, warnings = adopted(settings, provision, BEYOND[change])
    assert entry == {"existing": True}
    assert any("Billing_Data says more than the file has words for" in warning for warning in warnings)


def test_a_permission_set_within_the_words_of_the_file_is_written_in_full(settings: Path, provision: Provision) -> None:
    def change(local: LocalOrg) -> None:
        add(local, **WITHIN)
        update(local, data_set(local), Description="costs ${PRICE} and $${MORE}")

    entry, warnings = adopted(settings, provision, change)
    assert entry == {
        "label": "Billing Data",
        "description": "costs $${PRICE} and $$${MORE}",
        "objects": {"Account": ["read"]},
        "fields": {"Account.Rating": "read"},
        "apex_classes": ["Sync"],
        "applications": ["standard__Sales"],
        "record_types": ["Account.Customer"],
        "tabs": {"standard-Account": "visible"},
    }
    assert not any("Billing_Data" in warning for warning in warnings)
