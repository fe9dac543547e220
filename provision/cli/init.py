"""`provision init`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.options import Setup, common


@click.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Replace an existing provision.yaml.")
@common
def command(setup: Setup, directory: Path, force: bool) -> None:
    r"""Write a commented provision.yaml that works at once on a local org, and .gitignore lines for what is secret.

    \b
    Examples:
      provision init
      provision init billing --force
    """
    from provision.settings.scaffold import GITIGNORE_LINES, settings_text
    from provision.store.disk import add_lines, write_text

    settings = directory / "provision.yaml"
    write_text(settings, settings_text(), replace=force)
    add_lines(directory / ".gitignore", GITIGNORE_LINES)
    setup.output.result(
        {"settings": str(settings)},
        [f"{settings} written.", "Next: provision plan, then provision apply"] if not setup.output.quiet else [],
    )
