"""`provision apply`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.calls import confirmer, loss_confirmer, make_call, open_store, show_results
from provision.cli.options import MINUTES, Setup, apps, common, orgs, propagation_timeout
from provision.cli.plan_files import FILE, call_of_plan, read_plan
from provision.cli.progress import Progress


@click.command()
@orgs
@apps
@click.option("--plan", "plan_file", type=FILE, metavar="FILE", help="Do what a saved plan says, or refuse.")
@click.option("--dry-run", is_flag=True, help="Show what would happen; deploy check-only.")
@click.option("--no-verify", is_flag=True, help="Leave out the proof at the end.")
@click.option(
    "--confirm", multiple=True, metavar="NAME", help="Confirm changes to a production org, or closing an app."
)
@click.option(
    "--wait", type=MINUTES, default=33.0, show_default=True, metavar="MINUTES", help="How long a deploy may take."
)
@propagation_timeout("How long the proof waits for a new app to spread.")
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    plan_file: Path | None,
    dry_run: bool,
    no_verify: bool,
    confirm: tuple[str, ...],
    wait: float,
    propagation_timeout: float,
) -> int:
    """Set everything up and prove that it works: keys, user and licences, metadata, assignments, proof.

    What is right is left alone: a second run changes nothing.

    \b
    Examples:
      provision apply -o local-legacy
      provision apply -o prod --confirm prod
      provision apply --dry-run
      provision apply --plan uat.plan
    """
    from provision.acts.deploy import Deployment
    from provision.cli.proving import proof_options
    from provision.fleet import run_all
    from provision.stages import Order, Part

    saved = None if plan_file is None else read_plan(plan_file)
    if saved is None:
        call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    else:
        call = call_of_plan(setup, saved, org_names, (*app_names, *(["--all"] if all_orgs else ())))
    order = Order(
        parts=frozenset(Part) - ({Part.PROOF} if no_verify else set()),
        dry_run=dry_run,
        deployment=Deployment(wait_minutes=wait),
        proof=proof_options(setup, patience_minutes=propagation_timeout),
        expect=saved.expect if saved else Order.expect,
        confirm=confirmer(setup, org_names, confirm),
        confirm_loss=loss_confirmer(setup, confirm),
    )
    return show_results(setup, run_all(call, open_store(call.settings), order, Progress(setup.output)))
