"""Components as packages: package.xml, the zip that a deploy takes and a retrieve gives, and files in a project.

Zips are deterministic: the same package gives the same bytes. Zips that come in are guarded against size and paths.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote

from provision.errors import Code, Failed
from provision.metadata.naming import component_at, encoded, path_of
from provision.metadata.parse import parse
from provision.metadata.render import render_with
from provision.model.metadata import Component, Document, Package, Value

MAX_ENTRIES = 10_000
"""Salesforce's own limit for the files of one deploy (Metadata API Developer Guide)."""
MAX_UNZIPPED_BYTES = 629_145_600
"""Salesforce's own limit, 600 MB (Metadata API Developer Guide)."""
MAX_ZIP_BYTES = 50 * 1024 * 1024
SOURCE_ROOT = PurePosixPath("force-app/main/default")

_PACKAGE = "package.xml"
_BEFORE = ("destructiveChangesPre.xml", "destructiveChanges.xml")
_AFTER = ("destructiveChangesPost.xml",)
_MODE = 0o100644 << 16
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
"""What `zipfile` raises for zips that are damaged, encrypted or compressed in a way it does not know."""


def package_xml(types: Mapping[str, Iterable[str]], api_version: str) -> bytes:
    """Return a package.xml; `*` stands for all members, without types it is the companion of a pure deletion."""
    fields: dict[str, Value] = {"types": _types(types), "version": api_version}
    document = Document("Package", {name: value for name, value in fields.items() if value})
    return render_with("package/package.xml.j2", document, api_version=api_version)


def destructive_changes(components: Iterable[tuple[str, str]], api_version: str) -> bytes:
    """Return a destructiveChanges file for (type, full name) pairs; raises `ValueError` for a wildcard."""
    types: dict[str, list[str]] = {}
    for type_name, full_name in components:
        if full_name == "*":
            raise ValueError("deletions name their components one by one; Salesforce takes no wildcard there")
        types.setdefault(type_name, []).append(full_name)
    document = Document("Package", {"types": _types(types)})
    return render_with("package/destructiveChanges.xml.j2", document, api_version=api_version)


def to_zip(package: Package) -> bytes:
    """Return the zip a deploy takes with `singlePackage`; the same package always gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(to_files(package, "mdapi").items()):
            entry = zipfile.ZipInfo(str(path), date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return buffer.getvalue()


def to_files(package: Package, form: Literal["mdapi", "source"]) -> dict[PurePosixPath, bytes]:
    """Return the package as files by relative path.

    `mdapi` is what a zip holds, package.xml and deletions included; `source` is the layout of a Salesforce DX
    project, where manifests are not kept and deletions stand under `manifest/`.
    """
    files = {
        path_of(component, form, SOURCE_ROOT if form == "source" else PurePosixPath()): component.content
        for component in package.components
    }
    if len(files) < len(package.components):
        raise ValueError("a package holds each component once")
    beside = PurePosixPath("manifest" if form == "source" else "")
    if form == "mdapi" or package.delete_before or package.delete_after:
        files[beside / _PACKAGE] = package_xml(_members(package), package.api_version)
    if package.delete_before:
        files[beside / _BEFORE[0]] = destructive_changes(package.delete_before, package.api_version)
    if package.delete_after:
        files[beside / _AFTER[0]] = destructive_changes(package.delete_after, package.api_version)
    return files


def from_zip(content: bytes) -> Package:
    """Return what a zip in mdapi form holds, with or without a folder such as `unpackaged/` around it.

    Raises `Failed` (`METADATA_INVALID`) for what is no such zip, is too large, or leaves its folder.
    """
    entries = _entries(content)
    if _PACKAGE not in entries:
        raise _refused("it has no package.xml")
    manifest = parse(entries.pop(_PACKAGE), "Package").fields
    version = manifest.get("version")
    before = [pair for name in _BEFORE for pair in _pairs(entries.pop(name, None))]
    after = [pair for name in _AFTER for pair in _pairs(entries.pop(name, None))]
    components = tuple(_component(path, data) for path, data in sorted(entries.items()))
    return Package(components, version if isinstance(version, str) else "", tuple(before), tuple(after))


def _component(path: str, content: bytes) -> Component:
    component = component_at(PurePosixPath(path), content)
    if component is None:
        raise _refused(f"{path} is not a component that is known here")
    return component


def _entries(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name, the folder around package.xml removed."""
    if len(content) > MAX_ZIP_BYTES:
        raise _refused(f"it has more than {MAX_ZIP_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {name: archive.read(name) for name in _guarded(archive)}
    except _DAMAGED as error:
        raise _refused(str(error) or type(error).__name__) from None
    around = next((name[: -len(_PACKAGE)] for name in files if name.endswith(f"/{_PACKAGE}")), "")
    if _PACKAGE in files or around.count("/") != 1:
        return files
    return {name.removeprefix(around): data for name, data in files.items()}


def _guarded(archive: zipfile.ZipFile) -> Iterator[str]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise _refused(f"it has more than {MAX_ENTRIES} files")
    if sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES:
        raise _refused(f"it has more than {MAX_UNZIPPED_BYTES} bytes unzipped")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise _refused("it holds a file twice")
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
            raise _refused(f"{name!r} leads out of its folder")
        yield name


def _members(package: Package) -> dict[str, list[str]]:
    def by_type(component: Component) -> str:
        return component.type

    groups = groupby(sorted(package.components, key=by_type), key=by_type)
    return {name: [component.full_name for component in group] for name, group in groups}


def _types(types: Mapping[str, Iterable[str]]) -> tuple[Value, ...]:
    blocks = ((name, sorted(set(members))) for name, members in sorted(types.items()))
    return tuple(
        {"members": tuple(encoded(one) for one in members), "name": name} for name, members in blocks if members
    )


def _pairs(content: bytes | None) -> Iterator[tuple[str, str]]:
    if content is None:
        return
    blocks = parse(content, "Package").fields.get("types", ())
    for block in blocks if isinstance(blocks, tuple) else ():
        if isinstance(block, Mapping):
            members = block.get("members", ())
            for member in members if isinstance(members, tuple) else ():
                yield str(block.get("name", "")), unquote(str(member))


def _refused(reason: str) -> Failed:
    return Failed(
        Code.METADATA_INVALID,
        f"The zip is not a metadata package: {reason}",
        remedy=("Check where the zip comes from",),
    )
