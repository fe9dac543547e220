"""`provision export`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from provision.cli.calls import make_call, open_store
from provision.cli.options import Setup, common
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.fleet import Call
    from provision.sinks.values import Value

KINDS = ("dotenv", "directory", "github", "program")


@click.command()
@click.argument("program", nargs=-1)
@click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Org of the app.")
@click.option("-a", "--app", "app_names", multiple=True, metavar="NAME", help="App; needed where there are several.")
@click.option("--to", "target", required=True, metavar="PLACE", help="dotenv:FILE, directory:DIR, github or program.")
@click.option("--prefix", default="SF_", show_default=True, help="What names of variables begin with.")
@click.option("--staged", is_flag=True, help="What a rotation left waiting, not what is in use.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@common
def command(
    setup: Setup,
    program: tuple[str, ...],
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    target: str,
    prefix: str,
    staged: bool,
    force: bool,
) -> int:
    """Hand the credentials of an app to a pipeline or a store of secrets; none of them is printed.

    Consumer key, secret, private key and certificate, user, host and audience, as far as the app's grants need them.
    No org is asked.

    \b
    Examples:
      provision export -o uat -a billing-sync --to dotenv:billing.env
      provision export -o uat -a billing-sync --to directory:/run/secrets/billing
      provision export -o uat -a billing-sync --to github
      provision export -o uat -a billing-sync --staged --to dotenv:new.env
      provision export -o uat -a billing-sync --to program -- vault kv put secret/billing -
    """
    kind, _, place = target.partition(":")
    _check(kind, place, program, prefix)
    call = make_call(setup, org_names, app_names)
    org, app = _one(call)
    values = _values(setup, call, (org, app), staged=staged)
    where = _deliver(setup, values, (kind, place), prefix, program, force=force)
    document = {"org": org, "app": app, "to": kind, "names": [value.name for value in values], "files": where}
    if kind != "github":  # whose stdout is for workflow commands
        setup.output.result(document, [f"{app} in {org}: {len(values)} values handed to {target}"])
    return 0


def _check(kind: str, place: str, program: Sequence[str], prefix: str) -> None:
    if not (prefix + "X").isascii() or not (prefix + "X").isidentifier():
        raise Usage(Code.USAGE, "--prefix makes no names of variables", remedy=("Letters, digits and _",))
    if kind not in KINDS:
        raise Usage(Code.USAGE, f"--to {kind}: there is no such place", remedy=(f"One of {', '.join(KINDS)}",))
    if (kind in {"dotenv", "directory"}) != bool(place):
        raise Usage(
            Code.USAGE, f"--to {kind} is written wrongly", remedy=("dotenv:FILE, directory:DIR, github, program",)
        )
    if (kind == "program") != bool(program):
        raise Usage(Code.USAGE, "A command goes with --to program, after --", remedy=("--to program -- COMMAND…",))


def _one(call: Call) -> tuple[str, str]:
    chosen = [(org, app) for org in call.orgs for app in call.apps[org]]
    if len(chosen) != 1:
        raise Usage(
            Code.USAGE, "Credentials of one app in one org are handed over at a time", remedy=("-o NAME -a NAME",)
        )
    return chosen[0]


def _values(setup: Setup, call: Call, slot: tuple[str, str], *, staged: bool) -> tuple[Value, ...]:
    from provision.acts.handing_over import staged_in, values_for
    from provision.fleet import desired_in
    from provision.org.connect import site_of
    from provision.store.protocol import Slot

    org, app = slot
    wanted = desired_in(call, org)
    [declared] = (one for one in wanted.apps if one.key == app)
    site = site_of(call.settings, org, call.api_version, call.clock)
    store = open_store(call.settings)
    if not staged and any(number is not None for number in staged_in(store, Slot(org, app))):
        setup.output.warn(
            f"{app} in {org} has a newer pair or key waiting; these are the ones in use. For the newer: --staged"
        )
    return values_for(site, store, wanted, declared, staged=staged)


def _deliver(
    setup: Setup, values: tuple[Value, ...], to: tuple[str, str], prefix: str, program: Sequence[str], *, force: bool
) -> list[str]:
    """Deliver, and return the files that were written."""
    from provision.sinks import directory, dotenv, github
    from provision.sinks import program as programs

    kind, place = to
    if kind == "dotenv":
        dotenv.deliver(values, Path(place), prefix, replace=force)
        return [place]
    if kind == "directory":
        return [str(path) for path in directory.deliver(values, Path(place), replace=force)]
    if kind == "program":
        programs.deliver(values, program)
        return []
    if sys.stdout.isatty() or setup.output.as_json:
        raise Usage(
            Code.USAGE,
            "Workflow commands would show the secrets here",
            remedy=("Run it in a step of a job, without --json",),
        )
    github.deliver(values, prefix, setup.environ, lambda line: setup.output.lines([line]))
    return []
