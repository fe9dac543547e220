"""Plans kept in files: exactly what they say is done, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from provision.model.change import Action, Change, FieldChange
from provision.saved_plan import plan_document
from tests.journeys.conftest import Done, Provision, edit
from tests.org.by_hand import USERNAME, find, set_document, update, written

NAME = "local-legacy"


@pytest.fixture
def local(settings: Path, provision: Provision) -> LocalOrg:
    """The local org behind `local-legacy`, fresh."""
    assert provision("plan", "--out", "first.plan").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


def rows(done: Done) -> list[object]:
    """The changes of a run but for what came of them."""
    return [{key: value for key, value in change.items() if key != "outcome"} for change in done.org["changes"]]


def stale(done: Done) -> list[str]:
    assert (done.code, done.document["code"]) == (1, "PLAN_STALE"), done.document
    changed: list[str] = done.document["context"]["changed"]
    return changed


def test_a_saved_plan_is_shown_as_it_was_made_and_carried_out_exactly(local: LocalOrg, provision: Provision) -> None:
    planned, shown = provision("plan", "--json"), provision("plan", "--show", "first.plan", "--json")
    assert rows(shown) == rows(planned)
    assert provision("plan", "--show", "first.plan").out == provision("plan").out
    applied = provision("apply", "--plan", "first.plan", "--no-verify", "--json")
    assert (applied.code, applied.org["status"]) == (0, "done")
    assert rows(applied) == rows(planned)
    assert written(local)
    assert provision("plan", "--exit-code").code == 0


def test_a_plan_that_was_carried_out_is_stale(local: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "--plan", "first.plan", "--no-verify").code == 0
    changed = stale(provision("apply", "--plan", "first.plan", "--json"))
    assert {f"org.users.{USERNAME}", "org.apps.Billing_Sync", "keys.billing-sync"} <= set(changed)
    assert written(local)
    done = provision("apply", "--plan", "first.plan", "--json").document
    assert "nothing is left to do" in done["message"]
    assert "carried out already" in done["message"]
    [bot] = find(local, "User", Username=USERNAME)
    update(local, bot, LastName="Renamed")
    again = provision("apply", "--plan", "first.plan", "--json").document
    assert "nothing is left" not in again["message"]
    assert again["actions"] == ["Make a new plan: provision plan --out FILE"]


def test_signs_are_coloured_where_colours_are_wanted(
    local: LocalOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = provision("plan").out
    assert "\x1b" not in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    colored = provision("plan").out
    assert "  \x1b[32m+\x1b[0m KeyPair billing-sync" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain
    assert provision("plan", "--no-color").out == plain
    assert "\x1b" not in provision("plan", "--json").out
    monkeypatch.delenv("FORCE_COLOR")
    assert provision("apply", "--no-verify").code == 0
    [bot] = find(local, "User", Username=USERNAME)
    update(local, bot, LastName="Renamed")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "  \x1b[33m~\x1b[0m User" in provision("plan").out


def foreign_user_change(local: LocalOrg, _settings: Path) -> None:
    [bot] = find(local, "User", Username=USERNAME)
    update(local, bot, LastName="Somebody Else")


def foreign_app_change(local: LocalOrg, _settings: Path) -> None:
    set_document(local, "oauthPolicy", ipRelaxation="BYPASS")


def settings_change(_local: LocalOrg, settings: Path) -> None:
    edit(settings, "Account: [read]", "Account: [read, edit]")


def other_org(local: LocalOrg, _settings: Path) -> None:
    local.reset()


CHANGES: tuple[tuple[Callable[[LocalOrg, Path], None], set[str]], ...] = (
    (foreign_user_change, {f"org.users.{USERNAME}"}),
    (foreign_app_change, {"org.apps.Billing_Sync"}),
    (settings_change, {"settings.permission_sets.Billing_Data"}),
    (other_org, {"org.apps.Billing_Sync", f"org.users.{USERNAME}"}),
)


@pytest.mark.parametrize(("change", "named"), CHANGES, ids=lambda item: getattr(item, "__name__", ""))
def test_whatever_changes_between_plan_and_apply_is_named_and_nothing_is_written(
    change: Callable[[LocalOrg, Path], None], named: set[str], local: LocalOrg, settings: Path, provision: Provision
) -> None:
    assert provision("apply", "--no-verify").code == 0
    edit(settings, "last_name: Billing Sync", "last_name: Billing")
    assert provision("plan", "--out", "second.plan").code == 0
    change(local, settings)
    before = written(local)
    assert named <= set(stale(provision("apply", "--plan", "second.plan", "--json")))
    assert written(local) == before
    assert {bot["LastName"] for bot in find(local, "User", Username=USERNAME)} <= {"Billing Sync", "Somebody Else"}


def test_a_key_that_was_made_meanwhile_makes_a_plan_stale(local: LocalOrg, provision: Provision) -> None:
    assert provision("keys", "generate", "-a", "billing-sync").code == 0
    assert stale(provision("apply", "--plan", "first.plan", "--json")) == ["keys.billing-sync"]
    assert written(local) == []


def test_the_same_plan_for_another_org_is_stale(local: LocalOrg, settings: Path, provision: Provision) -> None:
    plan = json.loads(Path("first.plan").read_text())
    plan["orgs"][0]["states"]["org.id"] = "00DXX0000000001AAA"
    Path("first.plan").write_text(json.dumps(plan))
    assert "org.id" in stale(provision("apply", "--plan", "first.plan", "--json"))
    assert written(local) == []
    assert settings.exists()


def test_a_plan_that_was_tampered_with_is_refused(local: LocalOrg, provision: Provision) -> None:
    plan = json.loads(Path("first.plan").read_text())
    plan["orgs"][0]["changes"].pop()
    Path("first.plan").write_text(json.dumps(plan))
    assert stale(provision("apply", "--plan", "first.plan", "--json")) == []
    assert written(local) == []


def test_templates_of_ones_own_belong_to_the_plan(local: LocalOrg, settings: Path, provision: Provision) -> None:
    (settings.parent / "mine").mkdir()
    edit(settings, "version: 1", "version: 1\ntemplates: mine")
    assert provision("plan", "--out", "second.plan").code == 0
    (settings.parent / "mine" / "note.txt").write_text("new")
    assert stale(provision("apply", "--plan", "second.plan", "--json")) == ["settings.templates"]
    assert written(local) == []


@pytest.mark.parametrize(
    "flags", [("-o", "local"), ("-a", "billing-sync"), ("--all",), ("--api-version", "66.0")], ids=" ".join
)
def test_flags_that_contradict_a_plan_are_refused(
    flags: tuple[str, ...], local: LocalOrg, provision: Provision
) -> None:
    done = provision("apply", "--plan", "first.plan", *flags, "--json")
    assert (done.code, done.document["code"]) == (2, "USAGE")
    assert written(local) == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1, "provision": "0.0.1"}', "\x00", '{"format": 2}'])
def test_what_is_no_plan_is_said_to_be_none(content: str, provision: Provision, settings: Path) -> None:
    (settings.parent / "odd.plan").write_text(content)
    for command in (("apply", "--plan", "odd.plan"), ("plan", "--show", "odd.plan")):
        done = provision(*command, "--json")
        assert (done.code, done.document["code"]) == (2, "PLAN_UNREADABLE")
    missing = provision("plan", "--show", "missing.plan", "--json")
    assert (missing.code, missing.document["code"]) == (2, "PLAN_UNREADABLE")


def test_a_plan_replaces_a_plan_and_no_other_file(local: LocalOrg, settings: Path, provision: Provision) -> None:
    assert provision("plan", "--out", "first.plan").code == 0
    text = settings.read_text()
    done = provision("plan", "--out", "provision.yaml", "--json")
    assert (done.code, done.document["code"]) == (2, "FILE_EXISTS")
    assert settings.read_text() == text
    assert written(local) == []


def test_a_plan_is_made_into_a_comment(local: LocalOrg, provision: Provision) -> None:
    text = provision("plan", "--format", "markdown").out
    assert text.startswith(f"### `{NAME}` ({local.org_id})\n\n**Plan: 8 to add, 0 to change, 0 to destroy.**\n")
    [body] = re.findall(r"```diff\n(.*?)\n```\n", text, re.DOTALL)
    assert sum(line.startswith("+ ") for line in body.splitlines()) > 20
    assert "(sensitive value)" in body
    assert provision("apply", "--no-verify").code == 0
    assert "**No changes. The org matches the settings.**" in provision("plan", "--format", "markdown").out


def test_what_an_org_never_shows_is_never_called_unchanged(local: LocalOrg, provision: Provision) -> None:
    assert provision("apply", "--no-verify").code == 0
    done = provision("plan", "--json")
    assert [(item["field"], item["handling"]) for item in done.org["unread"]] == [
        ("oauthConfig.consumerSecret", "decided by proof")
    ]
    assert "decided by proof" in provision("plan").out
    assert written(local)


def test_a_certificate_near_its_end_is_warned_of(local: LocalOrg, settings: Path, provision: Provision) -> None:
    edit(settings, "days: 365", "days: 20")
    assert provision("apply", "--no-verify").code == 0
    [warning] = provision("plan", "--json").document["warnings"]
    assert "The certificate of billing-sync is near its end: valid until" in warning
    assert written(local)


def test_no_sensitive_value_is_put_into_a_file() -> None:
    row = FieldChange("oauthConfig.consumerSecret", "canary-old", "canary-new", sensitive=True)
    document = json.dumps(plan_document([Change(Action.UPDATE, "ConnectedApp", "Billing_Sync", fields=(row,))], ()))
    assert "consumerSecret" in document
    assert "canary" not in document
