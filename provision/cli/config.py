"""`provision config`."""

from __future__ import annotations

import click

from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Show what the settings come to."""


@command.command()
@click.option("--origin", is_flag=True, help="Also show where each value came from.")
@common
def show(setup: Setup, origin: bool) -> None:
    r"""Show every effective value.

    \b
    Examples:
      provision config show --origin
    """
    from provision.settings.sources import origins

    flags = {"api_version": setup.api_version_flag} if setup.api_version_flag else {}
    rows = origins(setup.settings(), flags, setup.environ)
    width = max(len(row.path) for row in rows)
    longest = max(len(row.value) for row in rows)
    text = (
        f"{row.path:<{width}}  {row.value:<{longest}}  {row.source}" if origin else f"{row.path:<{width}}  {row.value}"
        for row in rows
    )
    document = {"values": [{"path": row.path, "value": row.value, "source": row.source} for row in rows]}
    setup.output.result(document, text)
