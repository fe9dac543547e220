"""`provision org`: how each org is reached."""

from __future__ import annotations

from typing import Any

import click

from provision.cli.options import Setup, common, orgs


@click.group()
def command() -> None:
    """Show how each org is reached."""


@command.command(name="list")
@common
def list_orgs(setup: Setup) -> None:
    """List the orgs of the settings."""
    settings = setup.settings()
    rows: list[dict[str, Any]] = [
        {
            "org": name,
            "default": name == settings.default_org,
            "host": org.my_domain or "local org",
            "apps": list(org.apps) if org.apps is not None else sorted(settings.apps),
        }
        for name, org in settings.orgs.items()
    ]
    width = max(len(row["org"]) for row in rows)
    text = (f"{'*' if r['default'] else ' '} {r['org']:<{width}}  {r['host']}  {' '.join(r['apps'])}" for r in rows)
    setup.output.result({"orgs": rows}, text)


@command.command()
@orgs
@common
def show(setup: Setup, org_names: tuple[str, ...], all_orgs: bool) -> None:
    """Connect, and show which org it is and which source gave the session."""
    from provision.org.connect import connect
    from provision.settings.select import select_orgs

    settings = setup.settings()
    rows = []
    for name in select_orgs(settings, org_names, all_orgs, setup.environ):
        org = connect(settings, name, setup.environ, setup.api_version(settings))
        record = org.records.query("SELECT Id, Name, IsSandbox, OrganizationType FROM Organization")[0]
        rows.append(
            {
                "org": name,
                "org_id": record["Id"],
                "name": record["Name"],
                "type": record["OrganizationType"],
                "sandbox": record["IsSandbox"],
                "host": org.host,
                "source": org.source,
                "api_version": org.site.api_version,
            }
        )
    text = (f"{key:<12} {value}" for row in rows for key, value in row.items())
    setup.output.result({"orgs": rows}, text)
