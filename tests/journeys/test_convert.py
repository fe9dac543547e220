"""`provision convert`: from file, org or settings to files that deploy, with what changes said."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.assertion import assertion
from provision.errors import Code
from provision.localorg import FILE_NAME, LocalOrg
from provision.metadata.package import to_zip
from provision.model.deployment import DeployOptions
from provision.model.event import silent
from provision.model.metadata import Component, Package
from provision.org.client import Org, Site
from provision.org.oauth import Token, jwt_bearer
from provision.store.file import FileStore
from provision.store.protocol import Slot
from provision.transport import Transport
from tests.journeys.conftest import Provision, edit

LEGACY = "local-legacy"
OLD = """<?xml version="1.0" encoding="UTF-8"?>
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>a@acme.example</contactEmail>
    <label>Old Sync</label>
    <mobileStartUrl>https://m.acme.example</mobileStartUrl>
    <oauthConfig>
        <callbackUrl>https://localhost/cb</callbackUrl>
        <consumerKey>3MVG9canarykey</consumerKey>
        <consumerSecret>canary-secret</consumerSecret>
        <isClientCredentialEnabled>true</isClientCredentialEnabled>
        <oauthClientCredentialUser>bot@acme.example</oauthClientCredentialUser>
        <scopes>Api</scopes>
    </oauthConfig>
    <permissionSetName>Sync Access</permissionSetName>
