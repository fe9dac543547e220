"""A ConnectedApp as an External Client App: the same definition in the words of the other family. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from provision.apps.conversion_table import (
    ENTRIES,
    NO_EQUIVALENT,
    NOT_CARRIED,
    RENAMED,
    TRANSLATED,
    Place,
)
from provision.apps.conversion_values import Doubt, Lost, PermissionSets, Put, Step, texts, translated
from provision.apps.external_client_app_family import (
    APPLICATION,
    BESIDE_OAUTH,
    CANVAS_SETTINGS,
    GLOBAL_OAUTH_SETTINGS,
    OAUTH_POLICIES,
    OAUTH_SETTINGS,
    PARENT,
    POLICIES,
    SAML_POLICIES,
    SUFFIXES,
    full_name_in,
)
from provision.metadata.schema import type_of, version_number
from provision.model.metadata import Document, Value

_PLUGINS: Mapping[str, tuple[str, str]] = {
    "oauthConfig": (OAUTH_SETTINGS, "isOauthPluginEnabled"),
    "samlConfig": (SAML_POLICIES, "isSamlPluginEnabled"),
    "canvasConfig": (CANVAS_SETTINGS, "isCanvasPluginEnabled"),
}
"""What a ConnectedApp may be: the member that stands for it, and the switch that turns it on."""


@dataclass(frozen=True)
class Moved:
    """An element that was taken over."""

    path: str
    type: str
    element: str


@dataclass(frozen=True)
class LeftOut:
    """An element, or one value of it, that was not taken over; and why."""

    path: str
    value: str
    reason: str


@dataclass(frozen=True)
class ToCheck:
    """An element that was taken over in a way that a person should look at."""

    path: str
    text: str


@dataclass(frozen=True)
class Conversion:
    """An External Client App, and what became of every element of the ConnectedApp."""

    name: str
    members: tuple[tuple[str, Document], ...]
    """Full name and content of each component."""
    moved: tuple[Moved, ...]
    left_out: tuple[LeftOut, ...]
    to_check: tuple[ToCheck, ...]


def converted(
    document: Document, name: str, *, api_version: str, permission_sets: PermissionSets | None = None
) -> Conversion:
    """Return the External Client App `name` that does what the ConnectedApp in `document` does.

    `permission_sets` holds API names by label. Consumer key and secret are left behind: the new app has its own.
    """
    draft = _Draft(name, version_number(api_version), _types(document, version_number(api_version)))
    for path, value in _leaves(document.fields):
        draft.take(path, value, _steps(path, value, permission_sets or {}))
    if "oauthConfig" in document.fields and all(one.element != "isPkceRequired" for one in draft.moved):
        draft.to_check.append(ToCheck("oauthConfig.isPkceRequired", _PKCE))
    draft.join_run_as()
    draft.turn_on(part for part in _PLUGINS if part in document.fields)
    return draft.conversion()


def spoken(path: str, value: Value) -> str:
    """Return a value as people are shown it: shortened, and a secret not at all."""
    if path.endswith("consumerSecret"):
        return "(sensitive value)"
    text = value if isinstance(value, str) else ", ".join(texts(value)) or "(elements)"
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"


_SHOWN = 60
_TRUE = frozenset({"true", "1"})
_PKCE = "it is not said: an External Client App asks browser flows for PKCE unless it is told not to"


_FLOW, _RUN_AS = "isClientCredentialsFlowEnabled", "clientCredentialsFlowUser"


class _Draft:
    """An External Client App that is being put together."""

    def __init__(self, name: str, version: int, types: tuple[str, ...]) -> None:
        self._name = name
        self._version = version
        self._fields: dict[str, dict[str, Value]] = {type_name: _start(type_name, name) for type_name in types}
        self.moved: list[Moved] = []
        self.left_out: list[LeftOut] = []
        self.to_check: list[ToCheck] = []

    def take(self, path: str, value: Value, steps: Iterator[Step]) -> None:
        """Take an element over; what has no place is left out, unless another of its places has it."""
        unfit: list[str] = []
        before = len(self.moved)
        for step in steps:
            if isinstance(step, Doubt):
                self.to_check.append(ToCheck(path, step.text))
            elif isinstance(step, Lost):
                self.left_out.append(LeftOut(path, step.value, step.reason))
            elif (reason := _unfit(step, self._fields, self._version)) is not None:
                unfit.append(reason)
            else:
                _put(self._fields, step)
                self.moved.append(Moved(path, *step.place))
        if unfit and len(self.moved) == before:
            self.left_out.append(LeftOut(path, spoken(path, value), unfit[0]))

    def join_run_as(self) -> None:
        """Make client credentials and their run-as user go together, as orgs insist on."""
        policies = self._fields.get(OAUTH_POLICIES, {})
        flow = policies.get(_FLOW) in _TRUE
        user = policies.get(_RUN_AS)
        if flow and not user:
            policies[_FLOW] = "false"
            text = "the app has no run-as user: the flow is off in the OAuth policies until you name one"
            self.to_check.append(ToCheck("oauthConfig.isClientCredentialEnabled", text))
        if user and not flow:
            del policies[_RUN_AS]
            self.moved = [one for one in self.moved if one.element != _RUN_AS]
            path = "oauthConfig.oauthClientCredentialUser"
            reason = "client credentials are off in the Connected App"
            self.left_out.append(LeftOut(path, spoken(path, user), reason))

    def turn_on(self, parts: Iterable[str]) -> None:
        """Turn on what the app consists of."""
        for member, switch in (_PLUGINS[part] for part in parts):
            if member in self._fields and POLICIES in self._fields and _exists((POLICIES, switch), self._version):
                self._fields[POLICIES][switch] = "true"

    def conversion(self) -> Conversion:
        """Return the whole."""
        members = (
            (full_name_in({}, each, self._name), Document(each, fields)) for each, fields in self._fields.items()
        )
        return Conversion(self._name, tuple(members), tuple(self.moved), tuple(self.left_out), tuple(self.to_check))


def _types(document: Document, version: int) -> tuple[str, ...]:
    """Return the members that the app consists of: what it is not, it needs no member for."""
    parts = {part for part in _PLUGINS if part in document.fields}
    wanted = {APPLICATION, POLICIES, *(_PLUGINS[part][0] for part in parts)}
    if "oauthConfig" in parts:
        wanted |= {GLOBAL_OAUTH_SETTINGS, OAUTH_POLICIES}
    return tuple(name for name in (*SUFFIXES, *BESIDE_OAUTH) if name in wanted and _exists((name, ""), version))


def _start(type_name: str, name: str) -> dict[str, Value]:
    if type_name == APPLICATION:
        return {"distributionState": "Local", "isProtected": "false"}
    fields: dict[str, Value] = {PARENT: name, "label": full_name_in({}, type_name, name)}
    return {**fields, "isEnabled": "true"} if type_name == POLICIES else fields


def _leaves(fields: Mapping[str, Value], prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Yield every element that holds something, elements with a table entry of their own as a whole."""
    for tag, value in fields.items():
        path = f"{prefix}{tag}"
        if isinstance(value, Mapping) and path not in NO_EQUIVALENT:
            yield from _leaves(value, f"{path}.")
        elif value != ():
            yield path, value


