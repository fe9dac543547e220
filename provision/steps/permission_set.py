"""Permission sets: what is declared is overlaid on what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from provision.errors import Code, Failed, ProvisionError
from provision.metadata.identity import identity
from provision.metadata.ignore import is_covered, without_ignored
from provision.metadata.merge import as_tuple, differences, overlay
from provision.metadata.schema import Field, type_of
from provision.model.change import Action, Change
from provision.model.desired import PermissionSet
from provision.model.metadata import Document, Value
from provision.model.situation import Situation

TYPE = "PermissionSet"

_OBJECT_RIGHTS: tuple[tuple[str, str], ...] = (
    ("allowCreate", "create"),
    ("allowDelete", "delete"),
    ("allowEdit", "edit"),
    ("allowRead", "read"),
    ("modifyAllRecords", "modify-all"),
    ("viewAllRecords", "view-all"),
)


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return permission sets to create, and declared elements of existing ones that differ."""
    changes: list[Change] = []
    for permission_set in situation.permission_sets():
        base = _base(situation, permission_set)
        gone = frozenset(_names(permission_set))
        rows = tuple(
            replace(row, new=None) if is_covered(row.field, gone) else row
            for row in differences(base or Document(TYPE, {}), _wanted(permission_set, base))
        )
        if base is None or rows:
            action = Action.CREATE if base is None else Action.UPDATE
            changes.append(Change(action, TYPE, permission_set.name, _carried(situation, permission_set), rows))
    return tuple(changes)


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each permission set that is to be in the org already and is not."""
    return tuple(
        not_in_org("permission_sets", item.name, f"permission_sets.{item.name}")
        for item in situation.desired.permission_sets
        if item.existing and item.name not in situation.observed.permission_sets
    )


def not_in_org(section: str, name: str, place: str) -> ProvisionError:
    """Return the error for something that `place` only names, that the org lacks and that `section` might declare."""
    return Failed(
        Code.PERMISSION_SET_MISSING,
        f"The org has no {section.removesuffix('s').replace('_', ' ')} {name}",
        detail=f"{place} names it, and it is not declared.",
        remedy=(f"Check {place} in the settings", f"Or declare it under {section}"),
        context={"name": name},
    )


def document(situation: Situation, permission_set: PermissionSet) -> Document:
    """Return the whole permission set as it is to be deployed."""
    base = _base(situation, permission_set)
    return overlay(base or Document(TYPE, {}), _wanted(permission_set, base))


def declared(permission_set: PermissionSet) -> Mapping[str, Value]:
    """Return the elements that the settings and the file they name speak of."""
    if permission_set.given is None:
        return {"hasActivationRequired": "false", **_spoken(permission_set)}
    return overlay(permission_set.given, _spoken(permission_set)).fields


def assured(permission_set: PermissionSet) -> PermissionSet:
    """Return the declaration without the accesses that people own: these may be granted or not."""
    ignored = permission_set.ignore

    def owned(name: str, right: str) -> bool:
        return any(
            is_covered(f"objectPermissions[{name}].{tag}", ignored) for tag, one in _OBJECT_RIGHTS if one == right
        )

    return replace(
        permission_set,
        objects={
            name: frozenset(right for right in rights if not owned(name, right))
            for name, rights in permission_set.objects.items()
            if not owned(name, "read")
        },
        fields={
            name: access
            for name, access in permission_set.fields.items()
            if not is_covered(f"fieldPermissions[{name}].readable", ignored)
        },
    )


def _wanted(permission_set: PermissionSet, base: Document | None) -> Mapping[str, Value]:
    """Return what is declared, of a permission set that exists without what people own."""
    whole = declared(permission_set)
    kept = whole if base is None else without_ignored(whole, permission_set.ignore, base)
    granted = overlay(base or Document(TYPE, {}), kept).fields
    return overlay(Document(TYPE, kept), _removed(permission_set, granted)).fields


def _removed(permission_set: PermissionSet, granted: Mapping[str, Value]) -> dict[str, Value]:
    """Return the entries that are to grant nothing any more, of those that are there, with the flags that they have."""
    found: dict[str, Value] = {}
    for tag, removed in permission_set.removed.items():
        field = _field(tag)
        there = {identity(item, field): item for item in as_tuple(granted.get(tag))}
        entries = [
            {name: value for name, value in item.items() if name in there[identity(item, field)]}
            for item in as_tuple(removed)
            if isinstance(item, Mapping) and identity(item, field) in there
        ]
        if entries:
            found[tag] = tuple(entries)
    return found


def _names(permission_set: PermissionSet) -> Iterator[str]:
    for tag, removed in permission_set.removed.items():
        yield from (f"{tag}[{', '.join(identity(item, _field(tag)))}]" for item in as_tuple(removed))


def _field(tag: str) -> Field | None:
    known = type_of(TYPE)
    return known.fields.get(tag) if known else None


def _spoken(permission_set: PermissionSet) -> dict[str, Value]:
    elements: dict[str, Value] = {"label": permission_set.label}
    if permission_set.description is not None:
        elements["description"] = permission_set.description
    if permission_set.license is not None:
        elements["license"] = permission_set.license
    if permission_set.objects:
        elements["objectPermissions"] = tuple(
            _object_permissions(name, rights) for name, rights in sorted(permission_set.objects.items())
        )
    if permission_set.fields:
        elements["fieldPermissions"] = tuple(
            {"editable": "true" if access == "edit" else "false", "field": name, "readable": "true"}
            for name, access in sorted(permission_set.fields.items())
        )
    if permission_set.user_permissions:
        elements["userPermissions"] = tuple(
            {"enabled": "true", "name": name} for name in sorted(permission_set.user_permissions)
        )
    return {**elements, **permission_set.extra}


def _object_permissions(name: str, rights: frozenset[str]) -> Mapping[str, Value]:
    flags: dict[str, Value] = {tag: "true" if right in rights else "false" for tag, right in _OBJECT_RIGHTS}
    return dict(sorted({**flags, "object": name}.items()))


def _base(situation: Situation, permission_set: PermissionSet) -> Document | None:
    existing = situation.observed.permission_sets.get(permission_set.name)
    if existing is None:
        return None
    return existing.document or Document(TYPE, {"label": existing.label})


def _carried(situation: Situation, permission_set: PermissionSet) -> str | None:
    return next((app.key for app in situation.desired.apps if app.access.name == permission_set.name), None)
