"""The zip of a deploy, opened with care: limits first, names checked, nothing written to disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_ZIP_BYTES: Final = 39 * 1024 * 1024
"""Documented limit of the zip itself (50 MB as base64)."""
MAX_FILES: Final = 10_000
MAX_UNZIPPED_BYTES: Final = 64 * 1024 * 1024
"""Limit of all files together, unzipped. Salesforce documents 600 MB; the local org keeps files in memory."""

MANIFEST: Final = "package.xml"
DESTRUCTIVE: Final = ("destructiveChangesPre.xml", "destructiveChanges.xml", "destructiveChangesPost.xml")

_DAMAGES: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What the standard library raises for damaged zips; encrypted and exotic ones are RuntimeErrors too."""
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class BadZip(Exception):
    """The whole request fails: `code` and text go to `errorStatusCode` and `errorMessage` of the result."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Package:
    """One package of a zip: its files by path below `root` (empty, or a top folder with a trailing slash)."""

    root: str
    files: Mapping[str, bytes]


def unzip(data: bytes) -> Mapping[str, bytes]:
    """Files of a zip by path; folder entries are left out.

    Raises:
        BadZip: unreadable, encrypted, too large, too many files, or a path that leaves the package.

    """
    if len(data) > MAX_ZIP_BYTES:
        raise BadZip("LIMIT_EXCEEDED", f"Maximum size of the zip file is {MAX_ZIP_BYTES} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _check(entries)
            return {entry.filename: _read(archive, entry) for entry in entries}
    except _DAMAGES as error:
        raise BadZip("UNKNOWN_EXCEPTION", f"The zip file cannot be read: {error}") from None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of a file, never more than the size that was checked: reading without one inflates what is there."""
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def packages(files: Mapping[str, bytes], *, single: bool) -> tuple[Package, ...]:
    """Split a zip into packages: its root when `single`, otherwise one per top folder."""
    if single:
        return (Package("", files),)
    roots: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        top, slash, rest = path.partition("/")
        if slash:
            roots.setdefault(top + "/", {})[rest] = data
    return tuple(Package(root, content) for root, content in sorted(roots.items())) or (Package("", {}),)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise BadZip("INVALID_OPERATION", "Too many files in zip")
    if sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES:
        raise BadZip("LIMIT_EXCEEDED", f"Maximum size of the unzipped files is {MAX_UNZIPPED_BYTES} bytes.")
    for entry in entries:
        parts = entry.filename.split("/")
        if ".." in parts or "" in parts or "\\" in entry.filename or "\0" in entry.orig_filename:
            raise BadZip("INVALID_OPERATION", f"Invalid path in zip: {entry.filename}")
        if entry.compress_type not in _METHODS or entry.flag_bits & 1:
            raise BadZip("INVALID_OPERATION", f"Unsupported compression in zip: {entry.filename}")
