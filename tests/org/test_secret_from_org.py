"""`provision keys secret --from-org`: key and secret of an External Client App, read, kept and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.errors import Code
from provision.localorg import LocalOrg
from provision.model.desired import AppKind
from provision.model.secret import Secret
from provision.store.file import FileStore
from provision.store.protocol import Slot
from tests.journeys.conftest import Provision, edit
from tests.org.conftest import NAME
from tests.org.external_client_app import APP, KEY, SECRET, AnOrg
from tests.org.real_org import RealOrg

SLOT = Slot(NAME, "billing-sync")
WORDS = ("keys", "secret", "-o", NAME, "--from-org")


@pytest.fixture
def there(settings: Path, local: LocalOrg) -> AnOrg:
    """The org of the settings, with the app in it as an External Client App that somebody made in Setup."""
    edit(settings, "  billing-sync:\n", f"  billing-sync:\n    name: {APP}\n")
    return AnOrg(settings.parent, local=local)


@pytest.fixture
def store(settings: Path) -> FileStore:
    return FileStore(settings.parent / ".provision")


def test_it_is_read_kept_and_not_shown(there: AnOrg, store: FileStore, provision: Provision) -> None:
    done = provision(*WORDS, "--json", "--debug")
    assert done.code == 0
    assert done.document["result"]["consumer_key"] == KEY
    assert SECRET not in done.out + done.err
    stored = store.credentials(SLOT)
    assert stored is not None
    assert (stored.consumer_key, stored.consumer_secret) == (KEY, Secret(SECRET))
    assert (stored.org_id, stored.kind) == (there.local.org_id, AppKind.EXTERNAL_CLIENT_APP)
    assert not there.is_open, "closed again"
    assert store.intents(SLOT) == ()


def test_people_are_told_that_the_switch_was_used(there: AnOrg, provision: Provision) -> None:
    done = provision(*WORDS)
    assert done.code == 0
    assert "gives consumer secrets for a moment" in done.err
    assert "gives no consumer secrets any more" in done.err
    assert SECRET not in done.out + done.err
    assert not there.is_open


def test_reading_it_again_stores_nothing_new(there: AnOrg, store: FileStore, provision: Provision) -> None:
    there.set_switch("true")
    assert provision(*WORDS).code == 0
    again = provision(*WORDS)
    assert (again.code, again.document if "{" in again.out else None) == (0, None)
    assert "nothing to do" in again.out
    assert len(store.credentials_generations(SLOT)) == 1
    assert there.is_open, "somebody else had opened it"


def test_an_app_that_is_none_opens_nothing(settings: Path, local: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "-o", NAME, "--no-verify").code == 0
    done = provision(*WORDS, "--json")
    assert (done.code, done.document["code"]) == (1, Code.APP_UNKNOWN)
    assert "Setup" in done.document["message"]
    with local.transaction() as transaction:
        assert transaction.documents(local.org_id).get("Settings", "ExternalClientApp") is None, "never deployed"
    assert settings.exists()


def test_a_user_without_the_permission_is_told_and_the_switch_closed(
    there: AnOrg, store: FileStore, provision: Provision
) -> None:
    with there.local.transaction() as transaction:
        records = transaction.records(there.local.org_id)
        for owned in records.find("PermissionSet", IsOwnedByProfile=True):
            records.update(owned.id, {"PermissionsViewClientSecret": False})
    done = provision(*WORDS, "--json")
    assert (done.code, done.document["code"]) == (1, Code.SECRET_ACCESS_OFF)
    assert any("View Client Secret" in action for action in done.document["actions"])
    assert not there.is_open
    assert store.intents(SLOT) == ()
    assert store.credentials(SLOT) is None


@pytest.mark.parametrize("more", [("--secret-env", "X"), ("--secret", "-"), ("--consumer-key", "k")])
def test_one_source_at_a_time(there: AnOrg, provision: Provision, more: tuple[str, ...]) -> None:
    done = provision(*WORDS, *more, "--json")
    assert (done.code, done.document["code"]) == (2, Code.USAGE)
    assert not there.is_open


def test_production_is_named_and_confirmed(
    real_org: RealOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = AnOrg(real_org.settings.parent, local=real_org.local)
    edit(real_org.settings, "  billing-sync:\n", f"  billing-sync:\n    name: {APP}\n")
    real_org.declare("access-token")
    monkeypatch.setenv("SF_ACCESS_TOKEN", there.local.admin_session)
    with there.local.transaction() as transaction:
        records = transaction.records(there.local.org_id)
        [organization] = records.find("Organization")
        records.update(organization.id, {"IsSandbox": False, "OrganizationType": "Enterprise Edition"})
    refused = provision("keys", "secret", "-o", "uat", "--from-org", "--json")
    assert (refused.code, refused.document["code"]) == (2, Code.CONFIRMATION_REQUIRED)
    assert not any(SECRET in said for said in (refused.out, refused.err))
    assert provision("keys", "secret", "-o", "uat", "--from-org", "--confirm", "uat").code == 0
    assert not there.is_open
