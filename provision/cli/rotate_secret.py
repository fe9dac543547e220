"""`provision rotate secret`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from provision.cli.calls import confirmer, make_call, open_store
from provision.cli.options import Setup, apps, common, lock_wait, orgs, propagation_timeout
from provision.cli.progress import Progress
from provision.cli.rotate_output import show_rotations

if TYPE_CHECKING:
    from provision.rotate.work import Wish


@click.command()
@orgs
@apps
@click.option("--dry-run", is_flag=True, help="Show the steps and change nothing.")
@click.option("--delivered", type=click.IntRange(min=1), metavar="N", help="Consumers have credentials generation N.")
@click.option("--rollback", is_flag=True, help="Give a staged pair up, before it is promoted.")
@click.option("--retire", is_flag=True, help="Revoke the pair before the present one now, not after thirty days.")
@click.option("--runbook", is_flag=True, help="Print the procedure with the values of this org; change nothing.")
@click.option("--allow-own-app", is_flag=True, help="Go on where the admin session comes from this very app.")
@click.option("--confirm", multiple=True, metavar="NAME", help="Confirm changes to a production org.")
@propagation_timeout("How long the new pair may take to work.")
@lock_wait
@common
def secret(setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool, **asked: Any) -> int:
    """Replace consumer key and secret of an External Client App by a staged pair.

    Both pairs work beside each other: the new one is stored, proved and handed out before it takes the place of the
    other, which works on for up to thirty days. The consumer key is new, too, and with it the `iss` of assertions.

    \b
    Examples:
      provision rotate secret -o uat -a billing-sync --dry-run
      provision rotate secret -o uat -a billing-sync
      provision rotate secret -o uat -a billing-sync --delivered 2
      provision rotate secret -o uat -a billing-sync --retire
      provision rotate secret -o prod -a billing-sync --runbook > runbook.md
    """
    from provision.errors import Code, Usage
    from provision.rotate.secret_run import rotate_secrets

    if asked["rollback"] and (asked["retire"] or asked["delivered"]):
        raise Usage(Code.USAGE, "--rollback goes with neither --retire nor --delivered", remedy=("Give one of them",))
    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    wish = _wish(setup, org_names, asked)
    return show_rotations(setup, rotate_secrets(call, open_store(call.settings), wish, Progress(setup.output)))


def _wish(setup: Setup, org_names: tuple[str, ...], asked: dict[str, Any]) -> Wish:
    from provision.cli.proving import proof_options
    from provision.rotate.work import Wish

    return Wish(
        dry_run=asked["dry_run"] or asked["runbook"],
        runbook=asked["runbook"],
        back=asked["rollback"],
        delivered=asked["delivered"],
        retire=asked["retire"],
        allow_own_app=asked["allow_own_app"],
        lock_wait_seconds=asked["lock_wait"] * 60,
        proof=proof_options(setup, patience_minutes=asked["propagation_timeout"]),
        confirm=confirmer(setup, org_names, asked["confirm"]),
    )
