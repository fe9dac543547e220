"""Where every effective value comes from: a flag, else the environment, else the file, else the built-in default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from provision.errors import Code, Usage
from provision.settings.models import Settings
from provision.settings.problem import SENSITIVE, FileOrigin, Path, is_secret, path_text, quoted
from provision.settings.values import NEWEST_API, OLDEST_API, ApiVersion

_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE|CREDENTIAL|_KEY", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """Where a value comes from; `text` is `flag --api-version`, `environment SF_TARGET_ORG`, `provision.yaml:12:5`."""

    kind: Literal["flag", "environment", "file", "default"]
    text: str


@dataclass(frozen=True)
class Origin:
    """One effective value and where it comes from; a secret is not shown."""

    path: str
    value: str
    source: Source


@dataclass(frozen=True)
class Override:
    """A value that a flag or an environment variable may give instead of the file."""

    path: str
    flag: str | None
    variable: str
    sensitive: bool = False


API_VERSION = Override("defaults.api_version", "--api-version", "SF_ORG_API_VERSION")
OVERRIDES: tuple[Override, ...] = (
    Override("default_org", "--target-org", "SF_TARGET_ORG"),
    API_VERSION,
    Override("access_token", None, "SF_ACCESS_TOKEN", sensitive=True),
    Override("instance_url", None, "SF_ORG_INSTANCE_URL"),
    Override("audience", None, "SF_AUDIENCE_URL"),
)
"""The Salesforce CLI's own variables; the last three have no counterpart in the file."""


def origin(settings: Settings, flags: Mapping[str, str], environ: Mapping[str, str]) -> list[Origin]:
    """Return every effective value, in the order of the file; `flags` are those given, by long name with `--`."""
    given = {override.path: found for override in OVERRIDES if (found := _override(override, flags, environ))}
    rows = [given.pop(row.path, row) for row in _rows(settings)]
    return rows + list(given.values())


def api_version(settings: Settings, flags: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """Return the API version to use; raises `Usage` where flag or environment give one that is not supported."""
    given = _override(API_VERSION, flags, environ)
    if given is None:
        return settings.defaults.api_version
    try:
        return TypeAdapter(ApiVersion).validate_python(given.value)
    except ValidationError:
        raise Usage(
            Code.USAGE,
            f"{quoted(given.value)} is not a supported API version",
            detail=f"{given.source.text} gives it.",
            remedy=(f"Use one from {OLDEST_API}.0 to {NEWEST_API}.0",),
        ) from None


def _override(override: Override, flags: Mapping[str, str], environ: Mapping[str, str]) -> Origin | None:
    source = Source("environment", f"environment {override.variable}")
    value = environ.get(override.variable)
    if override.flag is not None and override.flag in flags:
        value, source = flags[override.flag], Source("flag", f"flag {override.flag}")
    if not value:
        return None
    return Origin(override.path, SENSITIVE if override.sensitive else value, source)


def _rows(settings: Settings) -> Iterator[Origin]:
    for path, value in _leaves(settings.model_dump(mode="json"), ()):
        yield _row(path, value, settings.origin)


def _row(path: Path, value: object, read: FileOrigin) -> Origin:
    at = read.places.values.get(path)
    if at is None:
        return Origin(path_text(path), _shown(value), Source("default", "default"))
    names = [name for known, names in read.variables.items() if known[: len(path)] == path for name in names]
    place = f"{read.file.name}:{at.line}:{at.column}"
    text = f"{place}, environment {', '.join(names)}" if names else place
    secret = is_secret(path) or any(_SECRET_NAME.search(name) for name in names)
    return Origin(path_text(path), SENSITIVE if secret else _shown(value), Source("file", text))


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Yield the values that are no mappings; a list is one value."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif value is not None:
        yield path, value


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
