"""Where each type lives in a deployment zip: folder and file suffix."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import unquote

from provision.localorg import facts

SOURCE_SUFFIX: Final = "-meta.xml"
"""Source-format ending; files named so are deployed all the same (seen in published scripts)."""


_SETTINGS: Final = "Settings"


@dataclass(frozen=True, slots=True)
class Folder:
    """`<name>/<full name>.<suffix>` holds a component of `type`."""

    type: str
    name: str
    suffix: str

    def path(self, full_name: str) -> str:
        """File of a component, relative to the package."""
        return f"{self.name}/{full_name}.{self.suffix}"


@cache
def by_type() -> Mapping[str, Folder]:
    """Every known folder by the type name that `package.xml` uses."""
    known = facts.load("metadata_folders")["folders"]
    return {raw["type"]: Folder(raw["type"], raw["folder"], raw["suffix"]) for raw in known}


def locate(path: str) -> tuple[str, str] | None:
    """Type and full name of a file by its path within the package; None for files of no known type."""
    folder, _, file = path.partition("/")
    file = file.removesuffix(SOURCE_SUFFIX)
    for known in by_type().values():
        if known.name == folder and file.endswith(f".{known.suffix}"):
            return known.type, unquote(file.removesuffix(f".{known.suffix}"))
    return None


def root(type_name: str, full_name: str) -> str:
    """Root element of a component's file, which for settings names the settings: `SecuritySettings`."""
    return full_name + _SETTINGS if type_name == _SETTINGS else type_name
