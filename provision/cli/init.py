"""`provision init`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.options import Setup, common
from provision.errors import Code, Usage


@click.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Replace an existing provision.yaml.")
@common
def command(setup: Setup, directory: Path, force: bool) -> None:
    """Write a commented provision.yaml that works at once on a local org, and .gitignore lines for what is secret.

    \b
    Examples:
      provision init
      provision init billing --force
    """
    from provision.settings.scaffold import IGNORED, files
    from provision.store.disk import add_lines, write_text

    written = {directory / name: text for name, text in files().items()}
    for path in written:
        refuse_to_overwrite(path, force=force)
    for path, text in written.items():
        write_text(path, text, replace=force)
    add_lines(directory / ".gitignore", IGNORED)
    document = {"written": [str(path) for path in written]}
    setup.output.result(document, [f"{path} written." for path in written])
    setup.output.say("Next: provision plan, then provision apply")


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Raise `Usage` (FILE_EXISTS) before anything is written where a file is in the way."""
    if path.exists() and not force:
        raise Usage(
            Code.FILE_EXISTS,
            f"{path} exists already",
            detail="Nothing was written.",
            remedy=("Run it again with --force, which replaces it",),
        )
