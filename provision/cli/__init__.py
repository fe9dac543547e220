"""The command line: the only code that imports click, prints or exits."""

from __future__ import annotations


def main() -> None:
    """Run the command and end the process with its exit code."""
    from provision.cli.root import run

    raise SystemExit(run())
