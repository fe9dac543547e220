"""`provision plan`."""

from __future__ import annotations

import click

from provision.cli.calls import make_call, open_store, show_results
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.progress import Progress


@click.command()
@orgs
@apps
@click.option("--exit-code", is_flag=True, help="Exit 30 when changes are pending.")
@common
def command(
    setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool, exit_code: bool
) -> int:
    """Show what apply would change, field by field. Reads, never writes.

    \b
    Examples:
      provision plan
      provision plan -o uat --exit-code
    """
    from provision.fleet import plan_all

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    results = plan_all(call, open_store(call.settings), Progress(setup.output))
    pending = exit_code and any(result.outcomes for result in results)
    return show_results(setup, results, status=30 if pending else 0)
