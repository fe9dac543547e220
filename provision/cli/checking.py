"""`provision render --check`: judges metadata files of any author."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from provision import __version__
from provision.cli.calls import version_alone
from provision.cli.options import Setup
from provision.cli.output import error_document
from provision.errors import Code, Failed, Usage

_FOREIGN_FOLDERS = frozenset({"node_modules", "__pycache__"})


def check_files(setup: Setup, paths: Sequence[Path], sarif: Path | None) -> int:
    """Print what is found in the files, and return 1 where anything is an error."""
    from provision.clock import SYSTEM
    from provision.metadata.lint import lint
    from provision.metadata.report import as_json, as_sarif, as_text
    from provision.store.disk import write_text

    files = [file for path in paths for file in _files(path)]
    if not files:
        raise _nothing(paths)
    version = version_alone(setup)
    now = SYSTEM.now()
    found = [item for file in files for item in lint(str(file), _read(file), api_version=version, now=now)]
    if sarif is not None:
        write_text(sarif, json.dumps(as_sarif(found, tool_version=__version__), indent=2) + "\n", replace=True)
    errors = sum(item.severity == "error" for item in found)
    document = {"files": len(files), "api_version": version, "findings": as_json(found)}
    counted = ", ".join(
        (_count(len(files), "file"), _count(errors, "error"), _count(len(found) - errors, "other finding"))
    )
    if errors and setup.output.as_json:
        problem = Failed(Code.METADATA_INVALID, counted, remedy=("See result.findings, each with its remedy",))
        setup.output.envelope(error_document(problem, setup.output.warnings, document))
    else:
        setup.output.result(document, [line for line in (as_text(found).rstrip(), counted) if line])
    return 1 if errors else 0


def _files(path: Path) -> Iterator[Path]:
    """Yield a file as it is, and of a folder every file whose name says that it is metadata known here."""
    from provision.metadata.naming import is_known

    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.iterdir()):
        if inner.is_dir():
            if not (inner.is_symlink() or inner.name.startswith(".") or inner.name in _FOREIGN_FOLDERS):
                yield from _files(inner)
        elif is_known(inner.name):
            yield inner


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Failed(
            Code.DISK_FAILED,
            f"{file} cannot be read",
            detail=problem.strerror,
            remedy=("Check the permissions of the file",),
        ) from problem


def _nothing(paths: Sequence[Path]) -> Usage:
    if not paths:
        return Usage(Code.USAGE, "--check needs files or folders", remedy=("provision render --check FILE…",))
    return Usage(
        Code.USAGE,
        f"There is no metadata file in {', '.join(map(str, paths))}",
        detail="In folders, files are recognised by their names, for instance X.connectedApp-meta.xml or package.xml.",
        remedy=("Name the files: provision render --check FILE…",),
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
