"""`provision local env`: what other clients need to reach a served local org."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from provision.cli.local_orgs import choose, file_of, server_of
from provision.cli.options import Setup, common
from provision.errors import Code, Usage


@click.command()
@click.option("-o", "--target-org", "org_name", metavar="NAME", help="Local org (default: the first served).")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write a file only you can read.")
@common
def env(setup: Setup, org_name: str | None, output: Path | None) -> None:
    """Print an administrator's token and the address of a served org, as shell variables.

    \b
    Example:
      eval "$(provision local env -o local)"
    """
    settings = setup.settings()
    file = file_of(settings)
    server = server_of(file)
    if server is None:
        raise Usage(Code.USAGE, "The local orgs are not being served", remedy=("provision local serve",))
    name = org_name or next(iter(server.orgs))
    choose(settings, (name,))
    if name not in server.orgs:
        raise Usage(
            Code.USAGE,
            f"{name} is not among the orgs being served: {', '.join(server.orgs)}",
            remedy=(f"Stop the server (process {server.pid}) and run provision local serve -o {name}",),
        )
    found = variables(file, name, server.orgs[name], server.ca_file)
    if output is None:
        setup.output.result(found, lines(found))
        return
    write(output, found)
    setup.output.result({"file": str(output)}, [f"Written: {output}"])


def variables(file: Path, name: str, base_url: str, ca_file: str) -> dict[str, str]:
    """Return what other clients need; SF_ACCESS_TOKEN is a live session of the org's administrator."""
    from provision.localorg import LocalOrg

    org = LocalOrg.open(file, name)
    return {
        "SF_ORG_INSTANCE_URL": base_url,
        "SF_ACCESS_TOKEN": org.admin_session,
        "SF_USERNAME": org.admin_username,
        "NODE_EXTRA_CA_CERTS": ca_file,
        "REQUESTS_CA_BUNDLE": ca_file,
    }


def lines(found: Mapping[str, str]) -> list[str]:
    """Return the variables as a POSIX shell reads them."""
    return [f"export {name}={shlex.quote(value)}" for name, value in found.items()]


def write(path: Path, found: Mapping[str, str]) -> None:
    """Write the variables to a file that nobody else can read, in place of an older one."""
    from provision.store.disk import write_bytes

    write_bytes(path, "".join(f"{line}\n" for line in lines(found)).encode(), replace=True)
