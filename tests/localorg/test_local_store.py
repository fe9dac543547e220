"""The store: ids, transactions, several orgs, processes and threads on one file."""

import contextlib
import datetime as dt
import multiprocessing
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock, SystemClock, from_stamp, stamp
from provision.localorg.store import ids
from provision.localorg.store.consumers import KeyTaken
from provision.localorg.store.database import Database, WrongVersion
from provision.localorg.store.records import NoSuchRecord
from tests.localorg.visitor import KEY, SECRET


def test_a_known_id_gets_its_known_suffix():
    """An id pair printed in a recorded identity answer."""
    assert ids.lengthen("00DB0000000ToZ3") == "00DB0000000ToZ3MAK"
    assert ids.lengthen("005B0000005V71X") == "005B0000005V71XIAS"


short_ids = st.text("0123456789ABCXYZabcxyz", min_size=15, max_size=15)


@given(short_ids)
def test_long_ids_survive_any_change_of_case(short):
    full = ids.lengthen(short)
    assert ids.full(short) == ids.full(full) == ids.full(full.lower()) == ids.full(full.upper()) == full


@given(short_ids, st.integers(0, 14))
def test_a_suffix_of_another_id_is_refused_or_restores_the_case(short, place):
    """The suffix tells only the case: a digit where it says capital letter is no id."""
    full = ids.lengthen(short)
    changed = short[:place] + "7" + short[place + 1 :] + full[15:]
    assert (ids.full(changed) is None) is short[place].isupper()


