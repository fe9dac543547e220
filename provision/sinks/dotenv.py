"""A file of environment variables, for its owner alone."""

from __future__ import annotations

import shlex
from pathlib import Path

from provision.sinks.values import Value, variables
from provision.store.disk import write_bytes


def deliver(values: tuple[Value, ...], path: Path, prefix: str, *, replace: bool) -> None:
    """Write the file; raises `Usage` (FILE_EXISTS) where it is there and may not be replaced.

    Values are quoted as a shell reads them, a private key over several lines.
    """
    lines = (f"{name}={shlex.quote(text)}\n" for name, text in variables(values, prefix).items())
    write_bytes(path, "".join(lines).encode(), replace=replace)
