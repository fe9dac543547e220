"""Component names and the files that carry them: `connectedApps/X.connectedApp`, `…/X.connectedApp-meta.xml`."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote

from provision.metadata.schema import schema
from provision.model.metadata import Component

_META = "-meta.xml"
_PLAIN = frozenset(" _-*/")
"""ASCII punctuation that full names keep; Salesforce writes all other as %28, %26, %2E …"""


def encoded(full_name: str) -> str:
    """Return a full name as it stands in package.xml and file names, for instance `Force%2Ecom - App`."""
    return "".join(
        character if character.isalnum() or character in _PLAIN or not character.isascii() else f"%{ord(character):02X}"
        for character in full_name
    )


def path_of(component: Component, form: Literal["mdapi", "source"], root: PurePosixPath) -> PurePosixPath:
    """Return where `component` belongs below `root`; raises `KeyError` for a type without a folder."""
    place = schema().files[component.type]
    name = encoded(component.full_name).replace("/", "%2F").replace("*", "%2A")
    return root / place.folder / f"{name}.{place.suffix}{_META if form == 'source' else ''}"


def component_at(path: PurePosixPath, content: bytes) -> Component | None:
    """Return the component in a file of either form, or `None` where folder or suffix are of no known type."""
    name = path.name.removesuffix(_META)
    type_name = _types_by_place().get((path.parent.name, name.rpartition(".")[2]))
    return Component(type_name, unquote(name.rpartition(".")[0]), content) if type_name else None


def is_known(file_name: str) -> bool:
    """Whether a file of this name holds a type that is known here: a component, a manifest or a list of deletions."""
    if file_name == "package.xml" or (file_name.startswith("destructiveChanges") and file_name.endswith(".xml")):
        return True
    stem, _, suffix = file_name.removesuffix(_META).rpartition(".")
    if suffix == schema().files["Settings"].suffix:
        return stem in schema().files["Settings"].members
    return any(suffix == place.suffix for place in schema().files.values())


@cache
def _types_by_place() -> dict[tuple[str, str], str]:
    return {(place.folder, place.suffix): name for name, place in schema().files.items()}
