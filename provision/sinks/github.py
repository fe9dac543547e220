"""GitHub Actions: secrets are masked in the log, then set as environment variables of the steps that follow.

Source: GitHub's documentation of workflow commands (`add-mask`) and environment files (`GITHUB_ENV`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from provision.errors import Code, Failed, Usage
from provision.sinks.values import Value, variables


def deliver(values: tuple[Value, ...], prefix: str, environ: Mapping[str, str], command: Callable[[str], None]) -> None:
    """Hand a workflow command for each line of a secret to `command`, then append all values to `$GITHUB_ENV`.

    Raises `Usage` outside a job: there, workflow commands would only show the secrets.
    """
    file = environ.get("GITHUB_ENV")
    if environ.get("GITHUB_ACTIONS") != "true" or not file:
        raise Usage(
            Code.USAGE,
            "This is no job of GitHub Actions",
            detail="GITHUB_ACTIONS and GITHUB_ENV are not set.",
            remedy=("Use --to dotenv:FILE elsewhere",),
        )
    for value in values:
        if not value.is_public:
            for line in _telling(value.text.reveal()):
                command(f"::add-mask::{_escaped(line)}")
    _append(Path(file), "".join(_entry(name, text) for name, text in variables(values, prefix).items()))


def _telling(text: str) -> Iterator[str]:
    """Yield the lines that give something away: the frame of a PEM does not."""
    return (line for line in map(str.strip, text.splitlines()) if line and not line.startswith("-----"))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _entry(name: str, text: str) -> str:
    """Return an entry between delimiters that no value can guess."""
    delimiter = f"provision_{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{text.removesuffix(chr(10))}\n{delimiter}\n"


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as problem:
        raise Failed(
            Code.DISK_FAILED,
            "GITHUB_ENV cannot be written",
            detail=problem.strerror,
            remedy=("Check the runner: the file belongs to the job",),
        ) from problem
