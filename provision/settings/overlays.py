"""What is different in one org, laid over the shared definitions before they are checked.

Mappings merge key by key; lists and single values replace; a key without a value takes the shared one away. The result
is checked like a file of its own, and what is wrong with it is reported where the overlay stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from provision.settings.problem import FileOrigin, Path, Places, Problem
from provision.settings.tree import Data

SECTIONS = ("apps", "users", "permission_sets", "permission_set_groups")
"""What of the file may be different in an org."""
OVERRIDES = "overrides"
_OF_ALL_ORGS = frozenset({"orgs", "default_org"})

Root = Mapping[str, Data]
V = TypeVar("V")


def overlays(data: Root) -> Iterator[tuple[str, Root]]:
    """Yield each org that has an overlay, with the part of it that can be laid over anything."""
    orgs = data.get("orgs")
    for name, org in orgs.items() if isinstance(orgs, dict) else ():
        written = org.get(OVERRIDES) if isinstance(org, dict) else None
        if isinstance(written, dict):
            yield name, {key: part for key, part in written.items() if key in SECTIONS and isinstance(part, dict)}


def overlaid(data: Root, org: str, overlay: Root) -> dict[str, Data]:
    """Return the data of the file as it is for one org: without the other orgs, which have overlays of their own."""
    orgs = data.get("orgs")
    here = orgs.get(org) if isinstance(orgs, dict) else None
    own: Data = {key: part for key, part in here.items() if key != OVERRIDES} if isinstance(here, dict) else here
    shared = {key: part for key, part in data.items() if key not in _OF_ALL_ORGS}
    return {**_merged(shared, overlay), "orgs": {org: own}}


def placed(origin: FileOrigin, org: str, overlay: Root) -> FileOrigin:
    """Return where the values of `overlaid` stand: in the overlay, else where they are shared."""
    root: Path = ("orgs", org, OVERRIDES)
    gone = frozenset(_replaced(overlay, ()))
    keys, values = origin.places.keys, origin.places.values
    places = Places(_moved(keys, root, gone), _moved(values, root, gone))
    return replace(origin, places=places, variables=_moved(origin.variables, root, gone))


def reported(problem: Problem, org: str) -> Problem:
    """Return a problem of what came of an overlay as one of the overlay."""
    if problem.path[:1] == ("orgs",):
        return problem
    return replace(problem, path=("orgs", org, OVERRIDES, *problem.path))


def _merged(base: Root, overlay: Root) -> dict[str, Data]:
    result = dict(base)
    for key, value in overlay.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            result[key] = value
    return result


def _replaced(overlay: Root, path: Path) -> Iterator[Path]:
    """Yield the paths under which nothing of the shared definitions is left."""
    for key, value in overlay.items():
        if isinstance(value, dict):
            yield from _replaced(value, (*path, key))
        else:
            yield (*path, key)


def _moved(found: Mapping[Path, V], root: Path, gone: frozenset[Path]) -> dict[Path, V]:
    shared = {
        path: value
        for path, value in found.items()
        if not any(path[:length] in gone for length in range(1, len(path) + 1))
    }
    own = {path[len(root) :]: value for path, value in found.items() if path[: len(root)] == root and path != root}
    return {**shared, **own}
