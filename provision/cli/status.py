"""`provision status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from provision.cli.calls import make_call, open_store
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.output import error_document, print_error
from provision.cli.progress import Progress

if TYPE_CHECKING:
    from provision.model.status import AppStatus, OrgStatus

HEADINGS = ("APP", "ORG", "KIND", "KEY", "CERTIFICATE", "LAST PROOF", "DRIFT")


@click.command()
@orgs
@apps
@common
def command(setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool) -> int:
    """Show how apps stand: kind, key, days left of the certificate, last proof, and what apply would change.

    \b
    Examples:
      provision status
      provision status --all --json
    """
    from provision.errors import Code, Partial
    from provision.status import status_all

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    found = status_all(call, open_store(call.settings), Progress(setup.output))
    document = {"orgs": [_document(org) for org in found]}
    errors = [org.error for org in found if org.error is not None]
    problem = errors[0] if errors else None
    if problem is not None and len(errors) < len(found):
        summary = f"{len(errors)} of {len(found)} orgs could not be looked at"
        problem = Partial(Code.PARTIAL_SUCCESS, summary, detail=problem.summary, remedy=problem.remedy)
    if problem is None:
        setup.output.result(document, _lines(found))
        return 0
    if setup.output.as_json:
        setup.output.envelope(error_document(problem, setup.output.warnings, document))
    else:
        setup.output.lines(_lines(found))
        print_error(setup.output, problem)
    return problem.exit_code


def _lines(found: Sequence[OrgStatus]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [HEADINGS]
    for org in found:
        rows += [_row(org.org, app) for app in org.apps]
        if org.error is not None:
            rows.append(("-", org.org, "-", "-", "-", "-", f"not seen: {org.error.code}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _row(org: str, app: AppStatus) -> tuple[str, ...]:
    return (
        app.app,
        org,
        app.kind.value if app.kind else "not there",
        app.key,
        "-" if app.days_left is None else "expired" if app.days_left < 0 else f"{app.days_left} days left",
        "never" if app.proved_at is None else f"{'passed' if app.proved else 'failed'} {app.proved_at:%Y-%m-%d %H:%M}",
        _drift(app),
    )


def _drift(app: AppStatus) -> str:
    if app.problem is not None:
        return f"blocked: {app.problem.code}"
    return f"{app.drift} change{'s' if app.drift != 1 else ''}" if app.drift else "none"


def _document(org: OrgStatus) -> dict[str, Any]:
    return {
        "org": org.org,
        "org_id": org.org_id,
        "error": org.error.code.value if org.error else None,
        "apps": [_app_document(app) for app in org.apps],
    }


def _app_document(app: AppStatus) -> dict[str, Any]:
    certificate = app.certificate
    return {
        "app": app.app,
        "kind": app.kind.value if app.kind else None,
        "consumer_key": app.consumer_key,
        "key": app.key,
        "certificate": None
        if certificate is None
        else {
            "fingerprint_sha256": certificate.fingerprint_sha256,
            "not_after": certificate.not_after.isoformat(),
            "days_left": app.days_left,
        },
        "last_proof": None
        if app.proved_at is None
        else {"at": app.proved_at.isoformat(timespec="seconds"), "passed": app.proved},
        "drift": app.drift,
        "problem": app.problem.code.value if app.problem else None,
    }
