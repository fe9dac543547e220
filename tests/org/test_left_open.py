"""The next run in an org closes the switch for secrets that a crash left open."""

from __future__ import annotations

from pathlib import Path

from provision.acts.secret_access import INTENT
from provision.localorg import LocalOrg
from provision.store.file import FileStore
from provision.store.protocol import Intent, Slot
from tests.journeys.conftest import Provision
from tests.org.conftest import NAME
from tests.org.external_client_app import SWITCH

SLOT = Slot(NAME, "billing-sync")


def set_switch(local: LocalOrg, value: str) -> None:
    with local.transaction() as transaction:
        transaction.documents(local.org_id).put("Settings", "ExternalClientApp", {SWITCH: value}, None)


def is_open(local: LocalOrg) -> bool:
    with local.transaction() as transaction:
        held = transaction.documents(local.org_id).get("Settings", "ExternalClientApp") or {}
    return held.get(SWITCH) == "true"


def test_apply_closes_what_a_crash_left_open(settings: Path, local: LocalOrg, provision: Provision) -> None:
    store = FileStore(settings.parent / ".provision")
    set_switch(local, "true")
    store.mark(SLOT, Intent(INTENT, {"org_id": local.org_id}))
    assert provision("plan", "-o", NAME).code == 0
    assert provision("apply", "-o", NAME, "--dry-run").code == 0
    assert is_open(local), "looking changes nothing"
    done = provision("apply", "-o", NAME)
    assert done.code == 0
    assert "gives no consumer secrets any more" in done.err
    assert not is_open(local)
    assert store.intents(SLOT) == ()


def test_apply_leaves_what_others_opened(local: LocalOrg, provision: Provision) -> None:
    set_switch(local, "true")
    assert provision("apply", "-o", NAME).code == 0
    assert is_open(local)
