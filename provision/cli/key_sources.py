"""Where a private key, its passphrase and its certificate are read from; never from the command line itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.acts.key_import import Given

STDIN = "-"
LONGEST_PATH = 1000
"""Whatever is longer is no file name but, by mistake, the key itself."""


def read_given(environ: Mapping[str, str], sources: Mapping[str, str | None]) -> Given:
    """Return what the options name: `key_file`, `key_env`, `certificate_file`, `certificate_env`, `passphrase_env`."""
    from provision.acts.key_import import Given
    from provision.model.secret import Secret

    if sources["key_file"] == sources["certificate_file"] == STDIN:
        raise Usage(
            Code.USAGE,
            "Key and certificate cannot both come from stdin",
            remedy=("Send both in one file: --key - finds the certificate beside the key",),
        )
    key = _read(environ, "--key", sources["key_file"], sources["key_env"])
    passphrase_env = sources["passphrase_env"]
    return Given(
        key=key,
        passphrase=Secret(_variable(environ, "--passphrase-env", passphrase_env)) if passphrase_env else None,
        certificate=_read(environ, "--certificate", sources["certificate_file"], sources["certificate_env"]),
    )


def _read(environ: Mapping[str, str], option: str, file: str | None, variable: str | None) -> bytes | None:
    if file is not None and variable is not None:
        raise Usage(Code.USAGE, f"{option} and {option}-env contradict each other", remedy=("Give one of them",))
    if variable is not None:
        return _variable(environ, f"{option}-env", variable).encode(errors="surrogateescape")
    if file is None:
        return None
    return sys.stdin.buffer.read() if file == STDIN else _file(option, file)


def _file(option: str, name: str) -> bytes:
    if "-----" in name or "\n" in name or len(name) > LONGEST_PATH:
        raise _not_a_name(option, "file")
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise Usage(
            Code.USAGE,
            f"{name} could not be read: {problem.strerror}",
            remedy=(f"Give {option} the name of a file that is there",),
        ) from problem


def _variable(environ: Mapping[str, str], option: str, name: str) -> str:
    if not name.isidentifier() or len(name) > LONGEST_PATH:
        raise _not_a_name(option, "variable")
    value = environ.get(name)
    if not value:
        raise Usage(
            Code.USAGE,
            f"The environment variable {name} is not set",
            remedy=(f"Set it, or name another one with {option}",),
        )
    return value


def _not_a_name(option: str, what: str) -> Usage:
    """Return an error that does not repeat what was given: it may be the secret itself."""
    return Usage(
        Code.USAGE,
        f"{option} takes the name of a {what}, not the content",
        detail="What was given is not repeated here. Others on this machine may have seen it in the list of processes.",
        remedy=(f"Keep the content in a {what} and give its name", "Where it was a key, replace that key"),
    )
