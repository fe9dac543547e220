"""`provision render`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from provision.cli.calls import make_call, open_store
from provision.cli.checking import check_files
from provision.cli.options import Setup, apps, common, orgs
from provision.errors import Code, Usage


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@orgs
@apps
@click.option("--format", "form", type=click.Choice(["mdapi", "source"]), default="source", show_default=True)
@click.option("-d", "--output-dir", type=click.Path(path_type=Path, file_okay=False), help="Where to write the files.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--check", is_flag=True, help="Judge metadata FILES, of any author, instead of writing any.")
@click.option("--sarif", type=click.Path(path_type=Path, dir_okay=False), help="With --check: also write SARIF 2.1.0.")
@common
def command(
    setup: Setup,
    files: tuple[Path, ...],
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    form: Literal["mdapi", "source"],
    output_dir: Path | None,
    force: bool,
    check: bool,
    sarif: Path | None,
) -> int:
    """Write the metadata as files, checked for the API version. No org is needed; no secret is written.

    Without --output-dir the files are printed.

    \b
    Examples:
      provision render
      provision render --format mdapi --output-dir build
      provision render --check force-app/main/default/connectedApps/*.xml
    """
    if check:
        return check_files(setup, files, sarif)
    if files or sarif:
        raise Usage(Code.USAGE, "FILES and --sarif go with --check")
    from provision.fleet import rendered
    from provision.store.disk import write_bytes

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    store = open_store(call.settings)
    made = {path: content for org in call.orgs for path, content in rendered(call, org, store, form).items()}
    if output_dir is None:
        text = (f"# {path}\n{content.decode()}" for path, content in made.items())
        setup.output.result({"files": {path: content.decode() for path, content in made.items()}}, text)
        return 0
    for path, content in made.items():
        write_bytes(output_dir / path, content, mode=0o644, replace=force)
    paths = [str(output_dir / path) for path in made]
    setup.output.result({"written": paths}, paths)
    return 0
