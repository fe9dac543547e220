"""The kinds of OAuth client that there are, and the one place where a kind is looked up."""

from __future__ import annotations

from collections.abc import Mapping

from provision.apps import connected_app, external_client_app
from provision.apps.kind import Kind
from provision.model.desired import AppKind

ALL: tuple[Kind, ...] = (connected_app, external_client_app)

TYPES = frozenset(type_name for kind in ALL for type_name in (*kind.TYPES, *kind.FURTHER))
"""Every metadata type that belongs to an app."""

_BY_NAME: Mapping[AppKind, Kind] = {kind.KIND: kind for kind in ALL}


def kind_of(name: AppKind) -> Kind:
    """Return what is known of a kind; raises `KeyError` for `AUTO`, which has to be settled first."""
    return _BY_NAME[name]


def types_of(name: AppKind) -> tuple[str, ...]:
    """Return every metadata type that belongs to an app of a kind; raises `KeyError` for `AUTO`."""
    kind = kind_of(name)
    return (*kind.TYPES, *kind.FURTHER)
