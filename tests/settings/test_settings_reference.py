"""The reference of the file says what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from provision.settings.schema import json_schema
from provision.settings.sources import OVERRIDES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md").read_text()
SECTIONS = {
    "The file": None,
    "`defaults`": "Defaults",
    "`store`": "StoreSettings",
    "`orgs.<name>`": "OrgSettings",
    "`orgs.<name>.local`": "LocalSettings",
    "`orgs.<name>.overrides`": "OverridesSettings",
    "`orgs.<name>.users.<key>`": "OrgUserSettings",
    "`signers.<name>` with `type: pkcs11`": "Pkcs11Settings",
    "`signers.<name>` with `type: aws-kms`": "AwsKmsSettings",
    "`users.<key>`": "UserSettings",
    "`users.<key>.remove`": "UserRemovals",
    "`permission_sets.<API name>`": "PermissionSetSettings",
    "`permission_set_groups.<API name>`": "PermissionSetGroupSettings",
    "`apps.<key>`": "AppSettings",
    "`apps.<key>.remove`": "AppRemovals",
    "`apps.<key>.key`": "KeySettings",
    "`apps.<key>.rotation`": "RotationSettings",
    "`apps.<key>.rotation.pre`, `.deploy`, `.post`": "HookSettings",
    "`apps.<key>.policy`": "PolicySettings",
    "`apps.<key>.policy.refresh_token`": "RefreshTokenSettings",
    "`apps.<key>.policy.session`": "SessionSettings",
    "`apps.<key>.ip_ranges`": "IpRangeSettings",
    "`apps.<key>.saml`": "SamlSettings",
    "`apps.<key>.canvas`": "CanvasSettings",
    "`apps.<key>.mobile`": "MobileSettings",
    "`delete`": "DeletionSettings",
    "`delete.before`, `delete.after`": "ComponentsSettings",
}
SCHEMA = json_schema()


def rows(heading: str) -> dict[str, tuple[str, str, str]]:
    """Return key → value, default and meaning, as the page shows them."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) ?\| (.*) \|$", section, re.MULTILINE)
    return {key: (value, default, meaning) for key, value, default, meaning in found}


def definition(name: str | None) -> dict:
    return SCHEMA if name is None else SCHEMA["$defs"][name]


def default(key: str, part: dict, required: list[str]) -> str:
    if key in required:
        return "required"
    if "default" not in part:
        return ""
    value = part["default"]
    if isinstance(value, bool):
        return f"`{json.dumps(value)}`"
    return f"`[{', '.join(value)}]`" if isinstance(value, list) else f"`{value}`"


def choices(part: dict) -> list[str]:
    """Return the words that a value or its items must come from, if it is a choice."""
    part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    if "items" in part:
        return choices(part["items"])
    option = part["anyOf"][0] if "anyOf" in part else part
    return [json.dumps(word).strip('"') for word in option.get("enum", [])]


def test_every_mapping_of_the_file_has_a_section():
    models = {name for name, part in SCHEMA["$defs"].items() if "properties" in part}
    assert models == {name for name in SECTIONS.values() if name}


@pytest.mark.parametrize(("heading", "name"), SECTIONS.items(), ids=SECTIONS.keys())
def test_a_section_has_every_key_with_its_choices_default_and_meaning(heading, name):
    described = definition(name)
    shown = rows(heading)
    assert list(shown) == list(described["properties"])
    for key, part in described["properties"].items():
        value, shown_default, meaning = shown[key]
        assert shown_default == default(key, part, described.get("required", []))
        assert [word for word in choices(part) if f"`{word}`" not in value] == []
        referred = SCHEMA["$defs"].get(part.get("$ref", "").rpartition("/")[2], {})
        assert meaning == (part.get("description") or referred.get("description"))


def test_the_variables_that_win_over_the_file_are_listed():
    for override in OVERRIDES:
        if override.flag:
            assert f"| `{override.variable}` | `{override.path}` | `{override.flag}` |" in PAGE
