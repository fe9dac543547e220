"""Permission set groups: what is declared is overlaid on what is there; members that others added stay."""

from __future__ import annotations

from collections.abc import Mapping

from provision.errors import ProvisionError
from provision.metadata.merge import differences, overlay
from provision.model.change import Action, Change
from provision.model.desired import PermissionSetGroup
from provision.model.metadata import Document, Value
from provision.model.situation import Situation
from provision.steps.permission_set import not_in_org

TYPE = "PermissionSetGroup"


def diff(situation: Situation) -> tuple[Change, ...]:
    """Return groups to create, and declared elements of existing ones that differ."""
    changes: list[Change] = []
    for group in situation.permission_set_groups():
        base = _base(situation, group)
        rows = differences(base or Document(TYPE, {}), declared(group))
        if base is None or rows:
            changes.append(Change(Action.CREATE if base is None else Action.UPDATE, TYPE, group.name, None, rows))
    return tuple(changes)


def problems(situation: Situation) -> tuple[ProvisionError, ...]:
    """Return a refusal for each group, or permission set in one, that is neither declared nor in the org."""
    observed = situation.observed
    known = {item.name for item in situation.permission_sets()} | set(observed.permission_sets)
    found: list[ProvisionError] = []
    for group in situation.desired.permission_set_groups:
        if group.existing and group.name not in observed.permission_set_groups:
            found.append(not_in_org("permission_set_groups", group.name, f"permission_set_groups.{group.name}"))
        place = f"permission_set_groups.{group.name}.permission_sets"
        found += [not_in_org("permission_sets", name, place) for name in group.permission_sets if name not in known]
    return tuple(found)


def document(situation: Situation, group: PermissionSetGroup) -> Document:
    """Return the whole group as it is to be deployed."""
    return overlay(_base(situation, group) or Document(TYPE, {}), declared(group))


def declared(group: PermissionSetGroup) -> Mapping[str, Value]:
    """Return the elements that the settings speak of."""
    elements: dict[str, Value] = {"label": group.label}
    if group.description is not None:
        elements["description"] = group.description
    if group.permission_sets:
        elements["permissionSets"] = group.permission_sets
    return elements


def _base(situation: Situation, group: PermissionSetGroup) -> Document | None:
    """Return the group as the org has it, without the status that the org works out by itself."""
    existing = situation.observed.permission_set_groups.get(group.name)
    if existing is None or existing.document is None:
        return None
    fields = {name: value for name, value in existing.document.fields.items() if name != "status"}
    return Document(TYPE, fields)