@given(st.text(max_size=20))
def test_other_texts_are_no_ids(text):
    found = ids.full(text)
    assert found is None or len(found) == 18


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_ids_sort_as_they_were_made(one, two):
    assert (ids.number("005", one) < ids.number("005", two)) is (one < two)


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_moments_survive_as_text_to_the_millisecond(moment):
    assert from_stamp(stamp(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@pytest.fixture
def database(tmp_path, clock):
    return Database(tmp_path / "orgs.sqlite", clock)


def test_a_failed_transaction_leaves_nothing(database):
    def fail():
        with database.transaction() as transaction:
            transaction.records("org").insert("Account", {"Name": "A"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as transaction:
        assert transaction.records("org").all("Account") == []


def test_a_savepoint_rolls_back_alone_and_may_nest(database):
    with database.transaction() as transaction:
        records = transaction.records("org")
        records.insert("Account", {"Name": "kept"})
        with transaction.savepoint() as outer:
            records.insert("Account", {"Name": "outer"})
            with transaction.savepoint():
                records.insert("Account", {"Name": "inner"})
            outer.rollback()
            records.insert("Account", {"Name": "after"})
        with contextlib.suppress(ZeroDivisionError), transaction.savepoint():
            records.insert("Account", {"Name": "failed"})
            raise ZeroDivisionError
    with database.reading() as transaction:
        assert [record.fields["Name"] for record in transaction.records("org").all("Account")] == ["kept", "after"]


def test_records_are_found_by_id_of_either_length_and_by_text_in_any_case(database, clock):
    with database.transaction() as transaction:
        records = transaction.records("org")
        made = records.insert("Account", {"Name": "Alpha", "ParentId": None, "Count": 1})
        assert records.get(made.id[:15]) == records.get(made.id) == made
        assert records.find("Account", Name="ALPHA", ParentId=None, Count=1) == [made]
        assert records.find("Account", Name="beta") == []
        clock.advance(dt.timedelta(hours=1))
        changed = records.update(made.id, {"Name": "Beta"})
        assert (changed.fields["Name"], changed.fields["Count"]) == ("Beta", 1)
        assert changed.fields["CreatedDate"] != changed.fields["LastModifiedDate"]
        records.delete(made.id)
        for act in (lambda: records.update(made.id, {}), lambda: records.delete(made.id)):
            with pytest.raises(NoSuchRecord):
                act()


def test_orgs_do_not_see_each_others_records(database):
    with database.transaction() as transaction:
        made = transaction.records("one").insert("Account", {"Name": "A"})
        other = transaction.records("two")
        assert (other.all("Account"), other.get(made.id)) == ([], None)


def test_consumer_keys_are_unique_over_all_orgs(open_org):
    visitor, elsewhere = open_org(), open_org("elsewhere")
    app_id = visitor.app()
    with pytest.raises(KeyTaken):
        elsewhere.app()
    with visitor.local.transaction() as transaction:
        consumers = transaction.consumers(visitor.local.org_id)
        assert consumers.org_of(KEY) == visitor.local.org_id
        assert consumers.by_key(KEY) == consumers.for_app(app_id)
        assert transaction.consumers(elsewhere.local.org_id).for_app(app_id) is None
        consumers.delete(app_id)
        assert consumers.by_key(KEY) is None


def test_a_consumer_does_not_show_its_secret(visitor):
    visitor.app()
    with visitor.local.transaction() as transaction:
        consumer = transaction.consumers("").by_key(KEY)
    assert consumer.secret == SECRET
    assert SECRET not in repr(consumer)


def test_jobs_and_documents_come_back_as_they_were_put(database):
    with database.transaction() as transaction:
        jobs, documents = transaction.jobs("org"), transaction.documents("org")
        deploy, retrieve = jobs.insert("deploy", {"a": [1]}), jobs.insert("retrieve", {})
        assert (deploy.id[:3], retrieve.id[:3]) == ("0Af", "09S")
        jobs.update(deploy.id, {"a": [2]})
        assert jobs.get(deploy.id[:15]).state == {"a": [2]}
        assert transaction.jobs("other").get(deploy.id) is None
        documents.put("Type", "B", {"x": 1}, "id")
        documents.put("Type", "A", {}, None)
        documents.put("Type", "B", {"x": 2}, "id")
        assert documents.list("Type") == ["A", "B"]
        assert (documents.get("Type", "B"), documents.record_id("Type", "B")) == ({"x": 2}, "id")
        documents.delete("Type", "B")
        assert documents.get("Type", "B") is None


def test_the_file_is_for_its_owner_only(database, tmp_path):
    assert stat.S_IMODE((tmp_path / "orgs.sqlite").stat().st_mode) == 0o600


def test_a_file_of_another_version_is_refused(database, tmp_path, clock):
    with database.transaction() as transaction:
        transaction._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(WrongVersion):
        Database(tmp_path / "orgs.sqlite", clock)


def test_an_org_is_found_again_with_its_session_and_switches(tmp_path, clock):
    first = LocalOrg.open(tmp_path / "orgs.sqlite", "Dev Org", clock, jwt_expiry="documented")
    again = LocalOrg.open(tmp_path / "orgs.sqlite", "Dev Org", clock)
    assert (again.org_id, again.my_domain, again.admin_session) == (first.org_id, first.my_domain, first.admin_session)
    with again.transaction() as transaction:
        assert transaction.orgs.get(again.org_id).switches.jwt_expiry == "documented"
    with pytest.raises(TypeError):
        LocalOrg.open(tmp_path / "orgs.sqlite", "Dev Org", clock, no_such_switch=True)


def test_each_org_has_its_own_sandbox_shaped_host(tmp_path, clock):
    names = ["dev", "Dev", "dev ", "Ünïcode", "", "x" * 100]
    hosts = [LocalOrg.open(tmp_path / "orgs.sqlite", name, clock).my_domain for name in names]
    assert len(set(hosts)) == len(names)
    assert hosts[:2] == ["local--dev.sandbox.my.salesforce.com", "local--dev-2.sandbox.my.salesforce.com"]
    for host in hosts:
        label, _, rest = host.partition(".")
        assert rest == "sandbox.my.salesforce.com"
        assert len(label) <= 63
        assert not label.endswith("-")


def test_one_app_answers_for_all_orgs_of_the_file(open_org):
    visitor, elsewhere = open_org(), open_org("elsewhere")
    answer = visitor.send(
        "GET",
        "/services/data/v66.0/query",
        host=elsewhere.local.my_domain,
        headers={"Authorization": f"Bearer {elsewhere.token}"},
        query_string={"q": "SELECT Id FROM Organization"},
    )
    assert answer.json["records"][0]["Id"] == elsewhere.local.org_id


def test_an_ended_admin_session_is_replaced(visitor):
    before = visitor.local.admin_session
    visitor.clock.advance(dt.timedelta(hours=3))
    after = visitor.local.admin_session
    assert after != before
    assert visitor.as_user(after).send("GET", "/services/data/v66.0").status_code == 200


def _call(org, count):
    client = Client(org.app)
    headers = {"Authorization": f"Bearer {org.admin_session}"}
    for number in range(count):
        answer = client.post(
            "/services/data/v66.0/sobjects/Account",
            base_url=f"https://{org.my_domain}",
            json={"Name": f"A{number}"},
            headers=headers,
        )
        assert answer.status_code == 201


def _in_another_process(path, count):
    _call(LocalOrg.open(path, "dev"), count)


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_threads_and_processes_write_to_one_file_at_the_same_time(tmp_path, method):
    path = tmp_path / "orgs.sqlite"
    org = LocalOrg.open(path, "dev", SystemClock())
    process = multiprocessing.get_context(method).Process(target=_in_another_process, args=(path, 20))
    process.start()
    threads = [threading.Thread(target=_call, args=(org, 20)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    process.join()
    assert process.exitcode == 0
    with org.transaction() as transaction:
        records = transaction.records(org.org_id).all("Account")
    assert len({record.id for record in records}) == len(records) == 80


def test_a_fixed_clock_moves_only_when_told():
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    clock.advance(dt.timedelta(days=1))
    assert clock.now() == dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
