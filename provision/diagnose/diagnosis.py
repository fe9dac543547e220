"""From failed checks to what is behind them: every cause that can be is looked for, proofs first.

A cause is only called proved where the org, or what is held, shows it; nothing is concluded from likelihood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from provision.checks.proof import Proof
from provision.diagnose.case import Case
from provision.diagnose.causes import (
    access_control,
    address,
    api_enabled,
    app_blocked,
    app_disabled,
    app_missing,
    audience,
    calls_used_up,
    certificate_differs,
    certificate_missing,
    certificate_out_of_date,
    clock,
    consumer_key,
    credentials_missing,
    flow_off,
    login_host,
    login_rate,
    not_assigned,
    not_granted,
    run_as_missing,
    run_as_other,
    scopes,
    secret_differs,
    self_authorised,
    session_level,
    spreading,
    user_frozen,
    user_inactive,
    user_missing,
)
from provision.diagnose.sight import Sight
from provision.errors import ProvisionError
from provision.model.diagnosis import Cause, Diagnosis, Failure, Verdict


class CauseModule(Protocol):
    """What a module of `provision.diagnose.causes` offers."""

    NAME: str
    BEHIND: frozenset[tuple[str, str]]

    def look(self, case: Case) -> Cause | None:
        """Return what looking came to; `None` where it is not this."""


CAUSES: tuple[CauseModule, ...] = (
    credentials_missing,
    login_host,
    audience,
    app_missing,
    consumer_key,
    app_disabled,
    app_blocked,
    access_control,
    certificate_missing,
    certificate_differs,
    certificate_out_of_date,
    clock,
    user_missing,
    user_inactive,
    user_frozen,
    secret_differs,
    flow_off,
    run_as_missing,
    run_as_other,
    self_authorised,
    not_granted,
    not_assigned,
    scopes,
    address,
    login_rate,
    session_level,
    api_enabled,
    calls_used_up,
    spreading,
)
"""In the order in which a token request meets them, waiting last."""

_RANKS = {Verdict.PROVED: 0, Verdict.POSSIBLE: 1, Verdict.UNSEEN: 2}


def diagnose(proof: Proof, failures: Iterable[Failure]) -> tuple[Diagnosis, ...]:
    """Return what is behind each failure that some cause knows itself behind; checks of one cause are told once."""
    sight = Sight(proof.site, proof.org)
    found: dict[tuple[object, ...], Diagnosis] = {}
    for failure in failures:
        causes = tuple(_causes(Case(proof, failure, sight)))
        if causes:
            found.setdefault(
                (failure.grant, *(cause.name for cause in causes)), Diagnosis(failure.check, failure.grant, causes)
            )
    return tuple(found.values())


def _causes(case: Case) -> Iterator[Cause]:
    """Yield the proved causes alone where there are any, else all that can be."""
    looked = [cause for module in CAUSES if case.failure.said in module.BEHIND and (cause := _look(module, case))]
    proved = [cause for cause in looked if cause.verdict is Verdict.PROVED]
    yield from sorted(proved or looked, key=lambda cause: _RANKS[cause.verdict])


def _look(module: CauseModule, case: Case) -> Cause | None:
    """Look; a refused query or a lost connection leaves the cause open and the others to be looked for."""
    try:
        return module.look(case)
    except ProvisionError as problem:
        takes = f"could not be looked at: {problem.summary}"
        return Cause(module.NAME, Verdict.UNSEEN, takes, f"provision verify {case.options} --debug")
