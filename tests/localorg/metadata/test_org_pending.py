"""A busy queue, and certificates that cannot be read back."""

from dataclasses import replace

import pytest

from provision.localorg.metadata.tree import NAMESPACE
from provision.localorg.store.orgs import changed
from tests.localorg.metadata import families as eca
from tests.localorg.metadata.families import element

APP = "connectedApps/Sync.connectedApp"
SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'


@pytest.fixture
def files(package_xml):
    return {"package.xml": package_xml({"PermissionSet": ["A"]}), "permissionsets/A.permissionset": SET}


def switched(org, **switches):
    """The org as it behaves from now on."""
    with org.database.transaction() as transaction:
        held = transaction.orgs.get(org.row.id)
        return replace(org, row=transaction.orgs.set_switches(held, changed(held.switches, switches)))


def statuses(http, job_id, polls):
    return [http.poll(job_id).text_of("status") for _ in range(polls)]


def test_a_deploy_stays_pending_until_the_queue_moves_again(http, files):
    switched(http.org, deploys="stay-pending")
    job_id = http.start(files)
    assert statuses(http, job_id, 5) == ["Pending"] * 5
    assert http.org.records("PermissionSet", Name="A") == []
    switched(http.org, deploys="run")
    assert statuses(http, job_id, 2) == ["InProgress", "Succeeded"]
    assert len(http.org.records("PermissionSet", Name="A")) == 1


def test_a_deploy_over_rest_waits_too(http, files):
    switched(http.org, deploys="stay-pending")
    job_id = http.start(files)
    seen = [http.rest("GET", f"/{job_id}").json["deployResult"]["status"] for _ in range(3)]
    assert seen == ["Pending"] * 3


def test_a_waiting_deploy_can_be_cancelled(http, files):
    switched(http.org, deploys="stay-pending")
    job_id = http.start(files)
    assert statuses(http, job_id, 2) == ["Pending", "Pending"]
    http.result("cancelDeploy", f"<String>{job_id}</String>")
    assert statuses(http, job_id, 1) == ["Canceled"]


def test_a_certificate_that_is_hidden_still_works_and_is_not_lost(org, certificate):
    pem, der, bare = certificate
    app = (
        f'<ConnectedApp xmlns="{NAMESPACE}"><contactEmail>a@b.example</contactEmail><label>Sync</label><oauthConfig>'
        f"<callbackUrl>https://a.example</callbackUrl><certificate>{pem}</certificate><scopes>Api</scopes>"
        "</oauthConfig></ConnectedApp>"
    )
    org.deploy({APP: app})
    assert bare in org.read("ConnectedApp", "Sync")
    org = switched(org, certificate_readback="hidden")
    assert "certificate" not in org.read("ConnectedApp", "Sync")
    assert "<scopes>Api</scopes>" in org.read("ConnectedApp", "Sync")
    assert org.consumer("Sync").certificate_der == der


def test_the_certificate_of_an_external_client_app_is_hidden_too(org, certificate):
    pem, der, _bare = certificate
    org.deploy(eca.minimal() | {eca.GLOBAL: eca.shared(element("certificate", pem))})
    name = eca.GLOBAL.rpartition("/")[2].partition(".")[0]
    assert "<certificate>" in org.read("ExtlClntAppGlobalOauthSettings", name)
    org = switched(org, certificate_readback="hidden")
    shown = org.read("ExtlClntAppGlobalOauthSettings", name)
    assert "certificate" not in shown
    assert "<consumerKey>" in shown
    assert org.consumer("Sync").certificate_der == der
