"""Apps and orgs at a glance."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import set_document

NAME = "local-legacy"


def app_in(done: Done) -> dict[str, Any]:
    [entry] = done.org["apps"]
    return dict(entry)


@pytest.fixture
def applied(settings: Path, provision: Provision) -> LocalOrg:
    assert provision("apply").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


def test_before_anything_is_set_up(settings: Path, provision: Provision) -> None:
    app = app_in(provision("status", "--json"))
    assert (app["kind"], app["key"], app["certificate"], app["last_proof"]) == (None, "missing", None, None)
    assert app["drift"] == 8
    assert provision("status").out.splitlines()[1].split() == [
        *("billing-sync", NAME, "not", "there", "missing", "-", "never", "8", "changes")
    ]
    assert settings.exists()


def test_an_app_that_is_set_up_and_proved(applied: LocalOrg, provision: Provision) -> None:
    app = app_in(provision("status", "--json"))
    assert (app["kind"], app["key"], app["drift"], app["problem"]) == ("connected-app", "stored", 0, None)
    assert app["certificate"]["days_left"] == 364
    assert app["last_proof"]["passed"] is True
    assert applied.org_id == provision("status", "--json").org["org_id"]


def test_drift_and_a_failed_proof_are_seen(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    set_document(applied, "oauthConfig", isClientCredentialEnabled="false")
    shutil.rmtree(settings.parent / ".provision" / NAME / "billing-sync" / "credentials")
    assert provision("verify").code == 1
    app = app_in(provision("status", "--json"))
    assert (app["drift"], app["last_proof"]["passed"]) == (1, False)
    shutil.rmtree(settings.parent / ".provision" / NAME / "billing-sync" / "keys")
    app = app_in(provision("status", "--json"))
    assert (app["key"], app["drift"], app["problem"]) == ("missing", 0, "KEY_MISSING")
    assert "blocked: KEY_MISSING" in provision("status").out


def test_an_org_that_cannot_be_seen_says_so_in_its_row(applied: LocalOrg, settings: Path, provision: Provision) -> None:
    edit(settings, "orgs:\n", "orgs:\n  uat: {my_domain: acme--uat.sandbox.my.salesforce.com, admin: [access-token]}\n")
    done = provision("status", "-o", NAME, "-o", "uat", "--json")
    assert done.code == 68
    seen, unseen = done.document["result"]["orgs"]
    assert (seen["org_id"], unseen["error"], unseen["apps"]) == (applied.org_id, "NO_ADMIN_SESSION", [])
    assert "not seen: NO_ADMIN_SESSION" in provision("status", "-o", NAME, "-o", "uat").out


def test_looking_writes_nothing(applied: LocalOrg, provision: Provision) -> None:
    with applied.transaction() as transaction:
        before = list(transaction.documents(applied.org_id).list("ConnectedApp"))
    done = provision("status", "--all", "--json")
    assert done.code == 0
    assert [org["org"] for org in done.document["result"]["orgs"]] == ["local", NAME]
    with applied.transaction() as transaction:
        assert list(transaction.documents(applied.org_id).list("ConnectedApp")) == before
