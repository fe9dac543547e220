"""The same run in one org or many, and what the results come to together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from provision import destroy
from provision.acts.keys import materials
from provision.acts.proofs import note_proofs
from provision.apply import begin, plan_of, refuse_other_org, run_org, unproved
from provision.checks.proof import Options
from provision.clock import SYSTEM, Clock
from provision.digest import states
from provision.errors import Code, Failed, Partial, ProvisionError
from provision.files import declared_files
from provision.keys.certificate import certificate_pem
from provision.model.change import Outcome, OutcomeStatus
from provision.model.desired import Desired
from provision.model.event import Event, Listener
from provision.model.result import OrgResult
from provision.model.situation import needs_key_pair
from provision.observe import observe
from provision.org.client import Org, Site
from provision.org.connect import connect, site_of
from provision.settings.models import Settings
from provision.stages import Order
from provision.store.protocol import Store
from provision.verify import Witness, failed, prove_all
from provision.wanted import beside, wanted_in


@dataclass(frozen=True)
class Call:
    """Which orgs and apps a command was asked for, and with what."""

    settings: Settings
    orgs: Sequence[str]
    apps: Mapping[str, Sequence[str]]
    """App keys by org."""
    environ: Mapping[str, str]
    api_version: str
    clock: Clock = SYSTEM


def run_all(call: Call, store: Store, order: Order, listen: Listener) -> tuple[OrgResult, ...]:
    """Run `order` in every org of `call`, one after the other; a failure in one does not stop the others."""
    return tuple(_run_one(call, name, store, order, listen) for name in call.orgs)


def plan_all(call: Call, store: Store, listen: Listener) -> tuple[OrgResult, ...]:
    """Plan every org: the outcomes are what would be done; a failure in one org does not stop the others."""
    return tuple(_plan_one(call, name, store, listen) for name in call.orgs)


def verify_all(call: Call, store: Store, options: Options, listen: Listener) -> tuple[OrgResult, ...]:
    """Prove the apps of every org, with an admin's view where there is one."""
    return tuple(_verify_one(call, name, store, options, listen) for name in call.orgs)


def destroy_all(call: Call, store: Store, order: destroy.Order, listen: Listener) -> tuple[OrgResult, ...]:
    """Take down the chosen apps in every org; a failure in one does not stop the others."""
    return tuple(_destroy_one(call, name, store, order, listen) for name in call.orgs)


def rendered(call: Call, name: str, store: Store, form: Literal["mdapi", "source"]) -> dict[str, bytes]:
    """Return the declared metadata of an org as files by path; nobody is asked, stored certificates are used."""
    wanted = desired_in(call, name)
    found = materials(store, name, None, wanted)
    certificates = {key: certificate_pem(m.key_pair.certificate) if m.key_pair else None for key, m in found.items()}
    return declared_files(wanted, certificates, call.api_version, form)


def without_certificate(call: Call, name: str, store: Store) -> tuple[str, ...]:
    """Return the apps that sign assertions and have no key pair in the store: their files lack the certificate."""
    wanted = desired_in(call, name)
    found = materials(store, name, None, wanted)
    return tuple(app.key for app in wanted.apps if needs_key_pair(app) and found[app.key].key_pair is None)


def desired_in(call: Call, name: str) -> Desired:
    """Return what the settings and the files they name want of an org, held to the chosen apps and their users."""
    return wanted_in(call.settings, name, call.apps[name])


def overall(results: Sequence[OrgResult]) -> ProvisionError | None:
    """Return the error that several results come to: their own where all failed alike, else a partial success."""
    failures = [result.error for result in results if result.error is not None]
    if not failures:
        return None
    if len(results) == 1 and some_proved(results[0]):
        problem = failures[0]
        return Partial(Code.PARTIAL_SUCCESS, problem.summary, detail=problem.detail, remedy=problem.remedy)
    if len(results) == 1 or (len({type(problem) for problem in failures}) == 1 and len(failures) == len(results)):
        return failures[0]
    lines = "\n".join(f"{result.org}: {result.error.summary}" for result in results if result.error)
    family, code = (Failed, failures[0].code) if len(failures) == len(results) else (Partial, Code.PARTIAL_SUCCESS)
    return family(
        code,
        f"{len(failures)} of {len(results)} orgs failed",
        detail=lines,
        remedy=("Run the command again for the failed orgs: finished steps are kept",),
    )


