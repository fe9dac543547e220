"""What is to be taken away from what exists, in the words of the file: nothing else that others granted ever is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provision.settings.base import Model
from provision.settings.problem import Path, Problem, quoted
from provision.settings.tree import Data
from provision.settings.values import DeveloperName, Label, Scope


class UserRemovals(Model):
    """What is taken away from a user."""

    permission_sets: tuple[DeveloperName, ...] = ()
    """Permission sets by API name that the user is to hold no longer. They stay in the org."""
    permission_set_groups: tuple[DeveloperName, ...] = ()
    """Permission set groups by API name, likewise."""


class AppRemovals(Model):
    """What is taken away from an app that exists."""

    scopes: tuple[Scope, ...] = ()
    """OAuth scopes by the names they have in a token."""
    permission_sets: tuple[DeveloperName, ...] = ()
    """Permission sets by API name whose holders are to use the app no longer."""
    profiles: tuple[Label, ...] = ()
    """Profiles, as Setup names them, whose users are to use the app no longer."""


def contradicted(path: Path, removed: Mapping[str, Data], kept: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Yield what is taken away and declared; `kept` says by key which names are declared, in lower case, and where."""
    for key, names in kept.items():
        listed = removed.get(key)
        for index, name in enumerate(listed if isinstance(listed, list) else ()):
            where = names.get(name.casefold()) if isinstance(name, str) else None
            if where is not None:
                message = f"declared as well, by {where}; remove it here or there"
                yield Problem((*path, key, index), message, value=quoted(str(name)))
