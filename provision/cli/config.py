"""`provision config`."""

from __future__ import annotations

import click

from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Show what the settings come to."""


@command.command()
@click.option("--origin", "with_origin", is_flag=True, help="Also show where each value came from.")
@common
def show(setup: Setup, with_origin: bool) -> None:
    """Show every effective value.

    \b
    Examples:
      provision config show --origin
    """
    from provision.settings.sources import origin

    rows = origin(setup.settings(), setup.flags, setup.environ)
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
