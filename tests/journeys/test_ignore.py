"""Fields that people own: set once, and theirs from then on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Provision, edit
from tests.journeys.test_plan_properties import Data, call, changes, files, written
from tests.org.by_hand import USERNAME, delete, document, find, set_document, update

BY_HAND = {"LastName": "Of a person", "Label": "Of a person", "PermissionsEdit": True, "ipRelaxation": "BYPASS"}


def by_hand(local: LocalOrg) -> None:
    """Change a field of everything."""
    update(local, find(local, "User", Username=USERNAME)[0], LastName=BY_HAND["LastName"])
    held = find(local, "PermissionSet", Name="Billing_Data")[0]
    update(local, held, Label=BY_HAND["Label"])
    [rights] = find(local, "ObjectPermissions", ParentId=held["Id"])
    update(local, rights, PermissionsEdit=BY_HAND["PermissionsEdit"])
    for field in find(local, "FieldPermissions", ParentId=held["Id"]):
        delete(local, field)
    set_document(local, "oauthPolicy", ipRelaxation=BY_HAND["ipRelaxation"])


def as_it_is(local: LocalOrg) -> dict[str, Any]:
    """The fields that `by_hand` changes."""
    held = find(local, "PermissionSet", Name="Billing_Data")[0]
    [rights] = find(local, "ObjectPermissions", ParentId=held["Id"])
    app = document(local)
    assert app is not None
    assert find(local, "FieldPermissions", ParentId=held["Id"]) == []
    return {
        "LastName": find(local, "User", Username=USERNAME)[0]["LastName"],
        "Label": held["Label"],
        "PermissionsEdit": rights["PermissionsEdit"],
        "ipRelaxation": app["oauthPolicy"]["ipRelaxation"],
    }


def ignore(path: Path) -> None:
    edit(path, "    last_name: Billing Sync\n", "    last_name: Billing Sync\n    ignore: [LastName]\n")
    ours = '["objectPermissions[Account].allowEdit", fieldPermissions, label]'
    edit(path, "  Billing_Data:\n", f"  Billing_Data:\n    ignore: {ours}\n")
    edit(path, "    label: Billing Sync\n", "    label: Billing Sync\n    ignore: [oauthPolicy.ipRelaxation]\n")


def test_what_people_changed_of_an_ignored_field_is_left_alone(settings: Path, provision: Provision) -> None:
    edit(settings, "    grants: [", "    policy: {ip_relaxation: enforce}\n    grants: [")
    assert provision("apply", "--no-verify").code == 0
    local = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local-legacy")
    by_hand(local)
    seen = {row["field"] for change in provision("plan", "--json").org["changes"] for row in change["fields"]}
    assert seen == {
        "LastName",
        "label",
        "objectPermissions[Account].allowEdit",
        "fieldPermissions[Account.Rating].readable",
        "oauthPolicy.ipRelaxation",
    }
    ignore(settings)
    assert provision("plan", "--exit-code").code == 0
    edit(settings, "    last_name: Billing Sync\n", "    last_name: Billing Sync\n    first_name: A\n")
    edit(settings, "    label: Billing Data\n", "    label: Billing Data\n    description: new\n")
    edit(settings, "scopes: [api, refresh_token]", "scopes: [api, refresh_token, id]")
    assert len(provision("plan", "--json").org["changes"]) == 3, "what is not ignored is planned"
    assert provision("apply", "--no-verify").code == 0
    assert as_it_is(local) == BY_HAND
    assert provision("plan", "--exit-code").code == 0


def test_what_is_made_is_made_as_declared(settings: Path, provision: Provision) -> None:
    ignore(settings)
    assert provision("apply", "--no-verify").code == 0
    local = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local-legacy")
    held = find(local, "PermissionSet", Name="Billing_Data")[0]
    assert (find(local, "User", Username=USERNAME)[0]["LastName"], held["Label"]) == ("Billing Sync", "Billing Data")
    assert len(find(local, "FieldPermissions", ParentId=held["Id"])) == 1
    assert provision("plan", "--exit-code").code == 0


OF_APPS = {
    "local": ["description", "ipRelaxationPolicyType", "commaSeparatedOauthScopes", "permittedUsersPolicyType"],
    "local-legacy": ["description", "oauthPolicy", "oauthPolicy.ipRelaxation", "oauthConfig.scopes"],
}
OF_SETS = ["description", "label", "objectPermissions", "fieldPermissions", "userPermissions[ApiEnabled]"]


@examples(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(files(), st.data())
def test_after_apply_there_is_nothing_to_do_whatever_is_ignored(data: Data, drawn: st.DataObject) -> None:
    org = data["default_org"]
    for app in data["apps"].values():
        app["ignore"] = drawn.draw(st.lists(st.sampled_from(OF_APPS[org]), unique=True))
    for permission_set in data["permission_sets"].values():
        possible = OF_SETS if "user_permissions" in permission_set else OF_SETS[:-1]
        permission_set["ignore"] = drawn.draw(st.lists(st.sampled_from(possible), unique=True))
    for user in data["users"].values():
        user["ignore"] = drawn.draw(st.lists(st.sampled_from(["LastName", "Email", "IsActive"]), unique=True))
    with written(data) as path:
        code, applied = call(path, "apply", "--no-verify")
        assert code == 0, applied
        for user in data["users"].values():
            user["last_name"] = "Another"
        path.write_text(json.dumps(data))
        code, planned = call(path, "plan")
        assert {change["name"] for change in changes(planned)} == {
            user["username"] for user in data["users"].values() if "LastName" not in user["ignore"]
        }
        assert call(path, "apply", "--no-verify")[0] == 0
        code, again = call(path, "plan", "--exit-code")
        assert (code, changes(again)) == (0, [])
