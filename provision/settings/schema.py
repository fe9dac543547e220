"""The JSON Schema of the file, for editors."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from provision.settings.models import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "provision.schema.json"

_REFERENCE: dict[str, Any] = {
    "type": "string",
    "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}",
    "description": "A reference to an environment variable: ${NAME} or ${NAME:-default}.",
}
_NARROW = ("enum", "const", "pattern", "minimum", "maximum", "format")
_NULL = {"type": "null"}
_OVERLAID = {
    "apps": "AppSettings",
    "users": "UserSettings",
    "permission_sets": "PermissionSetSettings",
    "permission_set_groups": "PermissionSetGroupSettings",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `provision.yaml`; wherever a value is expected, `${NAME}` is accepted."""
    generated = _simpler(Settings.model_json_schema(schema_generator=_Untitled))
    definitions = {**generated.pop("$defs"), "Reference": _REFERENCE}
    for section, model in _OVERLAID.items():
        entries = definitions["OverridesSettings"]["properties"][section]["patternProperties"]
        for pattern in entries:
            entries[pattern] = _different(definitions[model])
    return {"$schema": DIALECT, **generated, "title": "provision.yaml", "$defs": definitions}


def json_schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _different(whole: dict[str, Any]) -> dict[str, Any]:
    """Return what may stand in an overlay: any part of an entry, and nothing where the shared value is taken away."""
    properties = {
        key: {"anyOf": [part, _NULL], "description": part["description"]} for key, part in whole["properties"].items()
    }
    part = {key: value for key, value in whole.items() if key not in {"required", "anyOf", "description"}}
    return {"anyOf": [{**part, "properties": properties}, _NULL]}


class _Untitled(GenerateJsonSchema):
    def field_title_should_be_set(self, _schema: Any) -> bool:
        """Keep titles away: the keys say the same."""
        return False


def _simpler(schema: Any) -> Any:
    """Return `schema` as editors need it.

    No `null`, which stands for what is not written; no key besides those of the pattern; `${NAME}` for every value that
    is more than plain text.
    """
    if not isinstance(schema, dict):
        return schema
    own = _without_null(schema)
    walked = {key: _part(key, item) for key, item in own.items()}
    if "patternProperties" in walked:
        walked["additionalProperties"] = False
    if own.get("type") in {"object", "array"} or not any(key in own for key in _NARROW):
        return walked
    outer = {key: walked.pop(key) for key in ("description", "default") if key in walked}
    return {"anyOf": [walked, {"$ref": "#/$defs/Reference"}], **outer}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    own = {
        key: item for key, item in schema.items() if key != "default" or not (item is None or isinstance(item, dict))
    }
    options = [option for option in own.get("anyOf", ()) if option != _NULL]
    if len(options) == 1:
        del own["anyOf"]
        return {**options[0], **own}
    return own


def _part(keyword: str, part: Any) -> Any:
    if keyword in {"properties", "patternProperties", "$defs"}:
        return {name: _simpler(item) for name, item in part.items()}
    return _simpler(part) if keyword in {"items", "additionalProperties"} else part
