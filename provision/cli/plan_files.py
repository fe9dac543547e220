"""Saved plans: written, read, and turned back into a call that is held to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from provision.cli.options import Setup
from provision.clock import SYSTEM
from provision.errors import Code, ProvisionError, Usage

if TYPE_CHECKING:
    from provision.fleet import Call
    from provision.model.result import OrgResult
    from provision.saved_plan import SavedPlan

FILE = click.Path(path_type=Path, dir_okay=False)


def save_plan(setup: Setup, path: Path, results: Sequence[OrgResult], call: Call) -> None:
    """Write plans to `path`, in place of an earlier plan but of nothing else; nothing where one of them failed."""
    from provision.saved_plan import saved_document
    from provision.store.disk import write_text

    failed = [result.org for result in results if result.error is not None]
    if failed:
        setup.output.warn(f"No plan was saved: {', '.join(failed)} could not be planned")
        return
    document = saved_document(results, call.apps, call.api_version, SYSTEM.now())
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_text(path, text, replace=_is_plan(path))
    setup.output.say(f"Saved as {path}: provision apply --plan {path} does exactly that, or refuses.")


def read_plan(path: Path) -> SavedPlan:
    """Return the plan in a file; raises `Usage` where there is none."""
    from provision.saved_plan import read_saved

    try:
        content = path.read_bytes()
    except OSError as problem:
        raise Usage(
            Code.PLAN_UNREADABLE,
            f"{path} cannot be read: {problem.strerror or type(problem).__name__}",
            remedy=("Make a plan: provision plan --out FILE",),
        ) from problem
    return read_saved(path, content)


def call_of_plan(setup: Setup, saved: SavedPlan, org_names: Sequence[str], app_names: Sequence[str]) -> Call:
    """Return the call that a plan was made by; raises `Usage` where the options say something else."""
    from provision.cli.calls import make_call
    from provision.fleet import Call

    planned = tuple(result.org for result in saved.orgs)
    if app_names or (org_names and set(org_names) != set(planned)):
        raise Usage(
            Code.USAGE,
            f"The plan is for {', '.join(planned)}, with the apps that it was made for",
            remedy=("Leave out -a, and -o but for naming a production org", "Or make another plan"),
        )
    call = make_call(setup, planned, ())
    if saved.api_version != call.api_version:
        raise Usage(
            Code.USAGE,
            f"The plan was made for API version {saved.api_version}, and now it is {call.api_version}",
            remedy=(f"--api-version {saved.api_version}", "Or make another plan"),
        )
    return Call(call.settings, planned, saved.apps, call.environ, call.api_version)


def _is_plan(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        read_plan(path)
    except ProvisionError as problem:
        return "another version" in problem.summary
    return True
