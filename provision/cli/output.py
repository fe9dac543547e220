"""Results on stdout, everything else on stderr, as text for people or as one JSON document for scripts."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from provision.errors import ProvisionError


@dataclass
class Output:
    """How this run speaks."""

    as_json: bool = False
    quiet: bool = False
    debug: bool = False
    color: bool | None = None
    """`False` for none; otherwise each stream decides."""
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def early(cls, arguments: Sequence[str], environ: Mapping[str, str]) -> Output:
        """Return how to speak of errors that come before the options are parsed."""
        as_json = "--json" in arguments or environ.get("SF_CONTENT_TYPE", "").upper() == "JSON"
        return cls(as_json=as_json, debug="--debug" in arguments, color=False if "--no-color" in arguments else None)

    def result(self, result: Any, text: Iterable[str], *, status: int = 0) -> None:
        """Print a success: the envelope around `result`, or the lines of `text`."""
        if self.as_json:
            self.envelope({"status": status, "result": result, "warnings": self.warnings})
        else:
            self.lines(text)

    def envelope(self, document: Mapping[str, Any]) -> None:
        """Print the one JSON document."""
        self.lines([json.dumps(document, indent=2, ensure_ascii=False, default=str)])

    def lines(self, text: Iterable[str]) -> None:
        """Print lines of the result; a reader that went away has read all it wanted."""
        try:
            for line in text:
                print(line)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def say(self, line: str) -> None:
        """Tell people something beside the result."""
        if not self.quiet and not self.as_json:
            to_people(line)

    def warn(self, line: str) -> None:
        """Warn: in the envelope, or on stderr."""
        self.warnings.append(line)
        if not self.as_json:
            to_people(f"{self.style('Warning:', '33', sys.stderr)} {line}")

    def style(self, text: str, code: str, stream: TextIO | None) -> str:
        """Return `text` in an SGR style where the stream takes colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colored(stream) else text

    def _colored(self, stream: TextIO | None) -> bool:
        if stream is None:  # closed by whoever started us
            return False
        if self.color is False:
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return stream.isatty()


def to_people(line: str) -> None:
    """Print a line to stderr; the work goes on where nobody reads it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(line, file=sys.stderr, flush=True)


def show_error(output: Output, problem: ProvisionError, cause: BaseException | None = None) -> int:
    """Print an error the way the run speaks and return its exit code."""
    if output.debug:
        traceback.print_exception(cause or problem, file=sys.stderr)
    if output.as_json:
        output.envelope(error_document(problem, output.warnings))
    else:
        print_error(output, problem)
    return problem.exit_code


def error_document(problem: ProvisionError, warnings: Sequence[str] = (), result: Any = None) -> dict[str, Any]:
    """Return the failure envelope."""
    return {
        "status": problem.exit_code,
        "name": type(problem).__name__.lstrip("_"),
        "code": problem.code.value,
        "message": problem.summary if problem.detail is None else f"{problem.summary}\n{problem.detail}",
        "exitCode": problem.exit_code,
        "actions": list(problem.remedy),
        "context": problem.context,
        "result": result,
        "warnings": list(warnings),
    }


def print_error(output: Output, problem: ProvisionError) -> None:
    """Print an error for people: what, why, and what to try."""
    head = output.style(f"Error ({problem.code}):", "31;1", sys.stderr)
    to_people(f"{head} {problem.summary}")
    if problem.detail:
        for line in problem.detail.splitlines():
            to_people(f"  {line}")
    if problem.remedy:
        to_people("\nTry this:")
        for action in problem.remedy:
            to_people(f"  {action}")
