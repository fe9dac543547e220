"""Production is changed only where it was named and confirmed, and a deploy to it is kept whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.acts.deploy import Deployment
from provision.apply import run_org
from provision.errors import Code
from provision.localorg import LocalOrg
from provision.model.deployment import DeployOptions
from provision.org.connect import connect
from provision.settings.desired import desired
from provision.settings.load import load
from provision.stages import Order
from provision.store.file import FileStore
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import find, update, written
from tests.org.conftest import NAME

WRITING = ("apply", "assign")


@pytest.fixture
def production(local: LocalOrg) -> LocalOrg:
    """The local org, as a production org says of itself."""
    [organization] = find(local, "Organization")
    update(local, organization, IsSandbox=False, OrganizationType="Enterprise Edition")
    return local


def untouched(local: LocalOrg, settings: Path) -> bool:
    return not written(local) and not list((settings.parent / ".provision" / NAME).rglob("*.pem"))


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("how", [(), ("--confirm", NAME), ("--all", "--confirm", NAME)])
def test_production_that_was_not_named_is_not_changed(
    production: LocalOrg, settings: Path, provision: Provision, command: str, how: tuple[str, ...]
) -> None:
    edit(settings, "  local: {local: {}}\n", "")
    done = provision(command, "--json", "--no-prompt", *how)
    assert (done.code, done.document["code"]) == (2, Code.PRODUCTION_NOT_NAMED)
    assert any(f"-o {NAME} --confirm {NAME}" in action for action in done.document["actions"])
    assert untouched(production, settings)


def test_an_environment_variable_names_no_production_org(
    production: LocalOrg, settings: Path, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SF_TARGET_ORG", NAME)
    done = provision("apply", "--json", "--no-prompt", "--confirm", NAME)
    assert (done.code, done.document["code"]) == (2, Code.PRODUCTION_NOT_NAMED)
    assert untouched(production, settings)


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize("how", [(), ("--confirm", "local"), ("--confirm", "billing-sync"), ("--confirm", "yes")])
def test_production_that_was_not_confirmed_is_not_changed(
    production: LocalOrg, settings: Path, provision: Provision, command: str, how: tuple[str, ...]
) -> None:
    done = provision(command, "--json", "--no-prompt", "-o", NAME, *how)
    assert (done.code, done.document["code"]) == (2, Code.CONFIRMATION_REQUIRED)
    assert f"Run it again with --confirm {NAME}" in done.document["actions"]
    assert untouched(production, settings)


def test_production_is_set_up_where_it_was_named_and_confirmed(production: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "-o", NAME, "--confirm", NAME).code == 0
    assert len(written(production)) == 4
    assert provision("apply").code == 0, "without changes there is nothing to confirm"
    assert provision("verify").code == 0


def test_a_deploy_to_production_is_confirmed_too(production: LocalOrg, settings: Path, provision: Provision) -> None:
    assert provision("apply", "-o", NAME, "--confirm", NAME, "--no-verify").code == 0
    edit(settings, "label: Billing Data", "label: Billing Figures")
    for how, code in (((), Code.PRODUCTION_NOT_NAMED), (("-o", NAME), Code.CONFIRMATION_REQUIRED)):
        done = provision("deploy", "--json", "--no-prompt", *how)
        assert (done.code, done.document["code"]) == (2, code)
    assert find(production, "PermissionSet", Label="Billing Figures") == []
    assert provision("deploy", "-o", NAME, "--confirm", NAME).code == 0
    assert len(find(production, "PermissionSet", Label="Billing Figures")) == 1


def test_reading_production_and_rehearsing_on_it_need_no_confirmation(
    production: LocalOrg, settings: Path, provision: Provision
) -> None:
    assert provision("plan").code == 0
    assert provision("apply", "--dry-run").code == 0
    assert untouched(production, settings)


# A deploy is kept whole or not at all


def rollbacks(local: LocalOrg, settings: Path, *, asked: bool) -> list[bool]:
    """Run with a deploy that asks for rollback or not, and return what arrived at the org with each deploy."""
    loaded = load(settings, {})
    order = Order(deployment=Deployment(DeployOptions(rollback_on_error=asked)))
    org = connect(loaded, NAME, {}, "67.0")
    assert run_org(org, desired(loaded, NAME), FileStore(settings.parent / ".provision"), order).error is None
    found = []
    with local.transaction() as transaction:
        jobs = transaction.jobs(local.org_id)
        for number in range(1, 10):
            job = jobs.get(f"0Af5g{number:010d}")
            if job is not None and job.kind == "deploy":
                found.append(job.state["options"]["rollback_on_error"])
    return found


@pytest.mark.parametrize("asked", [True, False])
def test_a_deploy_to_production_always_rolls_back(production: LocalOrg, settings: Path, asked: bool) -> None:
    assert rollbacks(production, settings, asked=asked) == [True]


@pytest.mark.parametrize("asked", [True, False])
def test_a_sandbox_does_as_asked(local: LocalOrg, settings: Path, asked: bool) -> None:
    assert rollbacks(local, settings, asked=asked) == [asked]


def test_nothing_is_kept_of_a_deploy_that_failed(local: LocalOrg, settings: Path, provision: Provision) -> None:
    edit(settings, "Account.Rating: read", "Account.Rating: read\n      Account.Nope__c: read")
    assert provision("apply", "--json").document["code"] == Code.DEPLOY_FAILED
    assert written(local) == ["billing.bot@acme.example"]
