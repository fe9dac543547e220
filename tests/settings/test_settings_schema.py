"""The JSON Schema for editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from provision.settings.app import AppSettings
from provision.settings.models import Settings
from provision.settings.schema import DIALECT, FILE_NAME, json_schema, json_schema_text

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "reference" / FILE_NAME


def objects(schema: object) -> Iterator[dict]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_the_published_schema_is_the_one_of_the_code():
    """To renew it: write `provision.settings.schema.json_schema_text()` to docs/reference/provision.schema.json."""
    assert PUBLISHED.read_text() == json_schema_text()


def test_every_mapping_is_closed():
    found = list(objects(json_schema()))
    assert len(found) > 10
    assert all(schema["additionalProperties"] is False for schema in found)


def test_every_key_is_described():
    for schema in objects(json_schema()):
        for name, part in schema.get("properties", {}).items():
            reference = part.get("$ref", "").rpartition("/")[2]
            described = part.get("description") or json_schema()["$defs"].get(reference, {}).get("description")
            assert described, name


def test_the_schema_speaks_of_all_keys_of_the_file_and_of_an_app():
    schema = json_schema()
    assert schema["$schema"] == DIALECT
    assert set(schema["properties"]) == set(Settings.model_fields)
    assert set(schema["$defs"]["AppSettings"]["properties"]) == set(AppSettings.model_fields)


def test_every_reference_leads_somewhere():
    schema = json_schema()
    used = set(re.findall(r'"#/\$defs/(\w+)"', json_schema_text()))
    assert used == set(schema["$defs"])


def test_a_narrow_value_may_also_be_a_reference_to_the_environment():
    bits = json_schema()["$defs"]["KeySettings"]["properties"]["bits"]
    assert bits["anyOf"] == [{"enum": [2048, 3072, 4096], "type": "integer"}, {"$ref": "#/$defs/Reference"}]


def test_limits_are_those_that_json_schema_knows():
    days = json_schema()["$defs"]["KeySettings"]["properties"]["days"]["anyOf"][0]
    assert (days["minimum"], days["maximum"]) == (1, 36500)
    scopes = json_schema()["$defs"]["AppSettings"]["properties"]["scopes"]
    assert scopes["minItems"] == 1
    assert "refresh_token" in scopes["items"]["anyOf"][0]["enum"]
