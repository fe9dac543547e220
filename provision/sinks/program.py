"""A program that keeps secrets: the values go to its stdin as JSON, none of them to its arguments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from provision.errors import Code, Failed, Usage
from provision.sinks.values import Value

SECONDS = 300


def deliver(values: tuple[Value, ...], command: Sequence[str]) -> None:
    """Run `command`, without a shell, with one JSON object on its stdin; what it prints goes to stderr.

    Raises `Usage` where the program cannot be run, `Failed` (WRITE_FAILED) where it ends with another status than 0.
    """
    document = json.dumps({value.name: value.text.reveal() for value in values})
    try:
        done = subprocess.run(  # noqa: S603  # the user's own command, no shell
            command, input=document.encode(), stdout=sys.stderr.fileno(), timeout=SECONDS, check=False
        )
    except OSError as problem:
        raise Usage(
            Code.USAGE,
            f"{command[0]} cannot be run",
            detail=problem.strerror,
            remedy=("Check the name of the program after --",),
        ) from problem
    except subprocess.TimeoutExpired as problem:
        summary = f"{command[0]} did not end within {SECONDS} seconds"
        raise Failed(Code.WRITE_FAILED, summary, remedy=("Check what it waits for",)) from problem
    if done.returncode != 0:
        raise Failed(
            Code.WRITE_FAILED,
            f"{command[0]} ended with status {done.returncode}",
            remedy=("See what it said above", "Run the command again: nothing was changed here"),
        )
