"""`provision render`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from provision.cli.calls import make_call, open_store
from provision.cli.checking import check_files
from provision.cli.init import refuse_to_overwrite
from provision.cli.options import Setup, apps, common, orgs
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.fleet import Call


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@orgs
@apps
@click.option("--format", "form", type=click.Choice(["mdapi", "source"]), default="source", show_default=True)
@click.option("-d", "--output-dir", type=click.Path(path_type=Path, file_okay=False), help="Where to write the files.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--manifest", is_flag=True, help="Only a package.xml that names the declared components.")
@click.option("--wildcard", is_flag=True, help="With --manifest: * instead of names, for retrieves.")
@click.option("--check", is_flag=True, help="Judge metadata FILES (or folders), of any author, instead of writing any.")
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
    manifest: bool,
    wildcard: bool,
    check: bool,
    sarif: Path | None,
) -> int:
    """Write the metadata as files, checked for the API version. No org is needed; no secret is written.

    Without --output-dir the files are printed. With several orgs, each has its folder.

    \b
    Examples:
      provision render
      provision render --format mdapi --output-dir build
      provision render --manifest > package.xml
      provision render --check force-app
    """
    if check:
        return check_files(setup, files, sarif)
    if files or sarif:
        raise Usage(Code.USAGE, "FILES and --sarif go with --check", remedy=("provision render --check FILE…",))
    if wildcard and not manifest:
        raise Usage(Code.USAGE, "--wildcard goes with --manifest", remedy=("provision render --manifest --wildcard",))
    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    made: dict[str, bytes] = {}
    for org in call.orgs:
        contents = _manifest(call, org, wildcard=wildcard) if manifest else _metadata(setup, call, org, form)
        folder = f"{org}/" if len(call.orgs) > 1 else ""
        made |= {f"{folder}{path}": content for path, content in contents.items()}
    if output_dir is None:
        _print(setup, made)
    else:
        _write(setup, output_dir, made, replace=force)
    return 0


def _metadata(setup: Setup, call: Call, org: str, form: Literal["mdapi", "source"]) -> Mapping[str, bytes]:
    from provision.fleet import rendered, without_certificate

    store = open_store(call.settings)
    for app in without_certificate(call, org, store):
        setup.output.warn(
            f"{app} has no key pair here, so its file has no certificate: deployed over an app that has one, it would "
            f"clear it and JWT bearer would end (provision keys generate -o {org} -a {app}, or provision apply)"
        )
    return rendered(call, org, store, form)


def _manifest(call: Call, org: str, *, wildcard: bool) -> Mapping[str, bytes]:
    from provision.files import manifest
    from provision.fleet import desired_in

    return {"package.xml": manifest(desired_in(call, org), call.api_version, wildcard=wildcard)}


def _print(setup: Setup, made: Mapping[str, bytes]) -> None:
    """Print the files, each under its name; one alone as it is, so that it can be redirected."""
    texts = {path: content.decode() for path, content in made.items()}
    lines = (text.removesuffix("\n") if len(texts) == 1 else f"# {path}\n{text}" for path, text in texts.items())
    setup.output.result({"files": texts}, lines)


def _write(setup: Setup, folder: Path, made: Mapping[str, bytes], *, replace: bool) -> None:
    from provision.store.disk import write_bytes

    for path in made:
        refuse_to_overwrite(folder / path, force=replace)
    for path, content in made.items():
        write_bytes(folder / path, content, mode=0o644, replace=replace)
    paths = [str(folder / path) for path in made]
    setup.output.result({"written": paths}, paths)
