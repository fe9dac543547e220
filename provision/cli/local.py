"""`provision local`: the local orgs of this set-up."""

from __future__ import annotations

from typing import Any

import click

from provision.cli.local_env import env
from provision.cli.local_orgs import choose, file_of, server_of
from provision.cli.local_serve import serve
from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Serve, show or reset the local orgs, where everything can be rehearsed."""


command.add_command(serve)
command.add_command(env)


@command.command()
@common
def status(setup: Setup) -> None:
    """Show the local orgs: their hosts, where their state is kept, and whether they are being served."""
    from provision.localorg import LocalOrg

    settings = setup.settings()
    file = file_of(settings)
    server = server_of(file)
    rows: list[dict[str, Any]] = []
    for name, switches in choose(settings).items():
        org = LocalOrg.open(file, name, **switches)
        served_at = server.orgs.get(name) if server else None
        rows.append({"org": name, "my_domain": org.my_domain, "login_host": org.login_host, "base_url": served_at})
    text = [
        f"{row['org']:<14} {row['base_url'] or '':<{24 if server else 0}} https://{row['my_domain']}" for row in rows
    ]
    serving = f"Served by process {server.pid}, CA: {server.ca_file}" if server else "Not being served."
    setup.output.result(
        {"file": str(file), "orgs": rows, "server": _server(server)}, [*text, f"State: {file}", serving]
    )


@command.command()
@common
def reset(setup: Setup) -> None:
    """Throw away what is in the local orgs; stored keys stay. A server goes on with fresh orgs."""
    from provision.localorg import LocalOrg
    from provision.store.disk import remove

    settings = setup.settings()
    file = file_of(settings)
    existed = file.exists()
    if server_of(file) is not None:
        for name, switches in choose(settings).items():
            LocalOrg.open(file, name, **switches).reset()
    else:
        for suffix in ("", "-wal", "-shm", "-turn"):
            remove(file.with_name(file.name + suffix))
    setup.output.result({"removed": existed}, ["Local orgs removed." if existed else "There were no local orgs."])


def _server(server: Any) -> dict[str, Any] | None:
    return {"pid": server.pid, "control": server.control, "ca_file": server.ca_file} if server else None
