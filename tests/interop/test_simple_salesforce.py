"""simple-salesforce, unchanged, logs in to the local org over TLS with what `provision apply` made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError
from simple_salesforce.login import SalesforceLogin

from provision.localorg import LocalOrg
from tests.interop.served import rerouted_session, served
from tests.journeys.conftest import Provision

pytestmark = pytest.mark.sockets

USERNAME = "billing.bot@acme.example"


@pytest.fixture
def applied(settings: Path, provision: Provision) -> Path:
    """A workspace in which everything has been set up on `local-legacy`."""
    done = provision("apply", "--json")
    assert done.code == 0, done.out
    return settings.parent


def org_of(workspace: Path) -> LocalOrg:
    return LocalOrg.open(workspace / ".provision/local-orgs.sqlite", "local-legacy")


def credentials(workspace: Path) -> dict[str, str]:
    [stored] = (workspace / ".provision/local-legacy/billing-sync/credentials").glob("*.json")
    found: dict[str, str] = json.loads(stored.read_text())
    return found


def key_file(workspace: Path) -> Path:
    [stored] = (workspace / ".provision/local-legacy/billing-sync/keys").glob("*.key.pem")
    return stored


def test_its_jwt_login_acts_as_the_integration_user(applied: Path, tmp_path: Path) -> None:
    org = org_of(applied)
    with served(org.app, tmp_path) as (base, ca_file):
        session = rerouted_session(base, ca_file)
        session_id, instance = SalesforceLogin(
            session=session,
            username=USERNAME,
            consumer_key=credentials(applied)["consumer_key"],
            privatekey_file=str(key_file(applied)),
            domain="test",
        )
        assert session_id is not None
        assert instance == org.my_domain
        client = Salesforce(instance=instance, session_id=session_id, session=session, version="67.0")
        answer = client.query("SELECT Id, Name FROM Account")
        assert answer["done"] is True
        with pytest.raises(SalesforceError):
            client.Account.create({"Name": "Not allowed"})


def test_its_client_credentials_login_works_on_the_my_domain(applied: Path, tmp_path: Path) -> None:
    org = org_of(applied)
    stored = credentials(applied)
    with served(org.app, tmp_path) as (base, ca_file):
        session_id, instance = SalesforceLogin(
            session=rerouted_session(base, ca_file),
            consumer_key=stored["consumer_key"],
            consumer_secret=stored["consumer_secret"],
            domain=org.my_domain.removesuffix(".salesforce.com"),
        )
        assert session_id is not None
        assert instance == org.my_domain


def test_it_is_refused_with_a_wrong_secret_in_salesforces_words(applied: Path, tmp_path: Path) -> None:
    org = org_of(applied)
    with served(org.app, tmp_path) as (base, ca_file), pytest.raises(SalesforceAuthenticationFailed) as caught:
        SalesforceLogin(
            session=rerouted_session(base, ca_file),
            consumer_key=credentials(applied)["consumer_key"],
            consumer_secret="wrong",
            domain=org.my_domain.removesuffix(".salesforce.com"),
        )
    assert "invalid client credentials" in str(caught.value)
