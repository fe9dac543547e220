"""`provision keys retire`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from provision.cli.key_choice import Choice, asked, choose, only
from provision.cli.options import Setup, apps, common, orgs
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.acts.key_retirement import Retirement


@click.command()
@orgs
@apps
@click.option("--generation", type=click.IntRange(min=1), metavar="N", required=True, help="Which key pair.")
@click.option("--confirm", metavar="NAME", help="Confirm by the name of the app.")
@common
def retire(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    generation: int,
    confirm: str | None,
) -> None:
    """Delete the private key of an earlier or staged key pair for good; its certificate stays.

    The org is asked first: a key whose certificate the app holds is not deleted, nor one that a rotation needs. Where
    there is no admin session to ask with, you are told which certificate the app might still hold.

    \b
    Examples:
      provision keys list -a billing-sync
      provision keys retire -a billing-sync --generation 1 --confirm billing-sync
    """
    from provision.acts.key_retirement import retire as delete
    from provision.acts.key_retirement import retirement_of
    from provision.rotate.needed_keys import refuse_needed
    from provision.store.protocol import State

    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs)
    slot = only(chosen.slots)
    retirement = retirement_of(chosen.store, slot, generation)
    if not retirement.is_done:
        refuse_needed(chosen.store, slot, generation)
        _confirm(setup, retirement, confirm, _doubt(setup, chosen, retirement))
        delete(chosen.store, retirement)
    document = {"org": slot.org, "app": slot.app, "generation": generation, "state": State.RETIRED.value}
    done = "was retired already" if retirement.is_done else "is retired: its private key is deleted"
    lines = [f"Generation {generation} of {slot.app} in {slot.org} {done}."]
    if retirement.others:
        lines.append(f"The same key stays stored as generation {', '.join(map(str, retirement.others))}.")
    setup.output.result({**document, "same_key": retirement.others}, lines)


def _doubt(setup: Setup, choice: Choice, retirement: Retirement) -> str | None:
    from provision.acts.key_retirement import could_be, doubt

    name = retirement.slot.org
    try:
        with asked(setup, choice, name) as (org, wanted):
            return doubt(org, wanted, retirement, choice.settings.orgs[name].org_id, choice.now)
    except Failed as problem:
        if problem.code is not Code.NO_ADMIN_SESSION:
            raise
        return f"{problem.summary}, so the app could not be asked. {could_be(retirement)}"


def _confirm(setup: Setup, retirement: Retirement, confirmed: str | None, doubt: str | None) -> None:
    """Return once it is confirmed that the key may go; whoever decides is told of the doubt."""
    name, number = retirement.slot.app, retirement.generation.number
    ask = confirmed is None and setup.may_prompt
    if doubt is not None and (ask or confirmed == name):
        setup.output.warn(doubt)
    question = f"Type {name} to delete the private key of generation {number}"
    if confirmed == name or (ask and click.prompt(question, err=True) == name):
        return
    raise Usage(
        Code.CONFIRMATION_REQUIRED,
        f"Deleting the private key of generation {number} has to be confirmed",
        detail="Nothing was deleted." if doubt is None else f"Nothing was deleted. {doubt}",
        remedy=(f"Run it again with --confirm {name}",),
    )
