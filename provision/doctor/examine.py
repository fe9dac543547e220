"""The doctor's round: every check once, in order; none that fails keeps the others from being made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from provision.clock import SYSTEM, Clock
from provision.diagnose.sight import Sight
from provision.doctor import capacity, machine, reach, switches
from provision.doctor.line import Health, Line, Machine, OfMachine, OfOrg, Patient, skipped
from provision.errors import ProvisionError
from provision.model.desired import Desired
from provision.org.connect import connect, site_of
from provision.settings.models import Settings

OF_MACHINE: tuple[OfMachine, ...] = machine.CHECKS
OF_ORG: tuple[OfOrg, ...] = (*reach.CHECKS, *switches.CHECKS, *capacity.CHECKS)

QUESTIONS: dict[str, str] = {
    **{check.name: check.question for check in OF_MACHINE},
    **{check.name: check.question for check in OF_ORG},
}
"""What each check asks, by its name, in the order of asking."""
NAMES: tuple[str, ...] = tuple(QUESTIONS)


def examine_machine(subject: Machine, names: Iterable[str]) -> Iterator[Line]:
    """Yield a line for each chosen check of the machine."""
    chosen = set(names)
    yield from (check.look(subject) for check in OF_MACHINE if check.name in chosen)


def examine_org(patient: Patient, names: Iterable[str]) -> Iterator[Line]:
    """Yield a line for each chosen check of the org; without a session, those that take one are skipped."""
    chosen = set(names)
    for check in OF_ORG:
        if check.name in chosen:
            yield replace(_line(check, patient), org=patient.site.name)


def patient(
    settings: Settings, name: str, desired: Desired, environ: dict[str, str], api_version: str, clock: Clock = SYSTEM
) -> Patient:
    """Return the org to examine, with an admin session where a source gives one."""
    try:
        org = connect(settings, name, environ, api_version, clock)
    except ProvisionError as failure:
        site = site_of(settings, name, api_version, clock)
        return Patient(site, None, desired, Sight(site, None), failure)
    return Patient(org.site, org, desired, Sight(org.site, org))


def problems(lines: Sequence[Line]) -> int:
    """Return how many lines tell of something in the way."""
    return sum(line.health is Health.PROBLEM for line in lines)


def _line(check: OfOrg, patient: Patient) -> Line:
    if check.admin and patient.org is None:
        return skipped(check.name, "takes an admin session")
    try:
        return check.look(patient)
    except ProvisionError as failure:
        said = (failure.detail or "").splitlines()
        return skipped(check.name, ": ".join([failure.summary, *said[:1]]))
