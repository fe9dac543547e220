"""Lints metadata files of any author: what a deploy would refuse, and what one would not want deployed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from provision.errors import Failed
from provision.metadata.check import check
from provision.metadata.exposure import exposures
from provision.metadata.layout import layout
from provision.metadata.lint_certificate import certificates
from provision.metadata.parse import parse
from provision.metadata.place import located
from provision.metadata.problem import Problem, Severity, below, nth
from provision.metadata.rules import RULES, broken
from provision.metadata.schema import schema
from provision.model.metadata import Document, Value

_VERSION = re.compile(r"[1-9][0-9]\.0\Z")


@dataclass(frozen=True)
class FileFinding:
    """One thing that the lint found in a file; `column` and `line` count from 1."""

    rule: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    remedy: str


def lint(file: str, content: bytes, *, api_version: str, now: datetime) -> tuple[FileFinding, ...]:
    """Return what is wrong with one metadata file, by place in the file.

    `file` is named in the findings and tells deletions from manifests; `now` (aware) is what certificates are judged
    by. Raises `ValueError` only for an `api_version` that is none.
    """
    try:
        document = parse(content)
        places = located(content)
    except Failed as error:
        line, column = error.context.get("line", 1), error.context.get("column", 1)
        return (_finding("not-well-formed", file, (line, column), error.context.get("reason", error.summary)),)
    problems = [
        *_file_name(file, document),
        *layout(places, document),
        *_manifest(file, document),
        *_schema(file, document, api_version),
        *certificates(document, now),
        *exposures(document),
    ]
    starts = {place.path: (place.line, place.column) for place in places}
    findings = [
        _finding(problem.rule, file, _start(starts, problem.path), problem.message, problem.severity)
        for problem in problems
    ]
    return tuple(sorted(findings, key=lambda one: (one.line, one.column, one.rule, one.message)))


def _finding(
    rule: str, file: str, start: tuple[int, int], message: str, severity: Severity | None = None
) -> FileFinding:
    known = RULES[rule]
    return FileFinding(rule, severity or known.severity, file, *start, message, known.remedy)


def _start(starts: Mapping[str, tuple[int, int]], path: str) -> tuple[int, int]:
    """Return where `path` stands, or else what encloses it."""
    while path not in starts and path:
        path = path.rpartition(".")[0]
    return starts[path]


def _schema(file: str, document: Document, api_version: str) -> Iterator[Problem]:
    deletion = _is_deletion(file)
    for problem in check(document, api_version):
        if not (deletion and problem.rule == "required" and problem.path == ""):
            yield problem


def _file_name(file: str, document: Document) -> Iterator[Problem]:
    name = PurePosixPath(file.replace("\\", "/")).name.removesuffix("-meta.xml")
    suffixes = {place.suffix: kind for kind, place in schema().files.items()}
    kind = suffixes.get(name.rpartition(".")[2])
    fits = kind in {None, document.type} or (kind == "Settings" and document.type.endswith("Settings"))
    if not fits:
        yield broken("file-name", "", f"a file of this name holds a {kind}, not a {document.type}")


def _manifest(file: str, document: Document) -> Iterator[Problem]:
    if document.type != "Package":
        return
    version = document.fields.get("version")
    if isinstance(version, str) and not _VERSION.match(version):
        yield broken("package-version", "version", f"{version!r} is no API version")
    if not _is_deletion(file):
        return
    for number, block in _numbered(document.fields.get("types", ())):
        members = block.get("members", ()) if isinstance(block, Mapping) else ()
        for member_number, member in _numbered(members):
            if member == "*":
                path = below(nth("types", number), nth("members", member_number))
                yield broken("deletion-wildcard", path, "a deletion takes no wildcard")


def _is_deletion(file: str) -> bool:
    return PurePosixPath(file.replace("\\", "/")).name.startswith("destructiveChanges")


def _numbered(value: Value) -> Iterable[tuple[int, Value]]:
    return enumerate(value, start=1) if isinstance(value, tuple) else ()
