"""`provision rotate cert`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from provision.cli.calls import confirmer, make_call, open_store
from provision.cli.options import MINUTES, Setup, apps, common, lock_wait, orgs, propagation_timeout
from provision.cli.progress import Progress
from provision.cli.rotate_output import show_rotations

if TYPE_CHECKING:
    from provision.rotate.work import Wish

STRATEGIES = ("renew", "in-place", "blue-green")


@click.command()
@orgs
@apps
@click.option(
    "--strategy",
    type=click.Choice(STRATEGIES),
    help="Default: the app's rotation.strategy; else in-place where another key is staged, else renew.",
)
@click.option("--if-due", metavar="30d|66%", help="Only what has come that close to its end; else do nothing.")
@click.option("--dry-run", is_flag=True, help="Show the steps; deploy check-only. With --if-due, exit 30 when due.")
@click.option("--rollback", is_flag=True, help="Undo the rotation under way, or the last one.")
@click.option("--retire", is_flag=True, help="Delete the first app of a change, or earlier private keys, for good.")
@click.option(
    "--quiet-for",
    type=click.FloatRange(min=0, max=3650),
    default=1.0,
    show_default=True,
    metavar="DAYS",
    help="How long the first app must have been without use before --retire deletes it.",
)
@click.option("--runbook", is_flag=True, help="Print the procedure with the values of this org; change nothing.")
@click.option("--delivered", type=click.IntRange(min=1), metavar="N", help="Consumers have the key of generation N.")
@click.option("--accept-outage", is_flag=True, help="Switch although consumers do not have the new key.")
@click.option("--self-signed", is_flag=True, help="Replace an authority's certificate by a self-signed one.")
@click.option("--allow-own-app", is_flag=True, help="Go on where the admin session comes from this very app.")
@click.option("--confirm", multiple=True, metavar="NAME", help="Confirm changes to production, or deleting keys.")
@click.option("--wait", type=MINUTES, default=33.0, show_default=True, metavar="MINUTES", help="For each deploy.")
@propagation_timeout("How long the new key may take to work before the earlier certificate is put back.")
@lock_wait
@common
def cert(setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool, **asked: Any) -> int:
    """Replace the certificate of an app, with or without its key pair.

    \b
    renew       a new certificate for the same key pair; consumers notice nothing
    in-place    a new key pair: handed out first, then switched, proved, or put back
    blue-green  a second app with its own key; consumers change over when they like

    The new key is stored and read back before anything is changed. Run again after an interruption, it goes on.

    \b
    Examples:
      provision rotate cert -a billing-sync --dry-run
      provision rotate cert --all --if-due 30d
      provision rotate cert -o uat -a billing-sync --strategy in-place
      provision rotate cert -o uat -a billing-sync --rollback
      provision rotate cert -o prod -a billing-sync --strategy in-place --runbook > runbook.md
    """
    from provision.rotate.run import rotate_certificates

    _refuse_contradictions(asked)
    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    wish = _wish(setup, org_names, asked)
    rotations = rotate_certificates(call, open_store(call.settings), wish, Progress(setup.output))
    return show_rotations(setup, rotations, dry_run_due=wish.dry_run and wish.threshold is not None)


def _wish(setup: Setup, org_names: tuple[str, ...], asked: dict[str, Any]) -> Wish:
    from provision.acts.deploy import Deployment
    from provision.cli.proving import proof_options
    from provision.keys.expiry import Threshold
    from provision.model.rotation import Strategy
    from provision.rotate.work import Wish

    return Wish(
        strategy=Strategy(asked["strategy"]) if asked["strategy"] else None,
        threshold=Threshold.parse(asked["if_due"]) if asked["if_due"] else None,
        dry_run=asked["dry_run"] or asked["runbook"],
        runbook=asked["runbook"],
        retire=asked["retire"],
        quiet_days=asked["quiet_for"],
        confirmed=asked["confirm"],
        back=asked["rollback"],
        delivered=asked["delivered"],
        accept_outage=asked["accept_outage"],
        self_signed=asked["self_signed"],
        allow_own_app=asked["allow_own_app"],
        lock_wait_seconds=asked["lock_wait"] * 60,
        deployment=Deployment(wait_minutes=asked["wait"]),
        proof=proof_options(setup, patience_minutes=asked["propagation_timeout"]),
        confirm=confirmer(setup, org_names, asked["confirm"]),
    )


def _refuse_contradictions(asked: dict[str, Any]) -> None:
    from provision.errors import Code, Usage

    for one in ("rollback", "retire"):
        names = ("strategy", "if_due", "delivered", "accept_outage", "self_signed", "rollback", "retire")
        others = [name for name in names if asked[name] and name != one]
        if asked[one] and others:
            flag = f"--{others[0].replace('_', '-')}"
            raise Usage(Code.USAGE, f"--{one} and {flag} contradict each other", remedy=(f"Leave out {flag}",))
