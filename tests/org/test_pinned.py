"""An org behind the declared name that is not the pinned one is neither written to nor proved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from provision.errors import Code
from tests.journeys.conftest import Done, Provision
from tests.org.by_hand import written
from tests.org.real_org import RealOrg
from tests.org.test_admin import OTHER_ORG, FakeSf, sf

__all__ = ["sf"]


def checks(done: Done) -> dict[str, tuple[str, str | None]]:
    [app] = done.org["apps"]
    return {check["check"]: (check["status"], check["code"]) for check in app["checks"]}


@pytest.mark.parametrize("command", ["plan", "apply", "deploy", "assign", "destroy", "verify"])
def test_another_org_than_the_pinned_one_stops_every_command(
    real_org: RealOrg, provision: Provision, sf: FakeSf, command: str, settings: Path
) -> None:
    real_org.declare("sf-cli", org_id=OTHER_ORG)
    token = real_org.local.admin_session
    sf.answers("show-access-token", json.dumps({"result": {"accessToken": token}}))
    done = provision(command, "-o", "uat", "--json")
    assert (done.code, done.document["code"]) == (1, Code.ORG_MISMATCH)
    assert OTHER_ORG in done.document["message"]
    assert real_org.local.org_id in done.document["message"]
    assert written(real_org.local) == []
    assert not list((settings.parent / ".provision").rglob("*.pem"))


def test_the_pinned_org_is_set_up_and_proved_by_its_id_of_15_characters(
    real_org: RealOrg, provision: Provision, sf: FakeSf
) -> None:
    real_org.declare("sf-cli", org_id=real_org.local.org_id[:15])
    token = real_org.local.admin_session
    sf.answers("show-access-token", json.dumps({"result": {"accessToken": token}}))
    assert provision("apply", "-o", "uat").code == 0
    assert provision("verify", "-o", "uat").code == 0


def test_without_an_admin_session_the_proof_is_held_to_the_pinned_org_too(
    real_org: RealOrg, provision: Provision, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_org.declare("access-token", org_id=real_org.local.org_id)
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    assert provision("apply", "-o", "uat", "--no-verify").code == 0
    monkeypatch.delenv("SF_ACCESS_TOKEN")
    done = provision("verify", "-o", "uat", "--json")
    assert done.code == 0
    assert checks(done)["jwt-bearer/token"] == ("passed", None)
    assert checks(done)["app/certificate"] == ("skipped", None)
    settings.write_text(settings.read_text().replace(real_org.local.org_id, OTHER_ORG))
    other = provision("verify", "-o", "uat", "--json")
    assert (other.code, other.document["code"]) == (1, Code.CHECKS_FAILED)
    assert checks(other)["jwt-bearer/identity"] == ("failed", "WRONG_ORG")
    assert checks(other)["client-credentials/identity"] == ("failed", "WRONG_ORG")


def test_without_an_admin_session_what_cannot_be_tried_is_not_proved_either(
    real_org: RealOrg, provision: Provision, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_org.declare("access-token")
    never = provision("verify", "-o", "uat", "--json")
    assert (never.code, checks(never)["jwt-bearer/token"]) == (1, ("failed", "KEY_MISSING"))
    monkeypatch.setenv("SF_ACCESS_TOKEN", real_org.local.admin_session)
    assert provision("apply", "-o", "uat", "--no-verify").code == 0
    monkeypatch.delenv("SF_ACCESS_TOKEN")
    shutil.rmtree(settings.parent / ".provision" / "uat")
    lost = provision("verify", "-o", "uat", "--json")
    assert (lost.code, lost.document["code"]) == (1, Code.CHECKS_FAILED)
    assert checks(lost)["client-credentials/token"] == ("failed", "SECRET_MISSING")
    assert provision("apply", "-o", "uat", "--json").document["code"] == Code.NO_ADMIN_SESSION
