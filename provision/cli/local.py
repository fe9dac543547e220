"""`provision local`: the local orgs of this set-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from provision.cli.local_env import env
from provision.cli.local_log import log
from provision.cli.local_orgs import choose, file_of, server_of, usable
from provision.cli.local_reset import reset
from provision.cli.local_serve import serve
from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Serve, show or reset the local orgs, where everything can be rehearsed."""


command.add_command(serve)
command.add_command(env)
command.add_command(log)
command.add_command(reset)


@command.command()
@common
def status(setup: Setup) -> None:
    """Show the local orgs: their hosts, what is in them and switched, and whether they are being served."""
    from provision.localorg import overview

    settings = setup.settings()
    file = file_of(settings)
    server = server_of(file)
    with usable(file):
        held = {org.name: org for org in overview.orgs(file)}
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys([*choose(settings), *held]):
        org = held.get(name)
        rows.append(
            {
                "org": name,
                "org_id": org.org_id if org else None,
                "my_domain": org.my_domain if org else None,
                "login_host": overview.LOGIN_HOST,
                "base_url": server.orgs.get(name) if server else None,
                "users": org.users if org else 0,
                "apps": org.apps if org else 0,
                "requests": org.requests if org else 0,
                "switches": org.switched if org else {},
                "faults": org.faults if org else 0,
            }
        )
    serving = f"Served by process {server.pid}, CA: {server.ca_file}" if server else "Not being served."
    shown = {"pid": server.pid, "control": server.control, "ca_file": server.ca_file} if server else None
    document = {"file": str(file), "orgs": rows, "server": shown}
    setup.output.result(document, [*(line for row in rows for line in _lines(row)), f"State: {file}", serving])


def _lines(row: dict[str, Any]) -> Iterator[str]:
    if row["org_id"] is None:
        yield f"{row['org']:<14} is made when it is first used"
        return
    served = f"{row['base_url']:<24} " if row["base_url"] else ""
    yield f"{row['org']:<14} {served}https://{row['my_domain']}"
    yield f"{'':<14} {row['users']} users, {row['apps']} apps, {row['requests']} requests in the log"
    switched = [f"{name} {value}" for name, value in row["switches"].items()]
    if row["faults"]:
        switched.append(f"{row['faults']} fault{'s' if row['faults'] > 1 else ''}")
    if switched:
        yield f"{'':<14} Switched: {', '.join(switched)}"
