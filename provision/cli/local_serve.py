"""`provision local serve`: the local orgs over HTTPS, for clients that are not ours."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from provision.cli import local_env
from provision.cli.local_orgs import choose, file_of, server_of, usable
from provision.cli.local_seed import SeedFile, seed_option
from provision.cli.options import Setup, common
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.localorg.server import Ports, Served

INTERRUPTED = 130


@click.command()
@click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Local org; repeatable.")
@click.option("--host", default="localhost", show_default=True, help="Loopback address.")
@click.option("--port", default=8443, show_default=True, help="Port of the first org; 0 finds free ones.")
@click.option("--control-port", default=8442, show_default=True, help="Port of the control host; 0 finds a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write token and address of the org to a file only you can read; needs one -o.",
)
@seed_option
@common
def serve(
    setup: Setup,
    org_names: tuple[str, ...],
    host: str,
    port: int,
    control_port: int,
    workers: int,
    env_file: Path | None,
    seed_file: Path | None,
) -> None:
    """Serve the local orgs over HTTPS on loopback, each on a port of its own, until stopped.

    \b
    Examples:
      provision local serve
      provision local serve -o local --port 0 --env-file local.env
      provision local serve --seed seed.yaml
    """
    from provision.localorg.server import REFUSES, Ports
    from provision.localorg.server import serve as run

    settings = setup.settings()
    orgs = choose(settings, org_names)
    if env_file is not None and len(orgs) != 1:
        raise Usage(Code.USAGE, "--env-file is about one org", remedy=(f"Add -o {next(iter(orgs))}",))
    file = file_of(settings)
    seed = SeedFile(seed_file, orgs) if seed_file is not None else None
    if seed is not None and server_of(file) is None:
        with usable(file):
            seed.sow(file, orgs)

    def ready(served: Served) -> None:
        if env_file is not None:
            [org] = served.orgs
            local_env.write(env_file, local_env.variables(file, org.name, org.base_url, str(served.tls.ca_file)))
        _tell(setup, served)

    ports = Ports(host, port, control_port)
    try:
        run(file, orgs, ports, workers, ready)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except REFUSES as problem:
        _explain(problem, ports)


def _tell(setup: Setup, served: Served) -> None:
    ca_file = str(served.tls.ca_file)
    rows = [{"org": org.name, "base_url": org.base_url, "my_domain": org.my_domain} for org in served.orgs]
    text = [f"{org.name:<14} {org.base_url:<24} {org.my_domain}" for org in served.orgs]
    text += [f"{'control':<14} {served.control}", f"{'CA':<14} {ca_file}", "", *_guide(served)]
    setup.output.result({"orgs": rows, "control": served.control, "ca_file": ca_file}, text)
    sys.stdout.flush()


def _guide(served: Served) -> list[str]:
    org = served.orgs[0]
    url, host = org.base_url, org.base_url.removeprefix("https://")
    env = "process.env.SF_ACCESS_TOKEN"
    token = f'--cacert {shlex.quote(str(served.tls.ca_file))} -H "Authorization: Bearer $SF_ACCESS_TOKEN"'
    return [
        f'In another shell, after: eval "$(provision local env -o {org.name})"',
        f"  Salesforce CLI     sf org login access-token --instance-url {url} --alias {org.name} --no-prompt",
        f'  jsforce            new jsforce.Connection({{instanceUrl: "{url}", accessToken: {env}}})',
        f'  simple-salesforce  Salesforce(instance="{host}", session_id=os.environ["SF_ACCESS_TOKEN"])',
        f"  curl               curl {token} {url}/services/data/v67.0/limits",
        "Ctrl-C stops the server.",
    ]


def _explain(problem: Exception, ports: Ports) -> NoReturn:
    """Say in our own words what kept the server from running."""
    from provision.localorg.serving.listeners import NotLoopback, PortTaken
    from provision.localorg.serving.presence import AlreadyServed

    match problem:
        case NotLoopback():
            raise Usage(
                Code.USAGE,
                f"{ports.host} is no loopback address",
                detail="A local org hands out administrator sessions; it is served to this machine alone.",
                remedy=("--host localhost, 127.0.0.1 or ::1",),
            ) from problem
        case PortTaken():
            flag = "--control-port" if problem.port == ports.control else "--port"
            raise Usage(
                Code.USAGE,
                f"Port {problem.port} cannot be used: {problem.reason}",
                remedy=(f"{flag} with another number, or 0 for a free one",),
            ) from problem
        case AlreadyServed():
            where = f" by process {problem.presence.pid}" if problem.presence else ""
            raise Usage(
                Code.USAGE,
                f"These local orgs are being served already{where}",
                remedy=("provision local status", "Stop that server first"),
            ) from problem
        case _:
            raise Failed(Code.BUG, "The server's processes do not stay alive", detail=str(problem)) from problem
