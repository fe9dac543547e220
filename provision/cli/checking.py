"""`provision render --check`: judges metadata files of any author."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from provision import __version__
from provision.cli.options import Setup
from provision.cli.output import error_document
from provision.errors import Code, Failed, Usage


def check_files(setup: Setup, files: Sequence[Path], sarif: Path | None) -> int:
    """Print what is found in the files, and return 1 where anything is an error."""
    from provision.clock import SYSTEM
    from provision.metadata.lint import lint
    from provision.metadata.report import as_json, as_sarif, as_text
    from provision.store.disk import write_text

    if not files:
        raise Usage(Code.USAGE, "--check needs files", remedy=("provision render --check FILE…",))
    version = _api_version(setup)
    now = SYSTEM.now()
    found = [item for file in files for item in lint(str(file), file.read_bytes(), api_version=version, now=now)]
    if sarif is not None:
        write_text(sarif, json.dumps(as_sarif(found, tool_version=__version__), indent=2) + "\n", replace=True)
    errors = sum(item.severity == "error" for item in found)
    document = {"files": len(files), "findings": as_json(found)}
    counted = f"{len(files)} files, {errors} errors, {len(found) - errors} other findings"
    if errors and setup.output.as_json:
        problem = Failed(Code.METADATA_INVALID, counted)
        setup.output.envelope(error_document(problem, setup.output.warnings, document))
    else:
        setup.output.result(document, [line for line in (as_text(found).rstrip(), counted) if line])
    return 1 if errors else 0


def _api_version(setup: Setup) -> str:
    """Return the version to judge by; files can be checked where there are no settings."""
    from provision.settings.models import Settings

    try:
        return setup.api_version(setup.settings())
    except Usage as problem:
        if problem.code is not Code.SETTINGS_NOT_FOUND:
            raise
        return setup.api_version(Settings(version=1))
