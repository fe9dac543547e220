"""`provision local reset`: fresh local orgs in place of the ones there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provision.cli.local_orgs import choose, file_of, server_of, usable
from provision.cli.local_seed import SeedFile, seed_option
from provision.cli.options import Setup, common
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.localorg.overview import Overview

SUFFIXES = ("", "-wal", "-shm", "-turn")
"""Of the files that a file of local orgs consists of."""


@click.command()
@click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Local org; repeatable.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@seed_option
@common
def reset(setup: Setup, org_names: tuple[str, ...], yes: bool, seed_file: Path | None) -> None:
    """Throw away what is in the local orgs, or in those that are named; stored keys stay.

    Switches are as declared in the settings again. A server goes on with fresh orgs. You are asked first; where nobody
    can be asked, it takes --yes.

    \b
    Examples:
      provision local reset
      provision local reset -o local --yes
      provision local reset --yes --seed seed.yaml
    """
    settings = setup.settings()
    file = file_of(settings)
    chosen = choose(settings, org_names)
    seed = SeedFile(seed_file, chosen) if seed_file is not None else None
    held = _held(file, org_names)
    names = [org.name for org in held or ()]
    if held is None or held:
        _confirm(setup, held, yes=yes)
        if org_names or server_of(file) is not None:
            _remake(file, names, choose(settings))
        else:
            _remove(file)
    with usable(file):
        sown = seed.sow(file, chosen) if seed is not None else []
    text = [f"Fresh from now on: {', '.join(names)}."] if names else ["There was nothing in the local orgs."]
    text = ["All local orgs are fresh from now on."] if held is None else text
    text += [f"Seeded: {', '.join(sown)}."] if sown else []
    setup.output.result({"reset": names, "seeded": sown}, text)


def _held(file: Path, names: tuple[str, ...]) -> list[Overview] | None:
    """The orgs that are to go; None where the file cannot be read, which is a reason to reset it."""
    from provision.localorg import overview

    try:
        return [org for org in overview.orgs(file) if not names or org.name in names]
    except Exception:
        if names or server_of(file) is not None:
            with usable(file):
                raise
        return None


def _confirm(setup: Setup, held: list[Overview] | None, *, yes: bool) -> None:
    if yes:
        return
    for org in held or ():
        setup.output.say(f"  {org.name}: {org.users} users, {org.apps} apps, {org.requests} requests in the log")
    if setup.may_prompt and click.confirm("Throw that away?", err=True):
        return
    raise Usage(
        Code.CONFIRMATION_REQUIRED,
        "Throwing local orgs away has to be confirmed",
        detail="Nothing was thrown away.",
        remedy=("Run it again with --yes",),
    )


def _remake(file: Path, names: list[str], declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Make the orgs anew with the switches of the settings, as in a new file."""
    from provision.localorg import LocalOrg

    for name in names:
        LocalOrg.open(file, name).reset(declared.get(name, {}))


def _remove(file: Path) -> None:
    from provision.store.disk import remove

    for suffix in SUFFIXES:
        remove(file.with_name(file.name + suffix))
