"""`provision destroy`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from provision.cli.calls import make_call, open_store, show_results
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.progress import Progress
from provision.cli.tables import removal_lines
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.model.observed import Organization
    from provision.model.result import OrgResult
    from provision.removal import Need

    Confirm = Callable[[Organization, OrgResult, tuple[Need, ...]], None]


@click.command()
@orgs
@apps
@click.option("--dry-run", is_flag=True, help="Show what would be taken down.")
@click.option("--confirm", multiple=True, metavar="NAME", help="The org, and each app that is in use, by name.")
@click.option("--adopted", is_flag=True, help="Also take down what was there before and was adopted.")
@click.option("--irreversible", is_flag=True, help="Delete Connected Apps where no new ones can be created.")
@click.option("--not-stored", is_flag=True, help="Delete apps whose private key or secret is not stored.")
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    dry_run: bool,
    confirm: tuple[str, ...],
    adopted: bool,
    **flags: bool,
) -> int:
    """Take down what apply made, in reverse order: tokens, assignments, app, permission sets, licences, user.

    The user is deactivated: Salesforce deletes none. What was there before, and what others use, stays. Stored keys and
    credentials stay, too, so that apply can make the app again.

    \b
    Examples:
      provision destroy -o uat --dry-run
      provision destroy -o uat --confirm uat
      provision destroy -o uat -a billing-sync --confirm uat --confirm billing-sync
    """
    from provision.destroy import Order
    from provision.fleet import destroy_all

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    given = {f"--confirm {name}" for name in confirm}
    given |= {f"--{name.replace('_', '-')}" for name, is_set in flags.items() if is_set}
    order = Order(dry_run, adopted, confirm=_confirmer(setup, org_names, given))
    results = destroy_all(call, open_store(call.settings), order, Progress(setup.output))
    return show_results(setup, results, lines=removal_lines)


def _confirmer(setup: Setup, named: tuple[str, ...], given: set[str]) -> Confirm:
    """Return what stops a removal that was not confirmed, naming every flag that it takes."""

    def confirm(organization: Organization, plan: OrgResult, needs: tuple[Need, ...]) -> None:
        if organization.is_production and plan.org not in named:
            raise Usage(
                Code.PRODUCTION_NOT_NAMED,
                f"{plan.org} is a production org ({organization.name}) and was not named",
                remedy=(f"Name it: -o {plan.org} --confirm {plan.org}",),
            )
        missing = [need for need in needs if need.flag not in given]
        by_name = f"--confirm {plan.org}"
        if not missing and by_name in given:
            return
        if not missing and setup.may_prompt:
            for line in removal_lines(setup.output, plan):
                setup.output.say(line)
            if click.prompt(f"Type {plan.org} to take this down", err=True) == plan.org:
                return
        flags = [*([] if by_name in given else [by_name]), *dict.fromkeys(need.flag for need in missing)]
        dry_run = f"provision destroy -o {plan.org} --dry-run shows what would go"
        raise Usage(
            Code.CONFIRMATION_REQUIRED,
            f"Taking down {len(plan.outcomes)} things in {plan.org} has to be confirmed",
            detail="\n".join([*(need.reason for need in missing), "Nothing was changed."]),
            remedy=(dry_run, f"Run it again with {' '.join(flags)}"),
            context={"flags": flags},
        )

    return confirm
