"""From what is in an org to the words of the file: the way back from `settings.desired` and `settings.elements`."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from provision.model.metadata import Document, Value
from provision.settings.elements import ACCESSES
from provision.settings.permission_set import PermissionSetSettings

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
_TEXTS = ("label", "description", "license")
_CHILDREN: Mapping[str, frozenset[str]] = {
    "objectPermissions": frozenset({*_RIGHTS, "object", "viewAllFields"}),
    "fieldPermissions": frozenset({"field", "readable", "editable"}),
    "userPermissions": frozenset({"name", "enabled"}),
    "tabSettings": frozenset({"tab", "visibility"}),
    **{element: frozenset({named, granted}) for element, named, granted in ACCESSES.values()},
}
"""Repeated elements that there are words for → what stands in an entry of each."""
_KNOWN = frozenset({*_TEXTS, *_CHILDREN, "hasActivationRequired", "fullName"})


def app_key(developer_name: str) -> str:
    """Return a key for an app: `Billing_Sync` → `billing-sync`."""
    return _key(developer_name)


def user_key(username: str) -> str:
    """Return a key for a user: `billing.bot@acme.example` → `billing-bot`."""
    return _key(username.partition("@")[0]) or "integration-user"


def permission_set_entry(document: Document) -> dict[str, Any] | None:
    """Return a permission set in the words of the file; `None` where there are no words for all of it."""
    fields = document.fields
    objects = _rows(fields.get("objectPermissions"))
    if set(fields) - _KNOWN or fields.get("hasActivationRequired") == "true":
        return None
    if any(_on(row, "viewAllFields") for row in objects):
        return None
    if any(set(row) - children for element, children in _CHILDREN.items() for row in _rows(fields.get(element))):
        return None
    entry: dict[str, Any] = {name: fields[name] for name in _TEXTS if fields.get(name)}
    lists: dict[str, Any] = {
        "objects": _objects(objects),
        "fields": _fields(_rows(fields.get("fieldPermissions"))),
        "user_permissions": [row["name"] for row in _rows(fields.get("userPermissions")) if _on(row, "enabled")],
        "tabs": {row["tab"]: row["visibility"].lower() for row in _rows(fields.get("tabSettings"))},
    }
    for key, (element, named, granted) in ACCESSES.items():
        lists[key] = [row[named] for row in _rows(fields.get(element)) if _on(row, granted)]
    entry |= {key: value for key, value in lists.items() if value}
    return entry if _is_taken(entry) else None


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


def _is_taken(entry: Mapping[str, Any]) -> bool:
    """Whether the file takes an entry: the org may have names or sets of rights that it does not."""
    try:
        PermissionSetSettings.model_validate(entry)
    except ValidationError:
        return False
    return True


def _objects(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        row["object"]: [right for flag, right in _RIGHTS.items() if _on(row, flag)]
        for row in rows
        if any(_on(row, flag) for flag in _RIGHTS)
    }


def _fields(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["field"]: "edit" if _on(row, "editable") else "read" for row in rows if _on(row, "readable")}


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
    if not isinstance(value, str):
        return value
    text = value.replace("${", "$${")
    # What ruamel.yaml writes for these without quotes it does not read again.
    return DoubleQuotedScalarString(text) if text.startswith("?") else text
