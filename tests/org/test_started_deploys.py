"""A deploy may be started, left, taken up again and cancelled; the command to go on with is printed whole."""

from __future__ import annotations

import shlex

import pytest

from provision.errors import Code
from provision.localorg import LocalOrg
from tests.journeys.conftest import Done, Provision
from tests.org.by_hand import document
from tests.org.conftest import NAME


@pytest.fixture
def started(local: LocalOrg, provision: Provision) -> Done:
    """`provision deploy --async` once the run-as user exists."""
    assert provision("assign").code == 0
    done = provision("deploy", "--async", "--json")
    assert document(local) is None, "started, not waited for"
    return done


def following(done: Done, option: str) -> list[str]:
    """Return the printed command with that option, as a shell reads it, without the program's name."""
    [command] = [action for action in done.document["actions"] if option in action]
    program, *words = shlex.split(command)
    assert program == "provision"
    return words


def test_a_started_deploy_says_how_to_go_on(started: Done) -> None:
    assert (started.code, started.document["code"]) == (69, Code.STILL_RUNNING)
    deploy_id = started.document["context"]["deploy_id"]
    assert deploy_id.startswith("0Af")
    assert following(started, "--resume") == ["deploy", "-o", NAME, "--resume", deploy_id]
    assert following(started, "--cancel") == ["deploy", "-o", NAME, "--cancel", deploy_id]
    outcomes = {change["type"]: change["outcome"] for change in started.org["changes"]}
    assert outcomes["ConnectedApp"] == outcomes["PermissionSet"] == "planned", "not applied, not failed"


def test_people_are_told_the_same(local: LocalOrg, provision: Provision) -> None:
    assert provision("assign").code == 0
    done = provision("deploy", "--async")
    assert done.code == 69
    assert f"provision deploy -o {NAME} --resume 0Af" in done.err
    assert document(local) is None


def test_the_printed_command_finishes_the_deploy(local: LocalOrg, started: Done, provision: Provision) -> None:
    resumed = provision(*following(started, "--resume"), "--json")
    assert (resumed.code, resumed.document["result"]["status"]) == (0, "Succeeded")
    assert document(local) is not None
    assert provision("assign").code == 0
    assert provision("verify").code == 0, "credentials were kept before the deploy was started"
    assert provision("plan", "--exit-code").code == 0


def test_the_printed_command_cancels_the_deploy(local: LocalOrg, started: Done, provision: Provision) -> None:
    canceled = provision(*following(started, "--cancel"), "--json")
    assert (canceled.code, canceled.document["result"]["status"]) == (0, "Canceled")
    resumed = provision(*following(started, "--resume"), "--json")
    assert (resumed.code, resumed.document["code"]) == (1, Code.DEPLOY_CANCELED)
    assert document(local) is None


@pytest.mark.parametrize("command", ["deploy", "apply"])
def test_a_wait_that_ends_early_says_how_to_go_on(local: LocalOrg, provision: Provision, command: str) -> None:
    assert provision("assign").code == 0
    done = provision(command, "--wait", "0", "--json")
    assert (done.code, done.document["code"]) == (69, Code.STILL_RUNNING)
    assert document(local) is None
    assert provision(*following(done, "--resume")).code == 0
    assert document(local) is not None
    assert provision("apply").code == 0


def test_resuming_may_end_early_again(started: Done, provision: Provision) -> None:
    words = following(started, "--resume")
    done = provision(*words, "--wait", "0", "--json")
    assert (done.code, done.document["code"]) == (69, Code.STILL_RUNNING)
    assert provision(*words).code == 0


def test_only_one_of_them_at_a_time_and_in_one_org(local: LocalOrg, provision: Provision) -> None:
    for words in (
        ("--async", "--resume", "0Af1"),
        ("--resume", "0Af1", "--cancel", "0Af1"),
        ("--all", "--resume", "0Af1"),
    ):
        assert provision("deploy", *words).code == 2
    assert document(local) is None


def test_a_deploy_that_the_org_does_not_know_is_refused(local: LocalOrg, provision: Provision) -> None:
    done = provision("deploy", "--resume", f"{'0Af'}{local.org_id[3:15]}", "--json")
    assert (done.code, done.document["code"]) == (1, Code.REQUEST_REFUSED)


def test_a_deploy_that_stays_pending_is_not_asked_after_without_a_pause(local: LocalOrg, provision: Provision) -> None:
    assert provision("assign").code == 0
    local.switch(deploys="stay-pending")
    done = provision("deploy", "--wait", "0.05", "--json")
    assert (done.code, done.document["code"]) == (69, Code.STILL_RUNNING)
    assert done.org["api_calls"] < 20
