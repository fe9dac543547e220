"""The root command, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from provision import __version__
from provision.cli.lazy import LazyGroup
from provision.cli.output import Output, show_error
from provision.errors import Bug, Code, ProvisionError, Usage

INTERRUPTED = 130
TERMINATED = 143

COMMANDS = {
    "init": ("provision.cli.init", "Write a commented provision.yaml that works at once."),
    "plan": ("provision.cli.plan", "Show what apply would change, field by field."),
    "apply": ("provision.cli.apply", "Set everything up and prove that it works."),
    "verify": ("provision.cli.verify", "Prove each grant with a real token."),
    "status": ("provision.cli.status", "Apps and orgs at a glance: certificates, last proof, drift."),
    "import": ("provision.cli.import_app", "Adopt an app that is in an org, with its user and permission sets."),
    "destroy": ("provision.cli.destroy", "Take down what apply made, in reverse order."),
    "keys": ("provision.cli.keys", "Key pairs: generate, import, request certificates, check, retire."),
    "rotate": ("provision.cli.rotate", "Replace certificates and secrets: staged, proven, reversible."),
    "render": ("provision.cli.render", "Write the metadata as files; no org needed."),
    "convert": ("provision.cli.convert", "A Connected App as an External Client App definition."),
    "export": ("provision.cli.export", "Hand the credentials to a pipeline or a store of secrets."),
    "deploy": ("provision.cli.deploy", "Deploy only the metadata part."),
    "assign": ("provision.cli.assign", "Only users, licences and permission sets."),
    "doctor": ("provision.cli.doctor", "Check machine and org: one line a check, and what to do about it."),
    "explain": ("provision.cli.explain", "Explain an error of Salesforce: causes, how to tell, what to change."),
    "org": ("provision.cli.org", "Show how each org is reached."),
    "local": ("provision.cli.local", "The local org: serve, show or reset it, read its log."),
    "config": ("provision.cli.config", "Show every effective value and where it came from."),
}

EPILOG = """\b
Environment variables:
  SF_TARGET_ORG        org to use where -o is not given
  SF_ORG_API_VERSION   API version where --api-version is not given
  SF_ACCESS_TOKEN      admin session for orgs with the source access-token
  NO_COLOR             no colours; FORCE_COLOR forces them

\b
Exit codes:
  0 done   1 failed   2 wrong flags or configuration   10 a bug
  20 Salesforce unreachable or a server error   30 changes pending or due
  68 partial success   69 still running   130 interrupted   143 terminated
"""


@click.group(
    cls=LazyGroup,
    commands_in=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, prog_name="provision")
def root() -> None:
    """Safe server-to-server access to a Salesforce org: set up and proven.

    \b
    Examples:
      provision init
      provision plan -o local-legacy
      provision apply -o uat
    """


def run(args: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    arguments = list(sys.argv[1:] if args is None else args)
    output = Output.early(arguments, os.environ)
    try:
        return int(root.main(arguments, prog_name="provision", standalone_mode=False, obj=output) or 0)
    except click.exceptions.NoArgsIsHelpError as problem:
        output.say(problem.format_message())
        return problem.exit_code
    except (Exception, KeyboardInterrupt) as problem:  # noqa: BLE001  # whatever is left becomes a readable report
        return show_error(output, _as_error(problem), problem)


def _as_error(problem: BaseException) -> ProvisionError:
    if isinstance(problem, ProvisionError):
        return problem
    if isinstance(problem, click.UsageError):
        return _usage(problem)
    if isinstance(problem, click.Abort | KeyboardInterrupt):
        return _interrupted()
    return _bug(problem)


def _usage(problem: click.UsageError) -> ProvisionError:
    path = problem.ctx.command_path if problem.ctx else "provision"
    return Usage(Code.USAGE, problem.format_message().rstrip("."), remedy=(f"{path} --help",))


class _Interrupted(ProvisionError):
    exit_code = INTERRUPTED


def _interrupted() -> ProvisionError:
    return _Interrupted(Code.INTERRUPTED, "Interrupted", remedy=("Run the command again: finished steps are kept",))


def _bug(problem: BaseException) -> ProvisionError:
    return Bug(
        Code.BUG,
        f"A bug in provision: {type(problem).__name__}",
        detail=str(problem) or None,
        remedy=("Report it with the traceback that --debug shows",),
    )


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)