def _steps(path: str, value: Value, permission_sets: PermissionSets) -> Iterator[Step]:
    if path in NOT_CARRIED:
        return
    if path in NO_EQUIVALENT:
        yield Lost(spoken(path, value), NO_EQUIVALENT[path])
    elif path in TRANSLATED:
        yield from translated(path, value, permission_sets)
    elif path in ENTRIES:
        for place, names in ENTRIES[path]:
            yield Put(place, _renamed(value, names))
    elif path in RENAMED:
        yield Put(RENAMED[path], value)
        if path in _DOUBTS:
            yield Doubt(_DOUBTS[path])
    else:
        yield Lost(spoken(path, value), "it is no element of a ConnectedApp that is known here")


_DOUBTS: Mapping[str, str] = {
    "oauthConfig.assetTokenConfig.assetSigningCertId": "a ConnectedApp names the certificate by id, the family by name",
}


def _unfit(put: Put, made: Collection[str], version: int) -> str | None:
    """Say why a value cannot be written for that API version."""
    type_name, path = put.place
    if not _exists(put.place, version):
        return f"{type_name}.{path} does not exist in API version {version}.0"
    if type_name not in made:
        return f"the app has no {type_name} to hold it: it is no app of that kind"
    known = type_of(type_name)
    field = known.fields.get(path) if known is not None else None
    if field is None or field.values is None or not isinstance(put.value, str):
        return None
    allowed = {one.value for one in field.values if one.exists_in(version)}
    return None if put.value in allowed else f"{type_name}.{path} takes {', '.join(sorted(allowed))}"


def _exists(place: Place, version: int) -> bool:
    """Whether the API version has the type, and in it the element."""
    type_name, path = place
    known = type_of(type_name)
    if known is None or (known.since is not None and version < known.since):
        return False
    for tag in path.split(".") if path else ():
        field = known.fields.get(tag) if known is not None else None
        if field is None or not field.exists_in(version):
            return False
        known = type_of(field.type)
    return True


def _put(fields: dict[str, dict[str, Value]], put: Put) -> None:
    type_name, path = put.place
    *outer, last = path.split(".")
    target = fields[type_name]
    for tag in outer:
        inner = target.get(tag)
        target[tag] = target = dict(inner) if isinstance(inner, Mapping) else {}
    target[last] = put.value


def _renamed(value: Value, names: Mapping[str, str]) -> Value:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(
        {names[tag]: text for tag, text in item.items() if tag in names} for item in items if isinstance(item, Mapping)
    )
