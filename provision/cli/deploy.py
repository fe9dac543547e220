"""`provision deploy`."""

from __future__ import annotations

import click

from provision.cli.calls import confirmer, loss_confirmer, make_call, open_store, show_results
from provision.cli.options import MINUTES, Setup, apps, common, orgs
from provision.cli.progress import Progress
from provision.errors import Code, Usage

TEST_LEVELS = ("NoTestRun", "RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests")


@click.command()
@orgs
@apps
@click.option("--dry-run", is_flag=True, help="Check only: validate in the org, change nothing.")
@click.option(
    "--wait", type=MINUTES, default=33.0, show_default=True, metavar="MINUTES", help="How long the deploy may take."
)
@click.option("--async", "asynchronous", is_flag=True, help="Start, print the id and return.")
@click.option("--resume", metavar="ID", help="Wait for a deploy that was started earlier.")
@click.option("--cancel", metavar="ID", help="Cancel a running deploy.")
@click.option("--test-level", type=click.Choice(TEST_LEVELS), help="Default: none is sent.")
@click.option(
    "--confirm", multiple=True, metavar="NAME", help="Confirm changes to a production org, or closing an app."
)
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    dry_run: bool,
    wait: float,
    asynchronous: bool,
    resume: str | None,
    cancel: str | None,
    test_level: str | None,
    confirm: tuple[str, ...],
) -> int:
    """Deploy only the metadata part: permission sets and apps.

    \b
    Examples:
      provision deploy --dry-run
      provision deploy -o uat --async
      provision deploy -o uat --resume 0Af…
    """
    from provision.acts.deploy import Deployment
    from provision.cli.deployments import follow
    from provision.fleet import run_all
    from provision.model.deployment import DeployOptions
    from provision.stages import Order, Part

    if sum(map(bool, (asynchronous, resume, cancel))) > 1:
        raise Usage(Code.USAGE, "--async, --resume and --cancel exclude each other")
    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    if resume or cancel:
        return follow(setup, call, resume=resume, cancel=cancel, wait=wait)
    deployment = Deployment(DeployOptions(test_level=test_level), wait, asynchronous=asynchronous)
    order = Order(
        parts=frozenset({Part.KEYS, Part.METADATA}),
        dry_run=dry_run,
        deployment=deployment,
        confirm=confirmer(setup, org_names, confirm),
        confirm_loss=loss_confirmer(setup, confirm),
    )
    return show_results(setup, run_all(call, open_store(call.settings), order, Progress(setup.output)))
