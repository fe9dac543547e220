"""Entries of permission sets that are to be taken away, by the names that a plan prints."""

from __future__ import annotations

from collections.abc import Mapping

from provision.metadata.ignore import parts
from provision.metadata.schema import type_of
from provision.model.metadata import Value
from provision.settings.elements import ACCESSES
from provision.settings.problem import not_among
from provision.settings.tree import Data

_ENTRIES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "objectPermissions": (
        "objects",
        "object",
        dict.fromkeys(
            (
                *("allowCreate", "allowDelete", "allowEdit", "allowRead"),
                *("modifyAllRecords", "viewAllFields", "viewAllRecords"),
            ),
            "false",
        ),
    ),
    "fieldPermissions": ("fields", "field", {"editable": "false", "readable": "false"}),
    "userPermissions": ("user_permissions", "name", {"enabled": "false"}),
    "tabSettings": ("tabs", "tab", {"visibility": "None"}),
    **{element: (key, named, {granted: "false"}) for key, (element, named, granted) in ACCESSES.items()},
}
"""Element of a permission set → key that declares it, its child with the name, what it says when it grants nothing."""


def removed_elements(names: tuple[str, ...]) -> Mapping[str, Value]:
    """Return entries of a permission set, by the names that a plan prints, as they are when they grant nothing."""
    found: dict[str, tuple[Value, ...]] = {}
    for name in dict.fromkeys(names):
        [(element, entry)] = parts(name)
        _, named, nothing = _ENTRIES[element]
        found[element] = (*found.get(element, ()), {named: entry or "", **nothing})
    return dict(found)


def wrong_entry(item: Mapping[str, Data], name: str) -> str | None:
    """Say why an entry of a permission set cannot be taken away, or `None` where it can."""
    steps = parts(name)
    if len(steps) != 1 or steps[0][1] is None:
        return "allowed: an element with its entry, for instance userPermissions[ViewSetup]"
    [(element, entry)] = steps
    if element not in _ENTRIES:
        return not_among(element, [tag for tag in _ENTRIES if _is_known(tag)])
    declared = item.get(_ENTRIES[element][0])
    if isinstance(declared, dict | list) and entry in declared:
        return f"declared under {_ENTRIES[element][0]} as well; remove it here or there"
    return None


def _is_known(tag: str) -> bool:
    known = type_of("PermissionSet")
    return known is not None and tag in known.fields
