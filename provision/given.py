"""Files that the settings name: read, and taken for whatever the settings leave open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from provision.apps import connected_app
from provision.apps.connected_app_file import NotUnderstood, said
from provision.errors import Code, Failed
from provision.metadata.exposure import secrets
from provision.metadata.parse import parse
from provision.metadata.place import located
from provision.metadata.rules import RULES
from provision.model.desired import App, Desired, PermissionSet
from provision.model.metadata import Document
from provision.settings.desired import access_set
from provision.settings.models import Settings
from provision.settings.problem import Problem, invalid, quoted

Key: TypeAlias = tuple[str, str]
"""Section of the settings and name there, for instance `("apps", "billing-sync")`."""

_TYPES: Mapping[str, str] = {"apps": connected_app.TYPE, "permission_sets": "PermissionSet"}


@dataclass(frozen=True)
class GivenFile:
    """A file that the settings name."""

    name: str
    """As it stands in the settings."""
    content: bytes = field(repr=False)
    document: Document = field(repr=False)

    def place(self, path: str) -> str:
        """Return `file:line:column` of an element; raises `KeyError` for one that is not there."""
        [found] = (place for place in located(self.content) if place.path == path)
        return f"{self.name}:{found.line}:{found.column}"


def with_files(wanted: Desired, settings: Settings) -> Desired:
    """Return `wanted` with what the named files say wherever the settings say nothing.

    Raises `Usage` (SETTINGS_INVALID) for files and folders that are not there and for what neither settings nor file
    say, and `Failed` (METADATA_INVALID) with `file:line:column` for a file that is none of its type.
    """
    if settings.templates_path is not None and not settings.templates_path.is_dir():
        message = f"no folder is there ({settings.templates_path})"
        raise invalid(settings.origin, [Problem(("templates",), message, value=quoted(settings.templates or ""))])
    keys = [("apps", app.key) for app in wanted.apps]
    keys += [("permission_sets", item.name) for item in wanted.permission_sets]
    files = _read(settings, keys)
    lacking = [problem for key, file in files.items() for problem in _lacking(settings, key, file)]
    if lacking:
        raise invalid(settings.origin, lacking)
    return replace(
        wanted,
        apps=tuple(_app(app, settings, files.get(("apps", app.key))) for app in wanted.apps),
        permission_sets=tuple(
            _permission_set(item, settings, files.get(("permission_sets", item.name)))
            for item in wanted.permission_sets
        ),
    )


def secrets_in_files(settings: Settings) -> Iterator[str]:
    """Yield a line for each secret that stands in a named file; raises what `with_files` does for unreadable ones."""
    keys = [(section, name) for section in _TYPES for name in getattr(settings, section)]
    for file in _read(settings, keys).values():
        for problem in secrets(file.document.fields):
            yield f"{file.place(problem.path)}: {problem.message}. {RULES[problem.rule].remedy}."


def _read(settings: Settings, keys: Collection[Key]) -> dict[Key, GivenFile]:
    contents: dict[Key, tuple[str, bytes]] = {}
    problems: list[Problem] = []
    for section, name in keys:
        file: str | None = getattr(settings, section)[name].file
        if file is None:
            continue
        try:
            contents[section, name] = file, (settings.file.parent / file).read_bytes()
        except OSError as error:
            reason = f"cannot be read: {error.strerror or type(error).__name__}"
            problems.append(Problem((section, name, "file"), reason, value=quoted(file)))
    if problems:
        raise invalid(settings.origin, problems)
    return {key: _parsed(file, content, _TYPES[key[0]]) for key, (file, content) in contents.items()}


def _parsed(file: str, content: bytes, type_name: str) -> GivenFile:
    try:
        document = parse(content, type_name)
    except Failed as error:
        line, column = error.context.get("line", 1), error.context.get("column", 1)
        raise _invalid(f"{file}:{line}:{column}", error.context.get("reason", error.summary)) from None
    fields = {name: value for name, value in document.fields.items() if name != "fullName"}
    return GivenFile(file, content, replace(document, fields=fields))


def _lacking(settings: Settings, key: Key, file: GivenFile) -> Iterator[Problem]:
    """What is required and neither written nor in the file."""
    section, name = key
    written = getattr(settings, section)[name]
    wanted = {"label": "label", "contact_email": "contactEmail"} if section == "apps" else {"label": "label"}
    for wanted_key, element in wanted.items():
        if wanted_key not in written.model_fields_set and not file.document.fields.get(element):
            yield Problem(
                (section, name, wanted_key), f"is required: {quoted(file.name)} has no {element}", at_key=True
            )


def _app(app: App, settings: Settings, file: GivenFile | None) -> App:
    if file is None:
        return app
    written = settings.apps[app.key]
    try:
        found = said(file.document)
    except NotUnderstood as error:
        raise _invalid(file.place(error.path), str(error)) from None
    policy = {name: value for name, value in found.policy.items() if name not in written.policy.model_fields_set}
    fields = {name: value for name, value in found.app.items() if name not in written.model_fields_set}
    silent = app.defaulted - set(fields) - set(policy)
    full = replace(app, policy=replace(app.policy, **policy), defaulted=silent, **fields)
    return replace(
        full,
        access=app.access if app.access.existing else access_set(app.access.name, full.label),
        given=_kept(file.document, written.model_fields_set | written.policy.model_fields_set, full),
    )


def _kept(document: Document, written: Collection[str], app: App) -> Document:
    """Return the file without what the settings replace as a whole and without what is not to be sent."""
    fields = dict(connected_app.without_credentials(document).fields)
    oauth = fields.get("oauthConfig")
    if "scopes" in written and isinstance(oauth, Mapping):
        fields["oauthConfig"] = {name: value for name, value in oauth.items() if name != "scopes"}
    if "permitted_users" in written and app.policy.permitted_users == "all":
        fields = {name: value for name, value in fields.items() if name not in {"permissionSetName", "profileName"}}
    return replace(document, fields=fields)


def _permission_set(item: PermissionSet, settings: Settings, file: GivenFile | None) -> PermissionSet:
    if file is None:
        return item
    written = settings.permission_sets[item.name].model_fields_set
    found = {name: file.document.fields.get(name) for name in ("label", "license")}
    fields: dict[str, Any] = {name: value for name, value in found.items() if value and name not in written}
    return replace(item, given=file.document, **fields)


def _invalid(place: str, reason: str) -> Failed:
    return Failed(
        Code.METADATA_INVALID,
        f"{place}: {reason}",
        remedy=("Correct the file at the place named", "provision render --check FILE tells everything about it"),
        context={"place": place},
    )
