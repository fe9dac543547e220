"""`provision local log`: what was asked of local orgs, and why it was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from provision.cli.local_orgs import choose, file_of, usable
from provision.cli.options import Setup, common
from provision.clock import SYSTEM
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.localorg.overview import Logged

PAUSE_SECONDS = 0.5
REFUSED_FROM = 400


@click.command()
@click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Local org; repeatable.")
@click.option(
    "--last", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="So many requests."
)
@click.option("--refused", is_flag=True, help="Only what was refused or got no answer.")
@click.option("-f", "--follow", is_flag=True, help="Go on with every new request, until stopped.")
@common
def log(setup: Setup, org_names: tuple[str, ...], last: int, refused: bool, follow: bool) -> None:
    """Show the requests to the local orgs and the login hosts, with the reason of each refusal.

    The reason may say more than the client was told. No token or secret is ever in it.

    \b
    Examples:
      provision local log --refused
      provision local log -o local --follow
    """
    if follow and setup.output.as_json:
        raise Usage(
            Code.USAGE, "--follow has no end, so that there is no one JSON document", remedy=("Leave one of them out",)
        )
    settings = setup.settings()
    file = file_of(settings)
    names = tuple(choose(settings, org_names)) if org_names else ()
    found = _read(file, names, refused=refused, after=0)[-last:]
    setup.output.result({"requests": [asdict(each) for each in found]}, _lines(found) if found or follow else _NONE)
    after = found[-1].number if found else 0
    while follow:
        SYSTEM.sleep(PAUSE_SECONDS)
        for each in _read(file, names, refused=refused, after=after):
            after = each.number
            setup.output.lines(_lines([each]))


_NONE = ("No requests.",)


def _read(file: Path, names: tuple[str, ...], *, refused: bool, after: int) -> list[Logged]:
    from provision.localorg import overview

    with usable(file):
        found = overview.log(file, names, after)
    return [each for each in found if not refused or each.code or each.status >= REFUSED_FROM]


def _lines(found: Iterable[Logged]) -> Iterator[str]:
    for each in found:
        at = f"{each.at[:10]} {each.at[11:19]}"
        why = ": ".join(part for part in (each.code, each.reason) if part)
        yield f"{at}  {each.org:<14} {each.status or '---'}  {each.method:<6} {each.path}" + (f"  {why}" if why else "")
