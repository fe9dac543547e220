"""Writers take turns, whoever they are and however they end."""

import multiprocessing
import os
import signal
import threading

import pytest

from provision.localorg.store.turns import Turns


def _add_one(path, turns, times):
    for _ in range(times):
        with turns.taken():
            path.write_text(str(int(path.read_text()) + 1))


def _in_another_process(path, times):
    _add_one(path, Turns(path), times)


def _keep(path, taken):
    with Turns(path).taken():
        taken.set()
        signal.pause()


@pytest.fixture
def count(tmp_path):
    path = tmp_path / "count"
    path.write_text("0")
    return path


def test_threads_and_processes_do_not_lose_each_others_work(count):
    turns = Turns(count)
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=_in_another_process, args=(count, 100)) for _ in range(2)]
    others += [threading.Thread(target=_add_one, args=(count, turns, 100)) for _ in range(2)]
    for each in others:
        each.start()
    _add_one(count, turns, 100)
    for each in others:
        each.join()
    assert count.read_text() == "500"


def test_a_forked_process_takes_turns_of_its_own(count):
    turns = Turns(count)
    with turns.taken():
        pid = os.fork()
        if pid == 0:
            try:
                _add_one(count, turns, 1)
            finally:
                os._exit(0)
        assert count.read_text() == "0"
    os.waitpid(pid, 0)
    assert count.read_text() == "1"
    _add_one(count, turns, 1)
    assert count.read_text() == "2"


def test_the_turn_of_a_killed_process_passes_on(count):
    spawn = multiprocessing.get_context("spawn")
    taken = spawn.Event()
    process = spawn.Process(target=_keep, args=(count, taken))
    process.start()
    taken.wait()
    process.kill()
    process.join()
    _add_one(count, Turns(count), 1)
    assert count.read_text() == "1"


def test_a_turn_ends_with_an_exception(count):
    turns = Turns(count)
    with pytest.raises(ZeroDivisionError), turns.taken():
        raise ZeroDivisionError
    _add_one(count, turns, 1)
    assert count.read_text() == "1"
