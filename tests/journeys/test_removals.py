"""Access that others granted: never taken away undeclared, told of, and taken away and shown as `-` where declared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import USERNAME, delete, find, insert, person, update

USER, APP, DATA = "    permission_sets: [Billing_Data]\n", "    user: billing-bot\n", "    label: Billing Data\n"
FILES = {"local-legacy": "settings", "local": "modern"}


@dataclass(frozen=True)
class Place:
    """A settings file, its local org after `apply`, and how to run commands."""

    settings: Path
    local: LocalOrg
    run: Provision
    modern: bool


@pytest.fixture(params=FILES, ids=str)
def place(request: pytest.FixtureRequest, provision: Provision) -> Place:
    path: Path = request.getfixturevalue(FILES[request.param])
    assert provision("apply", "--no-verify").code == 0
    local = LocalOrg.open(path.parent / ".provision" / FILE_NAME, request.param)
    return Place(path, local, provision, modern=request.param == "local")


def permission_set(local: LocalOrg, name: str) -> str:
    """Return the id of a permission set, which is made where there is none."""
    found = find(local, "PermissionSet", Name=name)
    fields = {"Label": name.replace("_", " "), "IsOwnedByProfile": False, "IsCustom": True, "Type": "Regular"}
    return str(found[0]["Id"]) if found else insert(local, "PermissionSet", Name=name, **fields)


def assign(local: LocalOrg) -> None:
    [bot] = find(local, "User", Username=USERNAME)
    insert(local, "PermissionSetAssignment", AssigneeId=bot["Id"], PermissionSetId=permission_set(local, "Old_Data"))


def assign_group(local: LocalOrg) -> None:
    [bot] = find(local, "User", Username=USERNAME)
    group = insert(local, "PermissionSetGroup", DeveloperName="Old_Group", MasterLabel="Old Group")
    made = permission_set(local, "Old_Group_Set")
    insert(local, "PermissionSetAssignment", AssigneeId=bot["Id"], PermissionSetId=made, PermissionSetGroupId=group)


def grant_object(local: LocalOrg) -> None:
    parent = permission_set(local, "Billing_Data")
    rights = {"PermissionsRead": True, "PermissionsEdit": True}
    insert(local, "ObjectPermissions", ParentId=parent, SobjectType="Case", **rights)


def grant_user_permission(local: LocalOrg) -> None:
    update(local, {"Id": permission_set(local, "Billing_Data")}, PermissionsViewSetup=True)


def grant_app(local: LocalOrg) -> None:
    parent = permission_set(local, "Sales_Users")
    [row, *_] = find(local, "SetupEntityAccess", ParentId=permission_set(local, "Billing_Sync_Access"))
    fields = {key: row[key] for key in ("SetupEntityId", "SetupEntityType")}
    insert(local, "SetupEntityAccess", ParentId=parent, **fields)


def grant_app_to_profile(local: LocalOrg) -> None:
    [profile] = find(local, "Profile", Name="Standard User")
    [owned] = find(local, "PermissionSet", ProfileId=profile["Id"])
    [row, *_] = find(local, "SetupEntityAccess", ParentId=permission_set(local, "Billing_Sync_Access"))
    fields = {key: row[key] for key in ("SetupEntityId", "SetupEntityType")}
    insert(local, "SetupEntityAccess", ParentId=owned["Id"], **fields)


def add_scope(local: LocalOrg) -> None:
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        for type_name in ("ConnectedApp", "ExtlClntAppOauthSettings"):
            for name in documents.list(type_name):
                held, record_id = documents.get(type_name, name), documents.record_id(type_name, name)
                assert held is not None
                if type_name == "ConnectedApp":
                    scopes = [*held["oauthConfig"]["scopes"], "Full"]
                    held = {**held, "oauthConfig": {**held["oauthConfig"], "scopes": scopes}}
                else:
                    held = {**held, "commaSeparatedOauthScopes": held["commaSeparatedOauthScopes"] + ", Full"}
                documents.put(type_name, name, held, record_id)


@dataclass(frozen=True)
class Case:
    """Access that somebody adds, what takes it away in the settings, and how the plan shows that."""

    add: Callable[[LocalOrg], None]
    after: str
    declaration: str
    noted: str
    shown: str


CASES = {
    "permission set": Case(
        assign,
        USER,
        "    remove: {permission_sets: [Old_Data]}\n",
        f"User {USERNAME}: permission set Old_Data",
        f"  - PermissionSetAssignment {USERNAME}: Old_Data",
    ),
    "permission set group": Case(
        assign_group,
        USER,
        "    remove: {permission_set_groups: [Old_Group]}\n",
        f"User {USERNAME}: permission set group Old_Group",
        f"  - PermissionSetAssignment {USERNAME}: Old_Group",
    ),
    "object": Case(
        grant_object,
        DATA,
        '    remove: ["objectPermissions[Case]"]\n',
        "PermissionSet Billing_Data: objectPermissions[Case]",
        '      - objectPermissions[Case].allowEdit = "true" -> null',
    ),
    "user permission": Case(
        grant_user_permission,
        DATA,
        '    remove: ["userPermissions[ViewSetup]"]\n',
        "PermissionSet Billing_Data: userPermissions[ViewSetup]",
        '      - userPermissions[ViewSetup].enabled = "true" -> null',
    ),
    "scope": Case(
        add_scope,
        APP,
        "    remove: {scopes: [full]}\n",
        "Full",
        '"Full" -> null',
    ),
    "permission set of the app": Case(
        grant_app,
        APP,
        "    remove: {permission_sets: [Sales_Users]}\n",
        "Sales",
        "-> null",
    ),
    "profile of the app": Case(
        grant_app_to_profile,
        APP,
        "    remove: {profiles: [Standard User]}\n",
        "Standard User",
        '"Standard User" -> null',
    ),
}


def notes(done: Done) -> list[str]:
    return [note for note in done.org["notes"] if "not declared" in note]


def access(local: LocalOrg) -> set[tuple[str, ...]]:
    """Everything that anybody may do in the org."""
    rows = {
        (sobject, *(str(row[name]) for name in fields))
        for sobject, fields in (
            ("PermissionSetAssignment", ("AssigneeId", "PermissionSetId")),
            ("PermissionSetLicenseAssign", ("AssigneeId", "PermissionSetLicenseId")),
            ("SetupEntityAccess", ("ParentId", "SetupEntityId")),
        )
        for row in find(local, sobject)
    }
    for sobject in ("ObjectPermissions", "FieldPermissions", "PermissionSet"):
        for row in find(local, sobject):
            on = (name for name, value in row.items() if value is True and name.startswith("Permissions"))
            target = str(row.get("Field") or row.get("SobjectType") or "")
            rows |= {(sobject, str(row.get("ParentId") or row["Id"]), target, name) for name in on}
    with local.transaction() as transaction:
        documents = transaction.documents(local.org_id)
        for name in documents.list("ConnectedApp"):
            content = documents.get("ConnectedApp", name) or {}
            rows |= {("scope", name, scope) for scope in content["oauthConfig"]["scopes"]}
        for name in documents.list("ExtlClntAppOauthSettings"):
            content = documents.get("ExtlClntAppOauthSettings", name) or {}
            rows |= {("scope", name, scope.strip()) for scope in content["commaSeparatedOauthScopes"].split(",")}
    return rows


@pytest.mark.parametrize("name", CASES)
def test_access_of_others_stays_undeclared_is_told_and_goes_where_declared(name: str, place: Place) -> None:
    case = CASES[name]
    assert notes(place.run("plan", "--json")) == []
    before = access(place.local)
    case.add(place.local)
    added = access(place.local)
    assert added > before
    quiet = place.run("plan", "--exit-code", "--json")
    assert (quiet.code, quiet.org["changes"]) == (0, [])
    [note] = notes(quiet)
    assert case.noted in note
    assert case.noted in place.run("plan").out
    edit(place.settings, "    last_name: Billing Sync", "    last_name: Billing")
    assert place.run("apply", "--no-verify").code == 0
    edit(place.settings, "    last_name: Billing\n", "    last_name: Billing Sync\n")
    assert place.run("apply", "--no-verify").code == 0
    assert access(place.local) == added, "runs for something else leave it"
    edit(place.settings, case.after, case.after + case.declaration)
    planned = place.run("plan")
    [line] = [line for line in planned.out.splitlines() if case.shown in line]
    assert line.lstrip().startswith("- ")
    assert "Held in the org" not in planned.out
    done = place.run("apply", "--no-verify", "--json")
    assert done.code == 0, done.document
    assert {change["outcome"] for change in done.org["changes"]} == {"applied"}
    after = place.run("plan", "--exit-code", "--json")
    assert (after.code, after.org["changes"], notes(after)) == (0, [], [])
    assert access(place.local) == before, "and nothing else goes"


def test_what_is_narrowed_is_told_of(place: Place) -> None:
    edit(place.settings, "scopes: [api, refresh_token]", "scopes: [api]")
    planned = place.run("plan", "--json")
    assert planned.org["changes"] == []
    [note] = notes(planned)
    assert "RefreshToken" in note
    edit(place.settings, "scopes: [api]", "scopes: [api]\n    remove: {scopes: [refresh_token]}")
    assert place.run("apply", "--json").code == 0
    assert place.run("plan", "--exit-code").code == 0


def test_a_saved_plan_keeps_what_it_told(place: Place) -> None:
    assign(place.local)
    assert place.run("plan", "--out", "saved.plan").code == 0
    assert place.run("plan", "--show", "saved.plan").out == place.run("plan").out


def test_an_assignment_that_somebody_ended_meanwhile_counts_as_ended(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assign(place.local)
    edit(place.settings, USER, USER + "    remove: {permission_sets: [Old_Data]}\n")
    real, ended = Transport._once, list[str]()

    def once(transport: Transport, request: Request) -> Response:
        if b"unassign" in (request.content or b"") and not ended:
            [held] = find(
                place.local, "PermissionSetAssignment", PermissionSetId=permission_set(place.local, "Old_Data")
            )
            delete(place.local, held)
            ended.append(held["Id"])
        return real(transport, request)

    monkeypatch.setattr(Transport, "_once", once)
    assert place.run("apply", "--no-verify").code == 0
    assert ended
    assert place.run("plan", "--exit-code").code == 0


def grant(local: LocalOrg, name: str, label: str) -> None:
    """Let the holders of a new permission set use the app."""
    parent = permission_set(local, name)
    update(local, {"Id": parent}, Label=label)
    [row, *_] = find(local, "SetupEntityAccess", ParentId=permission_set(local, "Billing_Sync_Access"))
    insert(local, "SetupEntityAccess", ParentId=parent, **{k: row[k] for k in ("SetupEntityId", "SetupEntityType")})


def granted(local: LocalOrg, name: str) -> bool:
    return bool(find(local, "SetupEntityAccess", ParentId=permission_set(local, name)))


def test_a_permission_set_is_not_taken_for_one_that_is_labelled_like_it(place: Place) -> None:
    """Connected Apps list permission sets by label, External Client Apps by API name."""
    grant(place.local, "Sales", "Field_Sales")
    grant(place.local, "Field_Sales", "Sales")
    edit(place.settings, APP, APP + "    remove: {permission_sets: [Sales]}\n")
    assert place.run("apply", "--no-verify").code == 0
    assert (granted(place.local, "Sales"), granted(place.local, "Field_Sales")) == (False, True)
    assert place.run("plan", "--exit-code").code == 0


def test_a_group_is_not_taken_for_a_permission_set_of_its_name(place: Place) -> None:
    [bot] = find(place.local, "User", Username=USERNAME)
    group = insert(place.local, "PermissionSetGroup", DeveloperName="Billing_Data", MasterLabel="Billing Data")
    made = permission_set(place.local, "Old_Group_Set")
    ids = {"PermissionSetId": made, "PermissionSetGroupId": group}
    insert(place.local, "PermissionSetAssignment", AssigneeId=bot["Id"], **ids)
    edit(place.settings, USER, USER + "    remove: {permission_set_groups: [Billing_Data]}\n")
    assert place.run("apply", "--no-verify").code == 0
    assert not find(place.local, "PermissionSetAssignment", PermissionSetGroupId=group)
    data = permission_set(place.local, "Billing_Data")
    assert find(place.local, "PermissionSetAssignment", PermissionSetId=data, AssigneeId=bot["Id"])
    assert place.run("plan", "--exit-code").code == 0


def test_names_are_the_same_in_any_case(place: Place) -> None:
    assign(place.local)
    grant(place.local, "Sales_Users", "Sales Users")
    edit(place.settings, USER, USER + "    remove: {permission_sets: [old_DATA]}\n")
    edit(place.settings, APP, APP + "    remove: {permission_sets: [sales_users]}\n")
    assert place.run("apply", "--no-verify").code == 0
    assert not granted(place.local, "Sales_Users")
    after = place.run("plan", "--exit-code", "--json")
    assert (after.code, after.org["changes"], notes(after)) == (0, [], [])


def test_who_would_lose_the_app_is_named_and_confirmed_first(place: Place) -> None:
    """Ann comes in by the permission set that goes; Kim by one that stays."""
    grant(place.local, "Sales_Users", "Sales Users")
    grant(place.local, "Kept_Users", "Kept Users")
    for username, name in (("ann@acme.example", "Sales_Users"), ("kim@acme.example", "Kept_Users")):
        who = person(place.local, username)
        insert(
            place.local, "PermissionSetAssignment", AssigneeId=who, PermissionSetId=permission_set(place.local, name)
        )
    edit(place.settings, APP, APP + "    remove: {permission_sets: [Sales_Users]}\n")
    done = place.run("apply", "--no-verify", "--no-prompt", "--json")
    assert (done.code, done.document["code"]) == (2, "CONFIRMATION_REQUIRED")
    assert done.document["context"]["usernames"] == ["ann@acme.example"]
    assert granted(place.local, "Sales_Users")
    assert place.run("apply", "--no-verify", "--no-prompt", "--confirm", "billing-sync").code == 0
    assert not granted(place.local, "Sales_Users")


def test_what_another_app_of_the_user_needs_is_not_called_undeclared(place: Place) -> None:
    file = place.settings.read_text()
    [app] = re.findall(r"^  billing-sync:\n(?:    .*\n|\n)+", file, re.MULTILINE)
    other = app.replace("billing-sync:", "other:").replace("label: Billing Sync", "label: Other")
    place.settings.write_text(file.replace(app, app + other))
    assert place.run("apply", "--no-verify").code == 0
    assert notes(place.run("plan", "-a", "other", "--json")) == []


def test_of_a_list_that_is_left_to_people_nothing_is_undeclared(place: Place) -> None:
    add_scope(place.local)
    path = "commaSeparatedOauthScopes" if place.modern else "oauthConfig.scopes"
    edit(place.settings, APP, APP + f"    ignore: [{path}]\n")
    assert notes(place.run("plan", "--json")) == []


OF_PROFILE = "    metadata: {ExtlClntAppOauthConfigurablePolicies: {commaSeparatedProfile: Standard User}}\n"
WRONG: tuple[tuple[str, str, str], ...] = (
    (USER, "    remove: {permission_sets: [Billing_Data]}\n", "users.billing-bot.remove.permission_sets[0]"),
    (USER, "    remove: {permission_sets: [billing_sync_access]}\n", "users.billing-bot.remove.permission_sets[0]"),
    (APP, "    remove: {scopes: [api]}\n", "apps.billing-sync.remove.scopes[0]"),
    (APP, "    remove: {permission_sets: [Billing_Sync_Access]}\n", "apps.billing-sync.remove.permission_sets[0]"),
    (APP, f"    remove: {{profiles: [Standard User]}}\n{OF_PROFILE}", "apps.billing-sync.remove.profiles[0]"),
    (DATA, '    remove: ["objectPermissions[Account]"]\n', "permission_sets.Billing_Data.remove[0]"),
    (DATA, '    remove: ["fieldPermissions[Account.Rating]"]\n', "permission_sets.Billing_Data.remove[0]"),
    (DATA, '    remove: ["classAcesses[Sync]"]\n', "permission_sets.Billing_Data.remove[0]"),
    (DATA, "    remove: [userPermissions]\n", "permission_sets.Billing_Data.remove[0]"),
    (DATA, '    remove: ["userPermissions[A].enabled"]\n', "permission_sets.Billing_Data.remove[0]"),
)


@pytest.mark.parametrize(("after", "declaration", "path"), WRONG, ids=[row[1].strip() for row in WRONG])
def test_nothing_is_declared_and_taken_away(
    after: str, declaration: str, path: str, modern: Path, provision: Provision
) -> None:
    edit(modern, after, after + declaration)
    done = provision("plan", "--json")
    assert (done.code, done.document["code"]) == (2, "SETTINGS_INVALID")
    problems: list[dict[str, Any]] = done.document["context"]["problems"]
    assert [problem["path"] for problem in problems] == [path]
