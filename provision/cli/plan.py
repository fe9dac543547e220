"""`provision plan`."""

from __future__ import annotations

import click

from provision.cli.calls import make_call, open_store
from provision.cli.documents import plan_document
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
    from provision.notation import lines

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    plans = plan_all(call, open_store(call.settings), Progress(setup.output))
    text = (line for plan, _calls in plans for line in (f"{plan.org} ({plan.org_id})", *lines(plan)))
    setup.output.result({"orgs": [plan_document(plan, calls) for plan, calls in plans]}, text)
    return 30 if exit_code and any(plan.changes for plan, _calls in plans) else 0
