"""`provision local`: the local orgs of this set-up."""

from __future__ import annotations

import click

from provision.cli.options import Setup, common


@click.group()
def command() -> None:
    """Show or reset the local orgs, where everything can be rehearsed."""


@command.command()
@common
def status(setup: Setup) -> None:
    """Show the local orgs: their hosts and where their state is kept."""
    from provision.org.connect import connect, local_orgs_file

    settings = setup.settings()
    rows = []
    for name, org in settings.orgs.items():
        if org.local is None:
            continue
        local = connect(settings, name, setup.environ, setup.api_version(settings))
        rows.append({"org": name, "my_domain": local.site.my_domain, "login_host": local.site.login_host})
    path = local_orgs_file(settings)
    text = [f"{row['org']:<14} https://{row['my_domain']}" for row in rows]
    setup.output.result({"file": str(path), "orgs": rows}, [*text, f"State: {path}"])


@command.command()
@common
def reset(setup: Setup) -> None:
    """Throw away the local orgs and everything in them; stored keys stay."""
    from provision.org.connect import local_orgs_file
    from provision.store.disk import remove

    path = local_orgs_file(setup.settings())
    existed = path.exists()
    for suffix in ("", "-wal", "-shm"):
        remove(path.with_name(path.name + suffix))
    setup.output.result({"removed": existed}, ["Local orgs removed." if existed else "There were no local orgs."])
