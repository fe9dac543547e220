"""What is different in one org: laid over the shared definitions, checked like a file, reported where it stands."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from provision.settings.desired import desired
from provision.settings.models import Settings
from provision.settings.select import select_apps
from provision.settings.sources import origin
from tests.settings.settings_files import WHOLE, faults, read

Data = dict[str, Any]
BASE: Data = YAML(typ="safe").load(WHOLE)
OVERLAY = """\
    overrides:
      apps:
        billing-sync:
          scopes: [id, api]
          policy: {ip_relaxation: bypass}
      users:
        billing-bot:
          permission_sets: [Billing_Data, Stock_Data]
      permission_sets:
        Billing_Data:
          objects: {Contact: [read]}
          fields:
"""


def with_overlay(overlay: str) -> str:
    line = "    apps: [billing-sync]\n"
    assert line in WHOLE
    return WHOLE.replace(line, line + overlay)


def written(data: Data) -> Settings:
    return read(json.dumps(data))


def test_an_overlay_holds_in_its_org_and_nowhere_else() -> None:
    found = read(with_overlay(OVERLAY))
    [app] = desired(found, "uat").apps
    assert (app.scopes, app.policy.ip_relaxation) == (("id", "api"), "bypass")
    assert app.label == "Billing Sync"
    assert app.user.permission_sets == ("Billing_Data", "Stock_Data")
    assert app.user.username == "billing.bot@acme.example.uat", "orgs.<org>.users still has the last word"
    sets = {item.name: item for item in desired(found, "uat").permission_sets}
    assert set(sets) == {"Billing_Data", "Stock_Data"}
    assert dict(sets["Billing_Data"].objects) == {"Account": frozenset({"read"}), "Contact": frozenset({"read"})}
    assert sets["Billing_Data"].fields == {}
    assert desired(found, "dev") == desired(read(WHOLE), "dev")


def test_a_key_without_a_value_takes_a_whole_entry_away() -> None:
    text = with_overlay("    overrides: {apps: {stock-sync: null}, users: {stock-bot: null}}\n").replace(
        "    apps: [billing-sync]\n", ""
    )
    found = read(text)
    assert select_apps(found, "uat", []) == ("billing-sync",)
    assert [user.key for user in desired(found, "uat").users] == ["billing-bot"]
    assert len(desired(found, "dev").apps) == 2


def test_an_app_may_be_in_one_org_only() -> None:
    own = "    overrides: {apps: {own: {label: Own, contact_email: o@acme.example, user: billing-bot}}}\n"
    found = read(with_overlay(own).replace("apps: [billing-sync]", "apps: [billing-sync, own]"))
    assert [app.key for app in desired(found, "uat").apps] == ["billing-sync", "own"]
    assert [app.key for app in desired(found, "dev").apps] == ["billing-sync", "stock-sync"]


FAULTS = {
    "scopes: [api, nope]": ["7:53 orgs.uat.overrides.apps.billing-sync.scopes[1]"],
    "scops: [api]": ["7:39 orgs.uat.overrides.apps.billing-sync.scops"],
    "user: nobody": ["7:45 orgs.uat.overrides.apps.billing-sync.user"],
    "label: null": ["7:39 orgs.uat.overrides.apps.billing-sync.label"],
    "remove: {scopes: [api]}": ["7:57 orgs.uat.overrides.apps.billing-sync.remove.scopes[0]"],
}


@pytest.mark.parametrize("part", FAULTS)
def test_what_is_wrong_is_reported_where_the_overlay_stands(part: str) -> None:
    found = faults(with_overlay(f"    overrides: {{apps: {{billing-sync: {{{part}}}}}}}\n"))
    assert [line.partition(": ")[0] for line in found] == FAULTS[part]


def test_what_an_overlay_breaks_elsewhere_is_reported_in_the_overlay() -> None:
    [line] = faults(with_overlay("    overrides: {permission_sets: {Billing_Data: null}}\n"))
    place, _, message = line.partition(": ")
    assert place.startswith("7:")
    assert "orgs.uat.overrides.users.billing-bot.permission_sets[0]" in place
    assert "not a declared permission set" in message


def test_a_shared_mistake_is_reported_once() -> None:
    text = with_overlay(OVERLAY).replace("contact_email: it@acme.example, user: stock-bot", "user: stock-bot")
    assert len(faults(text)) == 1


@pytest.mark.parametrize("overlay", ["3", "[a]", "{apps: 3}", "{apps: {billing-sync: 3}}", "{orgs: {}}", "{app: {}}"])
def test_an_overlay_of_another_shape_is_refused(overlay: str) -> None:
    found = faults(with_overlay(f"    overrides: {overlay}\n"))
    assert found
    assert all(line.startswith("7:") for line in found), found


def test_every_value_says_where_it_comes_from() -> None:
    found = read(with_overlay(OVERLAY), {"UNUSED": "x"})
    rows = {row.path: (row.value, row.source.text) for row in origin(found.in_org("uat"), {}, {})}
    assert rows["apps.billing-sync.scopes"] == ("[id, api]", "provision.yaml:10:19")
    assert rows["apps.billing-sync.policy.ip_relaxation"][1] == "provision.yaml:11:35"
    assert rows["apps.billing-sync.label"][1] == "provision.yaml:28:25"
    assert rows["permission_sets.Billing_Data.objects.Contact"] == ("[read]", "provision.yaml:17:30")
    shared = {row.path: row.value for row in origin(found, {}, {})}
    assert shared["apps.billing-sync.scopes"] == "[api, refresh_token]"


def test_values_of_an_overlay_come_from_the_environment_too() -> None:
    text = with_overlay('    overrides: {apps: {billing-sync: {label: "${THE_TOKEN}"}}}\n')
    found = read(text, {"THE_TOKEN": "Label"})
    assert desired(found, "uat").apps[0].label == "Label"
    [row] = [row for row in origin(found.in_org("uat"), {}, {}) if row.path == "apps.billing-sync.label"]
    assert (row.value, row.source.text) == ("(sensitive value)", "provision.yaml:7:46, environment THE_TOKEN")


def test_shared_definitions_are_merge_keys() -> None:
    text = (
        WHOLE.replace("  billing-sync: {label", "  billing-sync: &app\n    {scopes: [id, api], label")
        + "  third-sync: {<<: *app, label: Third Sync, user: stock-bot}\n"
    )
    third = desired(read(text), "dev").apps[-1]
    assert (third.key, third.label, third.scopes, third.user.key) == (
        "third-sync",
        "Third Sync",
        ("id", "api"),
        "stock-bot",
    )


CHANGES: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("apps", "billing-sync", "label"), "Other"),
    (("apps", "billing-sync", "scopes"), ["id"]),
    (("apps", "billing-sync", "policy", "ip_relaxation"), "bypass"),
    (("apps", "stock-sync", "description"), "d"),
    (("apps", "stock-sync", "access"), None),
    (("users", "billing-bot", "first_name"), "F"),
    (("users", "billing-bot", "permission_sets"), ["Stock_Data"]),
    (("users", "stock-bot", "permission_sets"), None),
    (("permission_sets", "Billing_Data", "objects", "Case"), ["read", "edit"]),
    (("permission_sets", "Billing_Data", "objects", "Account"), None),
    (("permission_sets", "Billing_Data", "fields"), None),
    (("permission_sets", "Stock_Data", "license"), None),
)


def put(data: Data, path: tuple[str, ...], value: Any, *, remove: bool) -> None:
    for key in path[:-1]:
        data = data.setdefault(key, {})
    if value is None and remove:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = value


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(CHANGES), unique_by=lambda change: change[0]))
def test_an_overlay_is_the_same_as_editing_what_is_shared(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    by_hand, overlay = copy.deepcopy(BASE), copy.deepcopy(BASE)
    del by_hand["orgs"]["uat"]["apps"], overlay["orgs"]["uat"]["apps"]
    overlay["orgs"]["uat"]["overrides"] = {}
    for path, value in changes:
        put(by_hand, path, value, remove=True)
        put(overlay["orgs"]["uat"]["overrides"], path, value, remove=False)
    assert desired(written(overlay), "uat") == desired(written(by_hand), "uat")
    assert desired(written(overlay), "dev") == desired(written(BASE), "dev"), "other orgs are as they were"
