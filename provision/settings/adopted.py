"""From what is in an org to the words of the file: the way back from `settings.desired` and `settings.elements`."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from provision.model.metadata import Document, Value
from provision.settings.elements import ACCESSES

Section = Mapping[str, Mapping[str, Any]]
"""Entries of one top-level key of the file, by their names."""

_RIGHTS: Mapping[str, str] = {
    "allowRead": "read",
    "allowCreate": "create",
    "allowEdit": "edit",
    "allowDelete": "delete",
    "viewAllRecords": "view-all",
    "modifyAllRecords": "modify-all",
}
_TEXTS: Mapping[str, str] = {"label": "label", "description": "description", "license": "license"}


def app_key(developer_name: str) -> str:
    """Return a key for an app: `Billing_Sync` → `billing-sync`."""
    return _key(developer_name)


def user_key(username: str) -> str:
    """Return a key for a user: `billing.bot@acme.example` → `billing-bot`."""
    return _key(username.partition("@")[0]) or "integration-user"


def permission_set_entry(document: Document) -> dict[str, Any] | None:
    """Return a permission set in the words of the file; `None` where there are no words for all of it."""
    entry: dict[str, Any] = {}
    known = {"hasActivationRequired", "fullName"}
    if document.fields.get("hasActivationRequired") == "true":
        return None
    for element, key in _TEXTS.items():
        known.add(element)
        if document.fields.get(element):
            entry[key] = document.fields[element]
    lists: Mapping[str, Any] = {
        "objectPermissions": _objects,
        "fieldPermissions": _fields,
        "userPermissions": lambda rows: {"user_permissions": [row["name"] for row in rows if _on(row, "enabled")]},
        "tabSettings": lambda rows: {"tabs": {row["tab"]: row["visibility"].lower() for row in rows}},
    }
    for element, words in lists.items():
        known.add(element)
        rows = _rows(document.fields.get(element))
        if rows:
            found = words(rows)
            if found is None:
                return None
            entry |= {key: value for key, value in found.items() if value}
    for key, (element, named, granted) in ACCESSES.items():
        known.add(element)
        names = [row[named] for row in _rows(document.fields.get(element)) if _on(row, granted)]
        if names:
            entry[key] = names
    return entry if set(document.fields) <= known else None


def yaml_text(sections: Mapping[str, Section]) -> str:
    """Return sections as YAML in the style of the file."""
    yaml: Any = YAML()
    yaml.default_flow_style = None
    yaml.width = 100
    yaml.representer.ignore_aliases = lambda _data: True
    stream = io.StringIO()
    yaml.dump(_plain(sections), stream)
    return stream.getvalue()


def _key(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


def _objects(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    if any(set(row) - {*_RIGHTS, "object", "viewAllFields"} or _on(row, "viewAllFields") for row in rows):
        return None
    return {
        "objects": {
            row["object"]: [right for flag, right in _RIGHTS.items() if _on(row, flag)]
            for row in rows
            if any(_on(row, flag) for flag in _RIGHTS)
        }
    }


def _fields(rows: list[dict[str, Any]]) -> dict[str, Any]:
    access = {row["field"]: "edit" if _on(row, "editable") else "read" for row in rows if _on(row, "readable")}
    return {"fields": access}


def _on(row: Mapping[str, Any], flag: str) -> bool:
    return row.get(flag) in {"true", "1"}


def _rows(value: Value | None) -> list[dict[str, Any]]:
    items = value if isinstance(value, tuple) else () if value is None else (value,)
    return [dict(item) for item in items if isinstance(item, Mapping)]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) else value
