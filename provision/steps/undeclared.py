"""Access that is held in the org and not declared: told and left alone, for only `remove:` takes it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from provision.apps.kinds import kind_of
from provision.metadata.identity import identity
from provision.metadata.merge import as_tuple
from provision.metadata.schema import type_of
from provision.model.check import Finding
from provision.model.desired import PermissionSet
from provision.model.metadata import Document, Value
from provision.model.situation import Situation
from provision.steps import app as app_step
from provision.steps import permission_set as permission_set_step

CODE = "NOT_DECLARED"
_GRANTING = frozenset({"true", "1", "Visible", "Available"})


def findings(situation: Situation) -> tuple[Finding, ...]:
    """Return a note for each permission set, right, scope and grant that nobody declared."""
    return (*_of_users(situation), *_of_permission_sets(situation), *_of_apps(situation))


def _of_users(situation: Situation) -> Iterator[Finding]:
    for user in situation.desired.users:
        existing = situation.user(user)
        if existing is None:
            continue
        mine = {*situation.permission_set_names(user), *situation.desired.beside, *user.removed_permission_sets}
        groups = {*user.permission_set_groups, *user.removed_permission_set_groups}
        for what, held, spoken in (
            ("permission set", existing.permission_sets, mine),
            ("permission set group", existing.permission_set_groups, groups),
        ):
            place = f"users.{user.key}.remove.{what.replace(' ', '_')}s"
            yield from (_note(f"User {user.username}: {what} {name}", place) for name in _beyond(held, spoken))


def _beyond(held: Iterable[str], spoken: Iterable[str]) -> list[str]:
    folded = {name.casefold() for name in spoken}
    return sorted(name for name in held if name.casefold() not in folded)


def _of_permission_sets(situation: Situation) -> Iterator[Finding]:
    for item in situation.permission_sets():
        existing = situation.observed.permission_sets.get(item.name)
        if existing is not None and existing.document is not None:
            for name in _undeclared(item, existing.document):
                yield _note(f"PermissionSet {item.name}: {name}", f"permission_sets.{item.name}.remove")


def _undeclared(item: PermissionSet, document: Document) -> Iterator[str]:
    """Yield the granting entries that neither the declaration nor `remove:` speaks of, by the names of a plan."""
    known = type_of(document.type)
    spoken = permission_set_step.declared(item)
    for tag, value in document.fields.items():
        field = known.fields.get(tag) if known else None
        if field is None or not field.repeats:
            continue
        mine = {identity(one, field) for source in (spoken, item.removed) for one in as_tuple(source.get(tag))}
        for one in as_tuple(value):
            if isinstance(one, Mapping) and _grants(one) and identity(one, field) not in mine:
                yield f"{tag}[{', '.join(identity(one, field))}]"


def _grants(entry: Mapping[str, Value]) -> bool:
    return any(value in _GRANTING for value in entry.values() if isinstance(value, str))


def _of_apps(situation: Situation) -> Iterator[Finding]:
    for item in situation.desired.apps:
        existing = situation.app(item)
        if existing is not None and existing.kind is situation.kind(item):
            for setting, (type_name, path) in kind_of(existing.kind).LISTS.items():
                place = f"apps.{item.key}.remove.{setting}"
                for name in app_step.undeclared(situation, item, setting):
                    yield _note(f"{type_name} {existing.full_name(type_name)}: {path} {name}", place)


def _note(held: str, place: str) -> Finding:
    return Finding("note", CODE, f"{held} is held in the org and not declared", remedy=place, subject=held)
