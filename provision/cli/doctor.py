"""`provision doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provision.cli.calls import make_call, open_store
from provision.cli.options import Setup, apps, common, orgs
from provision.cli.output import Output, error_document, print_error
from provision.cli.tables import wrapped
from provision.errors import Code, Failed, Usage

if TYPE_CHECKING:
    from provision.doctor.line import Line

COLORS = {"ok": "32", "warning": "33", "problem": "31;1", "skipped": "2"}


@click.command()
@click.argument("names", nargs=-1, metavar="[CHECK]...")
@orgs
@apps
@click.option("--list-checks", is_flag=True, help="List the checks and what each asks.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write what a helper needs to know into a zip file, without secrets.",
)
@common
def command(
    setup: Setup,
    names: tuple[str, ...],
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    list_checks: bool,
    bundle: Path | None,
) -> int:
    """Check this machine and the org before anything is tried: one line a check, and what to do about it.

    Reads only; whether Connected Apps can be made is asked by a deploy that is checked only.

    \b
    Examples:
      provision doctor -o uat
      provision doctor machine/proxy org/clock
      provision doctor -o uat --bundle uat.zip
    """
    from provision.doctor.examine import NAMES, QUESTIONS

    if list_checks:
        listed = [{"check": name, "question": question} for name, question in QUESTIONS.items()]
        width = max(len(row["check"]) for row in listed)
        setup.output.result({"checks": listed}, (f"{row['check']:<{width}}  {row['question']}" for row in listed))
        return 0
    _refuse_unknown(names, NAMES)
    lines = _examined(setup, org_names, app_names, names or NAMES, all_orgs=all_orgs)
    if bundle is not None:
        from provision.doctor.bundle import write_bundle

        write_bundle(bundle, lines, setup.settings(), setup.environ, setup.flags)
        setup.output.say(f"{bundle} written.")
    return _told(setup.output, lines)


def _examined(
    setup: Setup, org_names: Sequence[str], app_names: Sequence[str], names: Sequence[str], *, all_orgs: bool
) -> list[Line]:
    from provision.doctor.examine import examine_machine, examine_org, patient
    from provision.doctor.line import Machine
    from provision.fleet import desired_in

    call = make_call(setup, org_names, app_names, all_orgs=all_orgs)
    slots = tuple((org, app) for org in call.orgs for app in call.apps[org])
    real = (call.settings.orgs[org] for org in call.orgs if call.settings.orgs[org].local is None)
    uses_sf = any("sf-cli" in org.admin for org in real)
    found = list(examine_machine(Machine(setup.environ, open_store(call.settings), slots, uses_sf), names))
    if any(name.startswith("org/") for name in names):
        for org in call.orgs:
            subject = patient(call.settings, org, desired_in(call, org), dict(call.environ), call.api_version)
            found += examine_org(subject, names)
            subject.site.transport.close()
    return found


def _told(output: Output, lines: Sequence[Line]) -> int:
    from provision.doctor.examine import problems

    document = {"checks": [_document(line) for line in lines]}
    count = problems(lines)
    if not count:
        output.result(document, _text(output, lines))
        return 0
    found = Failed(
        Code.PROBLEMS_FOUND,
        f"{count} problem{'s' if count != 1 else ''} found",
        remedy=("See the line under each; provision doctor CHECK asks one again",),
    )
    if output.as_json:
        output.envelope(error_document(found, output.warnings, document))
    else:
        output.lines(_text(output, lines))
        print_error(output, found)
    return found.exit_code


def _text(output: Output, lines: Sequence[Line]) -> Iterator[str]:
    width = max((len(line.check) for line in lines), default=0)
    several = len({line.org for line in lines if line.org}) > 1
    for line in lines:
        health = output.style(f"{line.health.value:<9}", COLORS[line.health.value], sys.stdout)
        where = f"{line.org}: " if several and line.org else ""
        first, *rest = wrapped(where + line.detail, 9 + width + 2)
        yield f"{health}{line.check:<{width}}  {first}"
        indent = " " * (9 + width + 2)
        yield from (indent + text for text in rest)
        if line.remedy:
            yield from (indent + text for text in wrapped(f"→ {line.remedy}", 9 + width + 2))


def _document(line: Line) -> dict[str, Any]:
    return {
        "check": line.check,
        "org": line.org,
        "health": line.health.value,
        "detail": line.detail,
        "remedy": line.remedy,
    }


def _refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    import difflib

    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            remedy = (f"Did you mean {' or '.join(near)}?",) if near else ()
            raise Usage(Code.USAGE, f"No such check {name!r}", remedy=(*remedy, "provision doctor --list-checks"))
