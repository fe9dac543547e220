"""The switch for secrets: opened for a moment, closed only where it was closed before, also after a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provision.acts.secret_access import INTENT, close_left_open, left_open, secrets_readable
from provision.errors import Code, Failed, ProvisionError
from provision.model.event import Event
from provision.org.client import Org
from provision.store.file import FileStore
from provision.store.protocol import Intent, Slot
from tests.org.external_client_app import APP, NAME, SECRET, AnOrg, Crash, Line, Lost
from tests.org.wire import Asked, Said, Wire

SLOT = Slot(NAME, "sync")
FOREIGN = {"enablePackageEcaOauthFromDevOrg": "true"}


class Heard(list[Event]):
    """Every event."""

    def __call__(self, event: Event) -> None:
        self.append(event)


@pytest.fixture
def there(tmp_path: Path) -> AnOrg:
    one = AnOrg(tmp_path)
    one.set_switch("false", **FOREIGN)
    return one


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def read(org: Org) -> str:
    app = org.oauth_apps.find(APP)
    assert app is not None
    [consumer] = org.oauth_apps.consumers(app.id)
    return org.oauth_apps.current(consumer).consumer_secret.reveal()


def read_once(org: Org, store: FileStore, heard: Heard | None = None) -> str:
    with secrets_readable(org, store, SLOT, heard or Heard()):
        return read(org)


def test_it_is_open_while_needed_and_not_longer(there: AnOrg, store: FileStore) -> None:
    org = there.org()
    with secrets_readable(org, store, SLOT):
        assert there.is_open
        [known] = left_open(store, [SLOT])
        assert (known.slot, known.org_id) == (SLOT, there.local.org_id)
        assert known.since
        assert read(org) == SECRET
    assert not there.is_open
    assert left_open(store, [SLOT]) == ()
    assert there.settings.items() >= FOREIGN.items(), "nothing else was changed"


def test_what_others_opened_stays_open(there: AnOrg, store: FileStore) -> None:
    there.set_switch("true")
    heard = Heard()
    assert read_once(there.org(), store, heard) == SECRET
    assert there.is_open
    assert left_open(store, [SLOT]) == ()
    assert heard == []


def test_it_is_closed_where_the_work_fails(there: AnOrg, store: FileStore) -> None:
    with pytest.raises(ZeroDivisionError), secrets_readable(there.org(), store, SLOT):
        raise ZeroDivisionError
    assert not there.is_open
    assert left_open(store, [SLOT]) == ()


def test_no_secret_is_told_or_stored_with_the_intent(there: AnOrg, store: FileStore, tmp_path: Path) -> None:
    heard = Heard()
    with secrets_readable(org := there.org(), store, SLOT, heard):
        assert read(org) == SECRET
        kept = "".join(path.read_text() for path in (tmp_path / "store").rglob("*.json"))
    assert INTENT in kept
    assert SECRET not in kept + str(heard)
    assert [event.kind for event in heard] == ["started", "finished"]


def requests_of_a_reading(folder: Path) -> int:
    one = AnOrg(folder)
    line = Line(one.local.app)
    read_once(one.org(line), FileStore(folder / "store"))
    return line.number


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many requests it takes to open, read and close."""
    return requests_of_a_reading(tmp_path_factory.mktemp("counted"))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_the_next_run_closes_what_a_crash_left_open(
    tmp_path: Path, there: AnOrg, store: FileStore, steps: int, after: bool
) -> None:
    """The process ends at each request, once before the org has seen it and once after."""
    assert steps > 8
    for step in range(1, steps + 1):
        with pytest.raises(Crash):
            read_once(there.org(Line(there.local.app, Crash, step, after)), store)
        if there.is_open:
            assert left_open(store, [SLOT]), f"open at step {step}, and nobody would know"
        close_left_open(there.org(), store, ["sync"])
        assert not there.is_open, f"step {step}"
        assert left_open(store, [SLOT]) == (), f"step {step}"
        there.set_switch("true")
        assert read_once(there.org(), store) == SECRET
        assert there.is_open, "what others open afterwards is theirs"
        there.set_switch("false")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_one_lost_answer_leaves_nothing_open(there: AnOrg, store: FileStore, steps: int, after: bool) -> None:
    """Each answer is lost once: what cannot be asked again ends the work, and the switch is closed all the same."""
    for step in range(1, steps + 1):
        heard = Heard()
        try:
            assert read_once(there.org(Line(there.local.app, Lost, step, after)), store, heard) == SECRET
            assert not there.is_open
        except ProvisionError:
            assert not there.is_open or left_open(store, [SLOT]), f"open at step {step}, and nobody would know"
        close_left_open(there.org(), store, ["sync"])
        assert not there.is_open
        assert left_open(store, [SLOT]) == ()


def test_a_run_that_finds_its_own_mark_closes_at_its_end(there: AnOrg, store: FileStore) -> None:
    store.mark(SLOT, Intent(INTENT, {"org_id": there.local.org_id}))
    there.set_switch("true")
    assert read_once(there.org(), store) == SECRET
    assert not there.is_open
    assert left_open(store, [SLOT]) == ()


def test_another_org_of_the_same_name_is_not_ours_to_close(there: AnOrg, store: FileStore) -> None:
    there.set_switch("true")
    store.mark(SLOT, Intent(INTENT, {"org_id": "00D000000000000AAA"}))
    close_left_open(there.org(), store, ["sync"])
    assert there.is_open
    assert left_open(store, [SLOT]) == ()


def test_nothing_is_asked_where_nothing_was_left_open(there: AnOrg, store: FileStore) -> None:
    org = there.org()
    close_left_open(org, store, ["sync", "other"])
    assert org.site.api_calls == 0


def test_an_org_that_refuses_to_open_leaves_no_mark(there: AnOrg, store: FileStore) -> None:
    def refusing(asked: Asked, said: Said) -> Said:
        if "checkDeployStatus" not in asked.body:
            return said
        there.set_switch("false")
        return replace(said, body=said.body.replace(b"<success>true<", b"<success>false<").replace(b"Succ", b"Fail"))

    org = there.org(Wire(there.local.app, refusing))
    with pytest.raises(Failed) as raised:
        read_once(org, store)
    assert raised.value.code is Code.DEPLOY_FAILED
    assert left_open(store, [SLOT]) == ()


def test_settings_of_an_older_version_open_it_too(tmp_path: Path, store: FileStore) -> None:
    one = AnOrg(tmp_path / "old", version="58.0")
    assert read_once(one.org(), store) == SECRET
    assert not one.is_open
