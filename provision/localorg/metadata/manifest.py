"""`package.xml` and the destructive manifests: which members of which types, at which API version."""

import re
from dataclasses import dataclass
from typing import Final

from provision.localorg.metadata import content, refusals
from provision.localorg.metadata.tree import Node

WILDCARD: Final = "*"
OLDEST: Final = 31
NEWEST: Final = 68
"""API versions served, first and last (Winter '27)."""

_VERSION: Final = re.compile(r"(\d{1,3})(\.0)?")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Members by type in file order; `version` is the major API version, None where the file names none."""

    types: tuple[tuple[str, tuple[str, ...]], ...]
    version: int | None

    def members(self) -> tuple[tuple[str, str], ...]:
        """Every (type, member) pair; a member may be the wildcard."""
        return tuple((name, member) for name, members in self.types for member in members)


def read(data: bytes) -> Manifest:
    """Read a `package.xml` or a destructive manifest (which usually names no version).

    Raises:
        Refusal: not a readable `Package`, or a version that is not served.

    """
    package = content.read(data, "Package", NEWEST)
    types = tuple(
        (entry["name"].strip(), tuple(member.strip() for member in entry.get("members", ())))
        for entry in package.get("types", ())
    )
    return Manifest(types, parse_version(package["version"]) if "version" in package else None)


def from_node(package: Node) -> Manifest:
    """The `unpackaged` part of a retrieve message; clients leave namespaces out here, so only local names count."""
    types = tuple(
        (entry.text_of("name"), tuple(member.text.strip() for member in entry.all("members")))
        for entry in package.all("types")
    )
    version = package.text_of("version")
    return Manifest(types, parse_version(version) if version else None)


def parse_version(text: str) -> int:
    """Major API version of `61.0` or `61`.

    Raises:
        Refusal: no version, or none of those served.

    """
    matched = _VERSION.fullmatch(text.strip())
    if not matched or not OLDEST <= int(matched[1]) <= NEWEST:
        raise refusals.BAD_VERSION.refuse(version=text.strip())
    return int(matched[1])


def write(manifest: Manifest) -> bytes:
    """The `package.xml` that a retrieve returns: types sorted by name, members before the name."""
    types = [{"members": list(members), "name": name} for name, members in sorted(manifest.types)]
    return content.write("Package", {"types": types, "version": f"{manifest.version or NEWEST}.0"})
