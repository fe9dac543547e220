"""`provision assign`."""

from __future__ import annotations

import click

from provision.cli.calls import confirmer, make_call, open_store, show_results
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.progress import Progress


@click.command()
@orgs
@apps
@click.option("--dry-run", is_flag=True, help="Show what would happen.")
@click.option("--confirm", multiple=True, metavar="NAME", help="Confirm changes to a production org by its name.")
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    dry_run: bool,
    confirm: tuple[str, ...],
) -> int:
    """Create users, give them licences and assign the permission sets that exist.

    \b
    Examples:
      provision assign -o uat
    """
    from provision.fleet import run_all
    from provision.stages import Order, Part

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    parts = frozenset({Part.USERS, Part.ASSIGNMENTS})
    order = Order(parts=parts, dry_run=dry_run, confirm=confirmer(setup, org_names, confirm))
    return show_results(setup, run_all(call, open_store(call.settings), order, Progress(setup.output)))
