"""The command line: the only code that imports click, prints or exits."""

from __future__ import annotations


def main() -> None:
    """Run the command and end the process with its exit code; an interruption while it loads ends it quietly."""
    try:
        from provision.cli.root import INTERRUPTED, run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    try:
        code = run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    raise SystemExit(code)