def some_proved(result: OrgResult) -> bool:
    """Whether some apps of an org were proved, and others were not."""
    return len({app.proved for app in result.apps}) > 1


def _run_one(call: Call, name: str, store: Store, order: Order, listen: Listener) -> OrgResult:
    pinned = replace(order, pinned_org_id=call.settings.orgs[name].org_id)
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except ProvisionError as problem:
        return OrgResult(name, None, "failed", 0, error=problem)
    try:
        result = run_org(org, desired_in(call, name), store, pinned, listen)
        note_proofs(store, result, call.clock.now())
        return result
    finally:
        org.site.transport.close()


def _plan_one(call: Call, name: str, store: Store, listen: Listener) -> OrgResult:
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except ProvisionError as problem:
        return OrgResult(name, None, "failed", 0, error=problem)
    try:
        order = Order(pinned_org_id=call.settings.orgs[name].org_id)
        work = begin(org, desired_in(call, name), store, order, listen)
        plan = plan_of(work)
    except ProvisionError as problem:
        return OrgResult(name, None, "failed", org.site.api_calls, error=problem)
    finally:
        org.site.transport.close()
    outcomes = tuple(Outcome(change, OutcomeStatus.PLANNED) for change in plan.changes)
    status: Literal["done", "unchanged"] = "done" if plan.changes else "unchanged"
    return OrgResult(
        name,
        plan.org_id,
        status,
        org.site.api_calls,
        outcomes,
        findings=plan.findings,
        unread=plan.unread,
        states=states(work.situation),
    )


def _destroy_one(call: Call, name: str, store: Store, order: destroy.Order, listen: Listener) -> OrgResult:
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except ProvisionError as problem:
        return OrgResult(name, None, "failed", 0, error=problem)
    target = destroy.Target(
        replace(desired_in(call, name), delete_before=(), delete_after=()),
        beside(call.settings, name, call.apps[name]),
    )
    pinned = replace(order, pinned_org_id=call.settings.orgs[name].org_id)
    try:
        return destroy.destroy_org(org, target, store, pinned, listen)
    finally:
        org.site.transport.close()


def _verify_one(call: Call, name: str, store: Store, options: Options, listen: Listener) -> OrgResult:
    site, org = _witnesses(call, name, listen)
    observed = None
    wanted = desired_in(call, name)
    try:
        if org is not None:
            observed = observe(org, wanted, site.transport.clock.now())
            refuse_other_org(org, observed, call.settings.orgs[name].org_id)
        found = materials(store, name, observed, wanted)
        apps = prove_all(Witness(site, org, observed), wanted, found, replace(options, org_id=site.org_id), listen)
    except ProvisionError as problem:
        return OrgResult(name, None, "failed", site.api_calls, error=problem)
    finally:
        site.transport.close()
    org_id = observed.organization.org_id if observed else None
    note_proofs(store, OrgResult(name, org_id, "done", 0, apps=apps), call.clock.now())
    bad = failed(apps)
    status: Literal["failed", "done"] = "failed" if bad else "done"
    return OrgResult(name, org_id, status, site.api_calls, apps=apps, error=unproved(len(bad)) if bad else None)


def _witnesses(call: Call, name: str, listen: Listener) -> tuple[Site, Org | None]:
    """Return the site, and an admin's session where a source gives one."""
    try:
        org = connect(call.settings, name, call.environ, call.api_version, call.clock)
    except Failed as problem:
        if problem.code is not Code.NO_ADMIN_SESSION:
            raise
        listen(Event("warning", "verify", f"{problem.summary}: checks that take admin access are skipped", name))
        return site_of(call.settings, name, call.api_version, call.clock), None
    return org.site, org
