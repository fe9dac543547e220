"""The document that says what is to be in local orgs, read strictly: every problem at once, each with its place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from provision.localorg.store.orgs import Switches, changed

Path = tuple[str | int, ...]
"""Keys and list positions from the root of the document."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the document, or that the org refuses."""

    path: Path
    message: str


class BadSeed(Exception):
    """The document cannot be carried out; nothing of it was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, each.path))}: {each.message}" for each in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class User:
    """A user of the org; one with that username is changed."""

    path: Path
    username: str
    last_name: str
    email: str
    profile: str
    first_name: str | None = None
    alias: str | None = None
    active: bool = True
    frozen: bool = False
    password: str | None = field(default=None, repr=False)
    permission_set_licenses: tuple[str, ...] = ()
    """API names."""
    permission_sets: tuple[str, ...] = ()
    """API names."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What is to be in one org."""

    path: Path
    switches: Mapping[str, Any] = field(default_factory=dict)
    user_licenses: Mapping[str, int] = field(default_factory=dict)
    """Seats by name."""
    permission_set_licenses: Mapping[str, int] = field(default_factory=dict)
    """Seats by API name."""
    users: tuple[User, ...] = ()
    metadata: tuple[str, ...] = ()
    """Folders with a package.xml, which are deployed as if Connected Apps could still be created."""


def read(document: Any) -> dict[str, Seed]:
    """What is to be in which org; raises `BadSeed` with every problem."""
    reader = _Reader([])
    orgs = reader.mapping((), document, {"orgs"}).get("orgs", {})
    found = {str(name): reader.org(("orgs", str(name)), given) for name, given in reader.named(("orgs",), orgs)}
    if reader.problems:
        raise BadSeed(reader.problems)
    return found


_USER: Final = {"username", "last_name", "email", "profile"}
_TEXTS: Final = (*sorted(_USER), "first_name", "alias", "password")
_FLAGS: Final = ("active", "frozen")
_LISTS: Final = ("permission_set_licenses", "permission_sets")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads, and notes down what is wrong."""

    problems: list[Problem]

    def org(self, path: Path, given: Any) -> Seed:
        keys = {"switches", "user_licenses", "permission_set_licenses", "users", "metadata"}
        held = self.mapping(path, given, keys)
        return Seed(
            path,
            switches=self._switches((*path, "switches"), held.get("switches", {})),
            user_licenses=self._seats((*path, "user_licenses"), held.get("user_licenses", {})),
            permission_set_licenses=self._seats(
                (*path, "permission_set_licenses"), held.get("permission_set_licenses", {})
            ),
            users=tuple(self._users((*path, "users"), held.get("users", []))),
            metadata=self._texts((*path, "metadata"), held.get("metadata", [])),
        )

    def mapping(self, path: Path, given: Any, keys: set[str]) -> Mapping[str, Any]:
        held = dict(self.named(path, given))
        for unknown in held.keys() - keys:
            self._note((*path, unknown), f"is not known here; there are {', '.join(sorted(keys))}")
        return held

    def named(self, path: Path, given: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(given, Mapping):
            yield from ((str(name), value) for name, value in given.items())
        else:
            self._note(path, "must be a mapping")

    def _switches(self, path: Path, given: Any) -> Mapping[str, Any]:
        held = dict(self.named(path, given))
        for name, value in held.items():
            try:
                changed(Switches(), {name: value})
            except ValueError as problem:
                self._note((*path, name), str(problem))
        return held

    def _seats(self, path: Path, given: Any) -> Mapping[str, int]:
        held = dict(self.named(path, given))
        for name, seats in held.items():
            if not isinstance(seats, int) or isinstance(seats, bool) or seats < 0:
                self._note((*path, name), "must be a number of seats")
        return held

    def _users(self, path: Path, given: Any) -> Iterator[User]:
        seen: set[str] = set()
        for number, each in enumerate(self._list(path, given)):
            at = (*path, number)
            held = self.mapping(at, each, {*_TEXTS, *_FLAGS, *_LISTS})
            before = len(self.problems)
            for name in sorted(_USER - held.keys()):
                self._note(at, f"{name} is missing")
            values = {name: self._one((*at, name), held[name], str, "a text") for name in _TEXTS if name in held}
            values |= {
                name: self._one((*at, name), held[name], bool, "true or false") for name in _FLAGS if name in held
            }
            values |= {name: self._texts((*at, name), held[name]) for name in _LISTS if name in held}
            username = str(held.get("username", "")).casefold()
            if username and username in seen:
                self._note((*at, "username"), "is given twice")
            seen.add(username)
            if len(self.problems) == before:
                yield User(at, **values)

    def _texts(self, path: Path, given: Any) -> tuple[str, ...]:
        return tuple(
            self._one((*path, number), each, str, "a text") for number, each in enumerate(self._list(path, given))
        )

    def _list(self, path: Path, given: Any) -> list[Any]:
        if isinstance(given, list):
            return given
        self._note(path, "must be a list")
        return []

    def _one(self, path: Path, given: Any, kind: Callable[..., Any], said: str) -> Any:
        if type(given) is not kind or given == "":
            self._note(path, f"must be {said}")
        return given

    def _note(self, path: Path, message: str) -> None:
        self.problems.append(Problem(path, message))
