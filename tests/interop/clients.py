"""Clients that others wrote, at the versions that were tested, installed once into a cache folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "provision-interop"

SALESFORCE_CLI = "2.146.3"
JSFORCE = "3.10.16"
SIMPLE_SALESFORCE = "1.12.10"
SHRINKWRAPPED = {"@jsforce/jsforce-node": "3.10.19", "undici": "7.28.0"}
"""What the CLI's own npm-shrinkwrap.json names and npm does not heed; the newer undici dies on Node.js 20."""

QUIET = {
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_DISABLE_AUTOUPDATE": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "SF_DISABLE_TELEMETRY": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "SF_USE_PROGRESS_BAR": "false",
}
"""Environment of a Salesforce CLI that calls nobody but the org and keeps what it stores below HOME."""


def salesforce_cli() -> Path:
    """Install the Salesforce CLI where it is not yet; returns the command `sf`."""
    wanted = {"@salesforce/cli": SALESFORCE_CLI}
    return _npm(f"salesforce-cli-{SALESFORCE_CLI}", wanted, SHRINKWRAPPED) / "node_modules/.bin/sf"


def jsforce() -> Path:
    """Install jsforce where it is not yet; returns the folder whose `node_modules` holds it."""
    return _npm(f"jsforce-{JSFORCE}", {"jsforce": JSFORCE}, {})


def simple_salesforce() -> Path:
    """Install simple-salesforce where it is not yet; returns the Python that has it."""

    def install(folder: Path) -> None:
        _run(sys.executable, "-m", "venv", folder)
        wanted = f"simple-salesforce=={SIMPLE_SALESFORCE}"
        _run(folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted)

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _once(f"simple-salesforce-{SIMPLE_SALESFORCE}-python-{version}", install) / "bin/python"


def _npm(name: str, wanted: Mapping[str, str], overrides: Mapping[str, str]) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"NPM IS NOT INSTALLED: nothing was tried with {' and '.join(wanted)}")

    def install(folder: Path) -> None:
        package = {"private": True, "dependencies": wanted, "overrides": overrides}
        (folder / "package.json").write_text(json.dumps(package))
        _run(npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

    return _once(name, install)


def _once(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache; what an interrupted installation left is thrown away."""
    folder = CACHE / name
    with _locked(CACHE / f"{name}.lock"):
        whole = folder / ".installed"
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            whole.touch()
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
