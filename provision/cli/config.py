"""`provision config`."""

from __future__ import annotations

import click

from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Show what the settings come to."""


@command.command()
@click.option("-o", "--target-org", "org", metavar="NAME", help="As it is in this org, with its overrides.")
@click.option("--origin", "with_origin", is_flag=True, help="Also show where each value came from.")
@common
def show(setup: Setup, org: str | None, with_origin: bool) -> None:
    """Show every effective value.

    \b
    Examples:
      provision config show --origin
      provision config show --origin -o uat
    """
    from provision.settings.select import select_orgs
    from provision.settings.sources import origin

    settings = setup.settings()
    if org is not None:
        [org] = select_orgs(settings, [org], False, setup.environ)  # noqa: FBT003  # its name is all_
        settings = settings.in_org(org)
    rows = origin(settings, setup.flags, setup.environ)
    width = max(len(row.path) for row in rows)
    longest = max(len(row.value) for row in rows)
    text = (
        f"{row.path:<{width}}  {row.value:<{longest}}  {row.source.text}"
        if with_origin
        else f"{row.path:<{width}}  {row.value}"
        for row in rows
    )
    document = {"values": [{"path": row.path, "value": row.value, "source": row.source.text} for row in rows]}
    setup.output.result(document, text)
