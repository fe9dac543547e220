"""Orgs that do not show certificates, and dry runs before there is a user: nothing is called unchanged or failed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.keys.generate import generate_private_key
from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Done, Provision
from tests.journeys.key_pairs import requested_key
from tests.keys.authority import Authority, bundle

FILES = {"local-legacy": "settings", "local": "modern"}


@pytest.fixture(params=FILES, ids=str)
def local(request: pytest.FixtureRequest, provision: Provision) -> LocalOrg:
    """A local org of each kind, fresh."""
    path: Path = request.getfixturevalue(FILES[request.param])
    assert provision("plan").code == 0
    return LocalOrg.open(path.parent / ".provision" / FILE_NAME, request.param)


def handled(done: Done) -> dict[str, str]:
    return {item["field"].rpartition(".")[2]: item["handling"] for item in done.org["unread"]}


def test_a_certificate_that_is_not_shown_is_applied_until_the_app_is_proved(
    local: LocalOrg, provision: Provision
) -> None:
    local.switch(certificate_readback="hidden")
    assert provision("apply", "--no-verify").code == 0
    planned = provision("plan", "--json")
    assert handled(planned) == {"certificate": "always applied", "consumerSecret": "decided by proof"}
    [change] = planned.org["changes"]
    assert [row["field"].rpartition(".")[2] for row in change["fields"]] == ["certificate"]
    applied = provision("apply", "--json")
    assert applied.code == 0, applied.document
    proved = provision("plan", "--json", "--exit-code")
    assert (proved.code, proved.org["changes"]) == (0, [])
    assert handled(proved) == {"certificate": "decided by proof", "consumerSecret": "decided by proof"}
    assert "decided by proof" in provision("plan").out


def test_a_failed_proof_has_it_applied_again(local: LocalOrg, provision: Provision) -> None:
    local.switch(certificate_readback="hidden")
    assert provision("apply").code == 0
    local.fault("unavailable", times=None, path="*/token")
    assert provision("verify").code != 0
    local.clear_faults()
    assert handled(provision("plan", "--json"))["certificate"] == "always applied"
    assert provision("apply").code == 0
    assert provision("plan", "--exit-code").code == 0


def test_a_certificate_is_proved_by_itself_not_by_when_it_began(
    local: LocalOrg, provision: Provision, workspace: Path, request: pytest.FixtureRequest
) -> None:
    """Authorities date certificates back, so that a new one may begin before the last proof."""
    where = ("-o", request.node.callspec.params["local"], "-a", "billing-sync")
    local.switch(certificate_readback="hidden")
    assert provision("apply", *where).code == 0
    yesterday = datetime.now(UTC) - timedelta(days=1)
    authority = Authority("CN=Acme Issuing CA", generate_private_key(2048), start=yesterday)
    issued = authority.certify("CN=billing-sync", requested_key(provision, *where))
    (workspace / "issued.pem").write_text(bundle(issued))
    assert provision("keys", "import", *where, "--certificate", "issued.pem").code == 0
    assert handled(provision("plan", *where, "--json"))["certificate"] == "always applied"
    assert provision("apply", *where).code == 0
    assert provision("plan", *where, "--exit-code").code == 0


def test_a_proof_of_another_grant_says_nothing_of_the_certificate(local: LocalOrg, provision: Provision) -> None:
    local.switch(certificate_readback="hidden")
    assert provision("apply", "--no-verify").code == 0
    assert provision("verify", "--grant", "client-credentials").code == 0
    assert handled(provision("plan", "--json"))["certificate"] == "always applied"
    assert provision("verify").code == 0
    assert provision("verify", "--grant", "client-credentials").code == 0
    assert handled(provision("plan", "--json"))["certificate"] == "decided by proof"


def test_a_dry_run_before_there_is_a_user_leaves_the_app_pending(local: LocalOrg, provision: Provision) -> None:
    done = provision("apply", "--dry-run", "--json")
    assert done.code == 0, done.document
    pending = [change for change in done.org["changes"] if (change["detail"] or "").startswith("pending")]
    assert pending
    assert {change["app"] for change in pending} == {"billing-sync"}
    assert {change["outcome"] for change in done.org["changes"]} == {"planned"}
    assert all("billing.bot@acme.example" in change["detail"] for change in pending)
    assert any("pending" in warning for warning in done.document["warnings"])
    assert provision("assign").code == 0
    again = provision("apply", "--dry-run", "--json")
    assert (again.code, [change["detail"] for change in again.org["changes"] if change["detail"]]) == (0, [])
    assert local.org_id


def test_no_new_key_is_put_on_an_app_that_may_have_one(
    local: LocalOrg, provision: Provision, workspace: Path, request: pytest.FixtureRequest
) -> None:
    """An app of others that shows no certificate may well have one: a key of ours would lock out its consumers."""
    assert provision("apply").code == 0
    name = request.node.callspec.params["local"]
    shutil.rmtree(workspace / ".provision" / name / "billing-sync")
    local.switch(certificate_readback="hidden")
    for command in (("plan",), ("apply", "--no-verify"), ("deploy",)):
        done = provision(*command, "--json")
        assert (done.code, done.document["code"]) == (1, "KEY_MISSING"), done.document
        assert any(f"provision keys import -o {name} -a billing-sync" in one for one in done.document["actions"])
    assert provision("keys", "generate", "-a", "billing-sync").code == 0
    [app] = [one for one in provision("plan", "--json").org["changes"] if one["app"] == "billing-sync"]
    assert [row["field"].rpartition(".")[2] for row in app["fields"]] == ["certificate"]
