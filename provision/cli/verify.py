"""`provision verify`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.calls import make_call, open_store, show_results
from provision.cli.options import Setup, apps, common, orgs, propagation_timeout
from provision.cli.progress import Progress
from provision.cli.reports import report


@click.command()
@orgs
@apps
@click.option(
    "--grant", "grants", multiple=True, type=click.Choice(["jwt-bearer", "client-credentials"]), help="Only this."
)
@click.option(
    "--negative/--no-negative",
    default=None,
    help="Also try what must be refused, one attempt each (default: on local orgs only).",
)
@click.option("--revoke/--no-revoke", default=None, help="Revoke the tokens afterwards (default: on local orgs only).")
@propagation_timeout("How long to wait for a new app to spread.", default=0.0)
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the checks as JUnit XML into this file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    help="github: annotations, and a summary of the job; the default within GitHub Actions.",
)
@common
def command(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    grants: tuple[str, ...],
    negative: bool | None,
    revoke: bool | None,
    propagation_timeout: float,
    junit: Path | None,
    form: str | None,
) -> int:
    """Prove each grant with a real token, and that it acts as the declared user.

    Without an admin session it does what the app's own credentials allow and says what it skipped.

    \b
    Examples:
      provision verify
      provision verify -o uat -a billing-sync --grant jwt-bearer
      provision verify --all --junit verify.xml
    """
    from provision.cli.proving import proof_options
    from provision.fleet import verify_all

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    options = proof_options(
        setup, grants=grants, negative=negative, revoke=revoke, patience_minutes=propagation_timeout
    )
    results = verify_all(call, open_store(call.settings), options, Progress(setup.output))
    report(setup, results, junit=junit, form=form)
    return show_results(setup, results)
