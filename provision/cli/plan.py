"""`provision plan`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.calls import make_call, open_store, show_results
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.plan_files import FILE, read_plan, save_plan
from provision.cli.progress import Progress
from provision.cli.tables import markdown_lines


@click.command()
@orgs
@apps
@click.option("--exit-code", is_flag=True, help="Exit 30 when changes are pending.")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="How to print it.")
@click.option("--out", type=FILE, metavar="FILE", help="Save the plan, for apply --plan; no secret is in it.")
@click.option("--show", type=FILE, metavar="FILE", help="Print a saved plan; no org is asked.")
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    exit_code: bool,
    form: str,
    out: Path | None,
    show: Path | None,
) -> int:
    """Show what apply would change, field by field. Reads, never writes.

    \b
    Examples:
      provision plan
      provision plan -o uat --exit-code
      provision plan -o uat --out uat.plan && provision apply --plan uat.plan
      provision plan --show uat.plan --format markdown
    """
    from provision.fleet import plan_all

    if show is not None:
        if org_names or app_names or all_orgs or out is not None:
            raise click.UsageError("--show prints a saved plan: leave out -o, -a, --all and --out")
        results = read_plan(show).orgs
    else:
        call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
        results = plan_all(call, open_store(call.settings), Progress(setup.output))
        if out is not None:
            save_plan(setup, out, results, call)
    pending = exit_code and any(result.outcomes for result in results)
    return show_results(
        setup, results, status=30 if pending else 0, lines=markdown_lines if form == "markdown" else None
    )