</ConnectedApp>
"""


@pytest.fixture
def old_file(workspace: Path) -> Path:
    path = workspace / "Old_Sync.connectedApp-meta.xml"
    path.write_text(OLD)
    return path


def test_a_file_is_converted_without_settings_or_org(old_file: Path, provision: Provision) -> None:
    done = provision("convert", str(old_file), "--json")
    assert done.code == 0
    result = done.document["result"]
    assert (result["connected_app"], result["external_client_app"]) == ("Old_Sync", "Old_Sync_ECA")
    assert len(result["files"]) == 5
    assert [one["path"] for one in result["no_equivalent"]] == ["mobileStartUrl"]
    assert {one["path"] for one in result["to_check"]} == {"permissionSetName", "oauthConfig.isPkceRequired"}
    assert {one["what"] for one in result["changes_in_use"]} >= {"consumer key", "consumer secret", "token host"}
    assert {"path": "label", "type": "ExternalClientApplication", "element": "label"} in result["taken_over"]
    entry = result["settings"]["apps"]["old-sync-eca"]
    assert (entry["kind"], entry["grants"], entry["scopes"]) == ("external-client-app", ["client-credentials"], ["api"])
    assert "canary-secret" not in done.out + done.err
    assert "3MVG9canarykey" not in "".join(result["files"].values())


def test_people_are_told_in_words(old_file: Path, provision: Provision) -> None:
    done = provision("convert", str(old_file), "--name", "Sync_Today", "--no-color")
    assert done.code == 0
    for text in (
        "Sync_Today",
        "No equivalent",
        "mobileStartUrl",
        "Changes in use",
        "https://MY_DOMAIN",
        "ConnectedApp",
    ):
        assert text in done.out
    assert "canary-secret" not in done.out


def test_files_are_written_and_never_over_others(old_file: Path, provision: Provision, workspace: Path) -> None:
    done = provision("convert", str(old_file), "--format", "mdapi", "-d", "eca", "--json")
    written = done.document["result"]["written"]
    assert "eca/package.xml" in written
    assert all((workspace / path).is_file() for path in written)
    again = provision("convert", str(old_file), "--format", "mdapi", "-d", "eca", "--json")
    assert (again.code, again.document["code"]) == (2, Code.FILE_EXISTS)
    assert provision("convert", str(old_file), "--format", "mdapi", "-d", "eca", "--force").code == 0
    assert provision("render", "--check", "eca").code == 0


@pytest.mark.parametrize("words", [(), ("-a", "x", "--connected-app", "Y")])
def test_the_app_comes_from_one_place(provision: Provision, settings: Path, words: tuple[str, ...]) -> None:
    assert settings.exists()
    done = provision("convert", *words, "--json")
    assert (done.code, done.document["code"]) == (2, Code.USAGE)


def test_what_is_no_connected_app_is_refused(provision: Provision, workspace: Path) -> None:
    (workspace / "x.xml").write_text("<PermissionSet xmlns='http://soap.sforce.com/2006/04/metadata'/>")
    done = provision("convert", "x.xml", "--json")
    assert (done.code, done.document["code"]) == (1, Code.METADATA_INVALID)


def test_an_app_that_the_org_does_not_show(settings: Path, provision: Provision) -> None:
    assert settings.exists()
    done = provision("convert", "-o", LEGACY, "--connected-app", "Nobody", "--json")
    assert (done.code, done.document["code"]) == (1, Code.APP_UNKNOWN)


def test_an_app_of_the_settings_keeps_its_words(settings: Path, provision: Provision) -> None:
    edit(settings, "    user: billing-bot\n", "    user: billing-bot\n    start_url: https://acme.example/start\n")
    result = provision("convert", "-o", LEGACY, "-a", "billing-sync", "--json").document["result"]
    entry = result["settings"]["apps"]["billing-sync-eca"]
    assert (entry["name"], entry["kind"]) == ("Billing_Sync_ECA", "external-client-app")
    assert (entry["user"], entry["start_url"]) == ("billing-bot", "https://acme.example/start")
    [policies] = (text for path, text in result["files"].items() if path.endswith("ecaPlcy-meta.xml"))
    assert "<startUrl>https://acme.example/start</startUrl>" in policies


class Deployed:
    """An applied Connected App, converted from the org and deployed beside it."""

    def __init__(self, settings: Path, provision: Provision) -> None:
        assert provision("apply", "-o", LEGACY).code == 0
        self.result = provision("convert", "-o", LEGACY, "--connected-app", "Billing_Sync", "--json").document["result"]
        self.local = LocalOrg.open(settings.parent / ".provision" / FILE_NAME, LEGACY)
        self.store = FileStore(settings.parent / ".provision")
        hosts = (self.local.my_domain, self.local.login_host)
        site = Site(LEGACY, Transport(hosts, app=self.local.app), *hosts, "67.0", is_local=True)
        self.org = Org(site, self.local.admin_session, f"https://{self.local.my_domain}", "a test")

    def deploy(self, files: dict[str, str]) -> None:
        from pathlib import PurePosixPath

        from provision.metadata.naming import component_at

        found = [component_at(PurePosixPath(path), text.encode()) for path, text in files.items()]
        package = Package(tuple(one for one in found if isinstance(one, Component)), "67.0")
        deploy_id = self.org.metadata.start_deploy(to_zip(package), DeployOptions())
        result = self.org.metadata.wait_for_deploy(deploy_id, minutes=1, listen=silent)
        assert result.success, result.failures

    @property
    def consumer_key(self) -> str:
        with self.local.transaction() as transaction:
            [app] = transaction.records(self.local.org_id).find(
                "ExternalClientApplication", DeveloperName="Billing_Sync_ECA"
            )
            consumer = transaction.consumers(self.local.org_id).for_app(app.id)
        assert consumer is not None
        return consumer.key

    def token(self, consumer_key: str, host: str, audience: str) -> object:
        pair = self.store.key_pair(Slot(LEGACY, "billing-sync"))
        assert pair is not None
        now = self.org.site.transport.clock.now()
        signed = assertion(
            pair.signer,
            consumer_key=consumer_key,
            username="billing.bot@acme.example",
            audience=f"https://{audience}",
            now=now,
        )
        return jwt_bearer(self.org.site.transport, host, signed)


def test_the_new_app_works_beside_the_old_one_with_the_same_key_pair(settings: Path, provision: Provision) -> None:
    deployed = Deployed(settings, provision)
    assert deployed.result["to_check"] == [], "the org knows the permission set's API name"
    deployed.deploy(deployed.result["files"])
    my_domain, login = deployed.local.my_domain, deployed.local.login_host
    assert isinstance(deployed.token(deployed.consumer_key, my_domain, my_domain), Token)
    assert not isinstance(deployed.token(deployed.consumer_key, my_domain, login), Token), "as the report says"
    assert provision("verify", "-o", LEGACY).code == 0, "the old one goes on"
    assert provision("plan", "-o", LEGACY, "--exit-code").code == 0


def test_the_entry_makes_the_new_app_beside_the_old_one(settings: Path, provision: Provision) -> None:
    assert provision("apply", "-o", LEGACY, "--no-verify").code == 0
    words = ("convert", "-o", LEGACY, "--connected-app", "Billing_Sync")
    entry = provision(*words).out.split("Entry for apps: in provision.yaml\n")[1].split("\n\n")[0]
    edit(settings, "apps:\n", f"apps:\n{entry}\n")
    done = provision("apply", "-o", LEGACY, "--json")
    assert done.code == 0
    kinds = {app["app"]: app["kind"] for app in done.org["apps"]}
    assert kinds == {"billing-sync": "connected-app", "billing-sync-eca": "external-client-app"}
    assert all(check["status"] == "passed" for app in done.org["apps"] for check in app["checks"])
