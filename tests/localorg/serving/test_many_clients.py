"""Many clients at once, and a server that is killed while they write: nothing lost, nothing doubled."""

from __future__ import annotations

import http.client
import os
import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from provision.localorg.store.database import Transaction
from tests.localorg.faulty import V
from tests.localorg.serving.running import Answer, Server, serving

CLIENTS = 64
SEATS = 5
PROFILE = "Minimum Access - API Only Integrations"
PSL = "SalesforceAPIIntegrationPsl"
USER = {
    "LastName": "Sync",
    "Alias": "sync",
    "Email": "sync@dev.example",
    "TimeZoneSidKey": "America/Los_Angeles",
    "LocaleSidKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "LanguageLocaleKey": "en_US",
}


@pytest.fixture
def local(setup_folder: Path) -> LocalOrg:
    """The org `local`, opened beside the server that is to come."""
    folder = setup_folder / ".provision"
    folder.mkdir(mode=0o700)
    return LocalOrg.open(folder / FILE_NAME, "local")


def only(transaction: Transaction, org_id: str, sobject: str, **equals: str) -> str:
    [found] = transaction.records(org_id).find(sobject, **equals)
    return found.id


def at_once(work: Callable[[int], Any], clients: int = CLIENTS) -> list[Any]:
    """What work returns for each client; all begin together."""
    gate = threading.Barrier(clients)

    def begin(number: int) -> Any:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(begin, range(clients)))


class Admin:
    """Creates records as the administrator, each on a connection of its own."""

    def __init__(self, server: Server, token: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {token}"}

    def create(self, sobject: str, **fields: Any) -> Answer:
        url = f"{self._server.base_url()}{V}/sobjects/{sobject}"
        return self._server.ask("POST", url, fields, self._headers)


def check(local: LocalOrg) -> None:
    """What must hold of an org whatever happened to it."""
    with local.transaction() as transaction:
        connection = transaction._connection
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        records = transaction.records(local.org_id)
        users = records.all("User")
        claimed = dict(connection.execute("SELECT user_id, username FROM usernames"))
        assert claimed == {user.id: user.fields["Username"] for user in users}
        assert len({str(user.fields["Username"]).casefold() for user in users}) == len(users)
        for user in users:
            assert len(records.find("UserLogin", UserId=user.id)) == 1
        for sobject, one, other in (
            ("PermissionSetAssignment", "AssigneeId", "PermissionSetId"),
            ("PermissionSetLicenseAssign", "AssigneeId", "PermissionSetLicenseId"),
        ):
            pairs = Counter((row.fields[one], row.fields[other]) for row in records.all(sobject))
            assert not [pair for pair, count in pairs.items() if count > 1]
            assert all(records.get(str(each)) for pair in pairs for each in pair)
        profiles = {profile.id: profile.fields["UserLicenseId"] for profile in records.all("Profile")}
        used = Counter(profiles[str(user.fields["ProfileId"])] for user in users if user.fields["IsActive"])
        for license in records.all("UserLicense"):  # noqa: A001  # the field's own word
            assert used[license.id] <= int(str(license.fields["TotalLicenses"]))
        assigned = Counter(row.fields["PermissionSetLicenseId"] for row in records.all("PermissionSetLicenseAssign"))
        for psl in records.all("PermissionSetLicense"):
            assert assigned[psl.id] <= int(str(psl.fields["TotalLicenses"]))


def test_nothing_is_lost_doubled_or_oversold(local: LocalOrg, setup_folder: Path) -> None:
    with local.transaction() as transaction:
        org_id = local.org_id
        profile = only(transaction, org_id, "Profile", Name=PROFILE)
        psl = only(transaction, org_id, "PermissionSetLicense", DeveloperName=PSL)
        admin_id = only(transaction, org_id, "User", Username=local.admin_username)
    with serving(setup_folder, "-o", "local", "--workers", "3") as server:
        admin = Admin(server, local.admin_session)
        same = at_once(lambda _: admin.create("User", Username="one@a.example", ProfileId=profile, **USER))
        assert Counter(answer.status for answer in same) == {201: 1, 400: CLIENTS - 1}
        refused = {answer.json[0]["errorCode"] for answer in same if answer.status == 400}
        assert refused == {"DUPLICATE_USERNAME"}

        different = at_once(
            lambda number: admin.create("User", Username=f"u{number}@a.example", ProfileId=profile, **USER)
        )
        assert Counter(answer.status for answer in different) == {201: SEATS - 1, 400: CLIENTS - SEATS + 1}
        assert {answer.json[0]["errorCode"] for answer in different if answer.status == 400} == {
            "LICENSE_LIMIT_EXCEEDED"
        }

        made = [answer.json["id"] for answer in (*same, *different) if answer.status == 201]
        permission_set = admin.create("PermissionSet", Name="Sync", Label="Sync").json["id"]
        pairs = at_once(
            lambda number: admin.create(
                "PermissionSetAssignment", AssigneeId=made[number % len(made)], PermissionSetId=permission_set
            )
        )
        assert Counter(answer.status for answer in pairs) == {201: len(made), 400: CLIENTS - len(made)}

        seats = at_once(
            lambda number: admin.create(
                "PermissionSetLicenseAssign", AssigneeId=[*made, admin_id][number % 6], PermissionSetLicenseId=psl
            )
        )
        assert Counter(answer.status for answer in seats)[201] == SEATS

        rows = at_once(lambda number: admin.create("Account", Name=f"A{number}"))
        assert len({answer.json["id"] for answer in rows if answer.status == 201}) == CLIENTS
    check(local)
    with local.transaction() as transaction:
        logged = transaction.exchanges(org_id).count()
    assert logged == 5 * CLIENTS + 1


def test_a_server_killed_while_it_writes_leaves_a_whole_file(local: LocalOrg, setup_folder: Path) -> None:
    """What was confirmed before the kill is there, and nothing is there by halves."""
    with local.transaction() as transaction:
        profile = only(transaction, local.org_id, "Profile", Name="Standard User")
        for each in transaction.records(local.org_id).all("UserLicense"):
            transaction.records(local.org_id).update(each.id, {"TotalLicenses": 100_000})
    confirmed: list[str] = []
    chance = random.Random(4)  # noqa: S311  # no secret
    for run in range(3):
        with serving(setup_folder, "-o", "local") as server:
            stop = threading.Event()
            admin = Admin(server, local.admin_session)
            writers = [
                threading.Thread(target=_write, args=(admin, profile, f"r{run}w{number}", confirmed, stop))
                for number in range(8)
            ]
            for writer in writers:
                writer.start()
            before = len(confirmed)
            while len(confirmed) < before + 10:
                time.sleep(0.01)
            time.sleep(chance.random() / 5)
            for pid in _workers(server.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            server.process.kill()
            server.process.wait()
            stop.set()
            for writer in writers:
                writer.join()
        check(local)
        with local.transaction() as transaction:
            names = {str(user.fields["Username"]) for user in transaction.records(local.org_id).all("User")}
        assert set(confirmed) <= names
    with serving(setup_folder, "-o", "local") as server:
        admin = Admin(server, local.admin_session)
        assert admin.create("User", Username="after@a.example", ProfileId=profile, **USER).status == 201


def _write(admin: Admin, profile: str, name: str, confirmed: list[str], stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        username = f"{name}n{number}@a.example"
        try:
            answer = admin.create("User", Username=username, ProfileId=profile, **USER)
        except (OSError, http.client.HTTPException, ssl.SSLError):
            return
        if answer.status == 201:
            confirmed.append(username)


def _workers(pid: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(folder.name)
