"""Finding and reading a settings file."""

from __future__ import annotations

import json
import os
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.errors import Code, Usage
from provision.model.desired import AppKind, GrantType
from provision.settings.load import find, load
from provision.settings.models import LOCAL_ORGS
from tests.conftest import SHARED
from tests.settings.mistakes import ROWS
from tests.settings.settings_files import WHOLE, faults, read

CONTRACT = SHARED / "design" / "CLI.md"
SAMPLE = """\
version: 1
default_org: local
defaults: {api_version: "67.0"}
store: {type: file, path: .provision}
orgs:
  local: {local: {}}
  local-legacy: {local: {connected_app_creation: enabled}}
  uat:
    my_domain: acme--uat.sandbox.my.salesforce.com
    org_id: 00DXX0000000001AAA
    admin: [access-token, sf-cli, own-app]
    apps: [billing-sync]
    users: {billing-bot: {username: billing.bot@acme.example.uat}}
users:
  billing-bot:
    username: billing.bot@acme.example
    last_name: Billing Sync
    email: integrations@acme.example
    permission_sets: [Billing_Data]
permission_sets:
  Billing_Data:
    label: Billing Data
    objects: {Account: [read], Invoice__c: [read, create, edit]}
    fields: {Account.Rating: read}
apps:
  billing-sync:
    label: Billing Sync
    contact_email: integrations@acme.example
    kind: auto
    user: billing-bot
    grants: [jwt-bearer, client-credentials]
    scopes: [api, refresh_token]
    access: Billing_Sync_Access
    key: {bits: 2048, days: 365}
    policy: {permitted_users: admin-approved, ip_relaxation: enforce, refresh_token: {kind: infinite}}
"""


def test_a_complete_file_is_read_as_written():
    found = read(SAMPLE)
    app = found.apps["billing-sync"]
    assert app.kind is AppKind.AUTO
    assert app.grants == (GrantType.JWT_BEARER, GrantType.CLIENT_CREDENTIALS)
    assert found.orgs["uat"].admin == ("access-token", "sf-cli", "own-app")
    assert found.users["billing-bot"].profile == "Minimum Access - API Only Integrations"
    assert found.permission_sets["Billing_Data"].objects["Invoice__c"] == ("read", "create", "edit")
    assert found.written_orgs == ("local", "local-legacy", "uat")


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the contract of the command line is not at hand")
def test_the_file_in_the_contract_of_the_command_line_is_read():
    (block,) = re.findall(r"```yaml\n(.*?)```", CONTRACT.read_text(), re.DOTALL)
    assert read(block).model_dump() == read(SAMPLE).model_dump()


def test_what_is_not_written_has_its_default():
    minimal = read("version: 1\n")
    assert minimal.defaults.api_version == "67.0"
    assert minimal.store.path == ".provision"
    assert minimal.default_org is None


def test_the_local_orgs_exist_without_being_written():
    orgs = read("version: 1\n").orgs
    assert {name: org.model_dump() for name, org in orgs.items()} == {
        name: org.model_dump() for name, org in LOCAL_ORGS.items()
    }
    assert orgs["local-legacy"].app_kind == "connected-app"
    assert orgs["local"].local.connected_app_creation == "blocked"
    assert orgs["local-legacy"].local.connected_app_creation == "enabled"


def test_a_known_key_without_a_value_counts_as_not_written():
    assert read("version: 1\norgs:\nusers: ~\nstore:\n  path:\n").model_dump() == read("version: 1\n").model_dump()


def test_settings_survive_pickling_with_their_places():
    found = read(WHOLE)
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.origin == found.origin


def test_the_store_lies_beside_the_file(tmp_path):
    file = tmp_path / "provision.yaml"
    file.write_text("version: 1\nstore: {path: keys}\n")
    assert load(file, {}).store_path == tmp_path / "keys"


def test_the_nearest_file_is_found_from_a_folder_below(tmp_path):
    (tmp_path / "provision.yaml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == tmp_path / "provision.yaml"


def test_the_search_ends_at_the_root_of_the_repository_and_says_where_it_looked(tmp_path):
    (tmp_path / "provision.yaml").touch()
    repository = tmp_path / "repository"
    below = repository / "sub"
    below.mkdir(parents=True)
    (repository / ".git").touch()
    with pytest.raises(Usage) as caught:
        find(below)
    assert caught.value.code is Code.SETTINGS_NOT_FOUND
    assert caught.value.context["folders"] == [str(below), str(repository)]
    assert all(folder in caught.value.detail for folder in (str(below), str(repository)))
    assert caught.value.remedy[0] == "provision init"


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(Usage) as caught:
        load(tmp_path / "provision.yaml", {})
    assert caught.value.code is Code.SETTINGS_NOT_FOUND
    assert caught.value.detail == os.strerror(2)


def test_a_folder_in_place_of_the_file_is_a_usage_error(tmp_path):
    with pytest.raises(Usage) as caught:
        load(tmp_path, {})
    assert caught.value.detail == os.strerror(21)


WORDS = st.sampled_from(
    [
        *("version", "default_org", "defaults", "store", "orgs", "users", "permission_sets", "apps", "local", "uat"),
        *("api_version", "my_domain", "username", "label", "access", "name", "user", "key", "bits", "days", "policy"),
        *("objects", "fields", "refresh_token", "kind", "scopes", "grants", "[key]", "${A}", "$${", "1", "67.0", "<<"),
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(), inner, max_size=5)
)
FILES = st.fixed_dictionaries(
    {"version": st.just(1) | SCALARS},
    optional=dict.fromkeys(("default_org", "defaults", "store", "orgs", "users", "permission_sets", "apps"), TREES),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(FILES, TREES))
def test_any_tree_is_read_or_refused_as_a_whole(tree):
    """JSON is YAML: whatever is sent in, the answer is settings or one `Usage` with places inside the file."""
    text = as_json(tree)
    for fault in faults(text, {"A": "x"}):
        line, column = map(int, fault.split(" ")[0].split(":"))
        assert (line, column) >= (1, 1)
        assert line <= text.count("\n") + 1


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_to_a_file_is_survived(data):
    """Characters that mean something to YAML, put or removed anywhere, never give anything but a `Usage`."""
    text = data.draw(st.sampled_from([SAMPLE, WHOLE]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        if data.draw(st.booleans()):
            text = text[:at] + text[at + data.draw(st.integers(1, 10)) :]
        else:
            text = text[:at] + data.draw(st.sampled_from(SIGNS) | st.characters()) + text[at:]
    faults(text)


SIGNS = [
    *"[]{}:,-?&*!|>'\"%@`#\n\t ~<=\\",
    *("\\UFFFFFFFF", "\\x", "%YAML 9.9\n", "%YAML 1.1\n", "%TAG ! x\n", "---", "...", "<<: ", "!!int ", "!!float "),
    *("!!binary ", "!<x>", "&a ", "*a", "|2\n", ">-\n", "\r", "\u2028", "\ufeff", "\x85", "${", "}", "$${", "0o"),
]


def as_json(tree: object) -> str:
    """Return `tree` as JSON over several lines; YAML has other words for the numbers that JSON cannot write."""
    text = json.dumps(tree, indent=1)
    return text.replace("NaN", ".nan").replace("Infinity", ".inf")


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_mistake_leaves_with_the_exit_code_for_wrong_configuration(row):
    with pytest.raises(Usage) as caught:
        read(row[0])
    assert caught.value.exit_code == 2
