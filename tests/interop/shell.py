"""A user's shell beside `provision local serve`: what it prints there is pasted here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.interop import clients
from tests.localorg.serving.running import START_SECONDS, start

LAST_LINE = "Ctrl-C stops the server."
SETS_UP = "In another shell, after: "


@dataclass
class Shell:
    """Runs lines in a folder; a home of its own keeps the user's logins and settings out."""

    folder: Path
    home: Path
    recipes: dict[str, str]
    """Client and what the server printed for it; under `environment` the line that all others want first."""
    paths: list[str] = field(default_factory=list)

    def run(self, line: str) -> str:
        """Run a line that must succeed, in the environment that the server's own line makes; returns its output."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SF_", "SFDX_"))}
        paths = os.pathsep.join([*self.paths, str(Path(sys.executable).parent), kept["PATH"]])
        done = subprocess.run(
            ["bash", "-euc", f"{self.recipes['environment']}\n{line}"],
            cwd=self.folder, env={**kept, **clients.QUIET, "HOME": str(self.home), "PATH": paths},
            capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def json(self, line: str) -> Any:
        """Run a command of `provision` or `sf`; returns its result."""
        return json.loads(self.run(f"{line} --json"))["result"]


@contextmanager
def beside_the_server(folder: Path, *arguments: str) -> Iterator[Shell]:
    """Serve the local orgs of the set-up in `folder` and open a shell in it."""
    process = start(folder, *arguments)
    assert process.stdout is not None
    try:
        printed = []
        for line in process.stdout:
            printed.append(line.rstrip("\n"))
            if printed[-1] == LAST_LINE:
                break
        else:
            raise AssertionError(f"the server ended: {process.communicate()[1]}")
        home = folder / "home"
        home.mkdir(exist_ok=True)
        yield Shell(folder, home, _recipes(printed))
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def _recipes(printed: list[str]) -> dict[str, str]:
    [sets_up] = [line for line in printed if line.startswith(SETS_UP)]
    rest = printed[printed.index(sets_up) + 1 : -1]
    named = (line.strip().split("  ", 1) for line in rest)
    return {"environment": sets_up.removeprefix(SETS_UP)} | {name: recipe.strip() for name, recipe in named}
