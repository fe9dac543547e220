"""From options to a call: settings, chosen orgs and apps, store; and from results to output and exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from provision.cli.documents import org_document
from provision.cli.options import Setup
from provision.cli.output import error_document, print_error
from provision.cli.tables import org_lines, plan_lines
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provision.cli.output import Output
    from provision.fleet import Call
    from provision.model.desired import App
    from provision.model.observed import Organization
    from provision.model.result import OrgResult
    from provision.plan import Plan
    from provision.settings.models import Settings
    from provision.store.protocol import Store

    Lines = Callable[[Output, OrgResult], Iterable[str]]


def make_call(setup: Setup, org_names: Sequence[str], app_names: Sequence[str], *, all_orgs: bool = False) -> Call:
    """Return what the options ask for; raises `Usage` for whatever does not exist.

    Warns of secrets that are written down in the settings and in files that they name.
    """
    from provision.fleet import Call
    from provision.given import secrets_in_files
    from provision.settings.metadata_secrets import secrets_written
    from provision.settings.select import select_apps, select_orgs

    settings = setup.settings()
    orgs = select_orgs(settings, org_names, all_orgs, setup.environ)
    apps = {org: select_apps(settings, org, app_names) for org in orgs}
    for line in (*secrets_written(settings), *secrets_in_files(settings)):
        setup.output.warn(line)
    return Call(settings, orgs, apps, setup.environ, setup.api_version(settings))


def version_alone(setup: Setup) -> str:
    """Return the API version for what needs no settings: theirs, where there are some."""
    from provision.settings.models import Settings

    try:
        return setup.api_version(setup.settings())
    except Usage as problem:
        if problem.code is not Code.SETTINGS_NOT_FOUND:
            raise
        return setup.api_version(Settings(version=1))


def open_store(settings: Settings) -> Store:
    """Return the store of the settings."""
    from provision.signers.devices import Devices
    from provision.store.file import FileStore

    return FileStore(settings.store_path, devices=Devices(settings.signer_specs(), os.environ))


def confirmer(setup: Setup, named: Sequence[str], confirmed: Sequence[str]) -> Callable[[Organization, Plan], None]:
    """Return what stops a write to production that was not asked for by name."""

    def confirm(organization: Organization, plan: Plan) -> None:
        planned = plan_lines(plan.org, plan.org_id, plan.changes)
        confirm_production(setup, Production(plan.org, organization, named, confirmed), planned)

    return confirm


@dataclass(frozen=True)
class Production:
    """An org that is about to be changed, and what was said of it on the command line."""

    org: str
    organization: Organization
    named: Sequence[str]
    confirmed: Sequence[str]


def confirm_production(setup: Setup, write: Production, planned: Iterable[str]) -> None:
    """Raise `Usage` for a write to production that was not asked for by name; `planned` is shown before asking."""
    org = write.org
    if not write.organization.is_production:
        return
    if org not in write.named:
        raise Usage(
            Code.PRODUCTION_NOT_NAMED,
            f"{org} is a production org ({write.organization.name}) and was not named",
            remedy=(f"Name it: -o {org} --confirm {org}",),
        )
    if org in write.confirmed:
        return
    for line in planned if setup.may_prompt else ():
        setup.output.say(line)
    if setup.may_prompt and click.prompt(f"Type {org} to change production", err=True) == org:
        return
    raise Usage(
        Code.CONFIRMATION_REQUIRED,
        f"Changes to the production org {org} have to be confirmed",
        detail="Nothing was changed.",
        remedy=(f"Run it again with --confirm {org}",),
    )


def loss_confirmer(setup: Setup, confirmed: Sequence[str]) -> Callable[[App, tuple[str, ...]], None]:
    """Return what stops a change that takes an app away from people who use it."""

    def confirm(app: App, usernames: tuple[str, ...]) -> None:
        if not usernames or app.key in confirmed:
            return
        for username in usernames:
            setup.output.say(f"  {username} uses {app.label} and would no longer be let in")
        if setup.may_prompt and click.prompt(f"Type {app.key} to close it to them", err=True) == app.key:
            return
        raise Usage(
            Code.CONFIRMATION_REQUIRED,
            f"{len(usernames)} users of {app.label} would lose access to it",
            detail="\n".join(usernames),
            remedy=(
                f"Assign {app.access.name} to those who are to keep it",
                f"Or run it again with --confirm {app.key}, which closes it to the others",
            ),
            context={"usernames": list(usernames)},
        )

    return confirm


def show_results(setup: Setup, results: Sequence[OrgResult], *, status: int = 0, lines: Lines | None = None) -> int:
    """Print the results of a run and return the exit code: `status` where all went well.

    `lines` says how one result reads as text.
    """
    from provision.fleet import overall

    lines = lines or org_lines
    for finding in (finding for result in results for finding in result.findings):
        if finding.severity != "note":
            setup.output.warn(finding.summary + (f": {finding.remedy}" if finding.remedy else ""))
    problem = overall(results)
    document = {"orgs": [org_document(result) for result in results]}
    if problem is None:
        text = (line for result in results for line in lines(setup.output, result))
        setup.output.result(document, text, status=status)
        return status
    if setup.output.as_json:
        setup.output.envelope(error_document(problem, setup.output.warnings, document))
        return problem.exit_code
    for result in results:
        setup.output.lines(lines(setup.output, result))
        if result.error is not None:
            print_error(setup.output, result.error)
    if len(results) > 1:
        print_error(setup.output, problem)
    return problem.exit_code
