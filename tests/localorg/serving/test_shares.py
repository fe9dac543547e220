"""Each worker of a served local org gets its share of the connections."""

import os
import time

from provision.localorg.serving.shares import Shares


def test_who_has_more_connections_gives_way_and_who_has_fewer_does_not():
    shares = Shares(2)
    busy, idle = shares.of(0), shares.of(1)
    busy.add(2)
    idle.add(1)
    assert (busy.gives_way(), idle.gives_way()) == (True, False)
    busy.add(-1)
    assert not busy.gives_way()


def test_a_worker_that_begins_anew_has_none():
    shares = Shares(2)
    shares.of(0).add(5)
    assert not shares.of(0).gives_way()


def test_counts_are_shared_by_forked_processes():
    shares = Shares(2)
    ours = shares.of(0)
    ours.add(1)
    pid = os.fork()
    if pid == 0:
        shares.of(1).add(3)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert not ours.gives_way()


def test_giving_way_ends_by_itself():
    shares = Shares(2)
    busy = shares.of(0)
    busy.add(1)
    before = time.monotonic()
    busy.give_way()
    assert time.monotonic() - before < 10
