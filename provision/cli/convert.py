"""`provision convert`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from provision.cli.convert_output import Report, document, lines
from provision.cli.convert_sources import Found, in_file, in_org, in_settings
from provision.cli.init import refuse_to_overwrite
from provision.cli.options import Setup, common
from provision.errors import Code, Usage


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Org of the app.")
@click.option("-a", "--app", "app_name", metavar="NAME", help="App of the settings, as they declare it.")
@click.option("--connected-app", metavar="NAME", help="API name of any Connected App in the org.")
@click.option("--name", metavar="NAME", help="API name of the new app (default: the old one's and _ECA).")
@click.option("--format", "form", type=click.Choice(["mdapi", "source"]), default="source", show_default=True)
@click.option("-d", "--output-dir", type=click.Path(path_type=Path, file_okay=False), help="Where to write the files.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@common
def command(
    setup: Setup,
    file: Path | None,
    org_names: tuple[str, ...],
    app_name: str | None,
    connected_app: str | None,
    name: str | None,
    form: Literal["mdapi", "source"],
    output_dir: Path | None,
    force: bool,
) -> int:
    """Turn a Connected App into an External Client App definition; nothing is changed in any org.

    Says what has no equivalent, what to look at, and what changes for whoever uses the app. The Connected App comes
    from FILE, from an org (--connected-app) or from the settings (--app).

    \b
    Examples:
      provision convert force-app/main/default/connectedApps/Billing.connectedApp-meta.xml
      provision convert -o uat --connected-app Billing_Sync --output-dir eca
      provision convert -a billing-sync --json
    """
    from provision.convert import convert, files, in_use

    found = _found(setup, file, org_names, app_name, connected_app)
    conversion = convert(found.source, name, found.api_version)
    made = files(conversion, found.api_version, form, found.templates)
    changes = in_use(found.source, found.my_domain)
    report = Report(found.source, conversion, changes, made, output_dir, found.entry(conversion.name))
    if output_dir is not None:
        _write(output_dir, made, replace=force)
    setup.output.result(document(report), lines(setup.output, report))
    return 0


def _found(setup: Setup, file: Path | None, orgs: tuple[str, ...], app: str | None, connected_app: str | None) -> Found:
    if sum(one is not None for one in (file, app, connected_app)) != 1:
        raise Usage(
            Code.USAGE,
            "The Connected App comes from one of FILE, --connected-app NAME and --app NAME",
            remedy=("provision convert FILE", "provision convert -o NAME --connected-app NAME"),
        )
    if file is not None:
        return in_file(setup, file)
    return in_settings(setup, orgs, app) if app is not None else in_org(setup, orgs, connected_app or "")


def _write(folder: Path, made: dict[str, bytes], *, replace: bool) -> None:
    from provision.store.disk import write_bytes

    for path in made:
        refuse_to_overwrite(folder / path, force=replace)
    for path, content in made.items():
        write_bytes(folder / path, content, mode=0o644, replace=replace)
