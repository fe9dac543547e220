"""Locks between processes: one holder, named to the others, freed however it ends."""

import multiprocessing
import os
import signal
import threading

import pytest

from provision.clock import Clock
from provision.errors import Code, Failed
from provision.store.lock import locked


class Ticking:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, on_sleep=lambda: None):
        self.seconds = 0.0
        self._on_sleep = on_sleep

    def sleep(self, seconds):
        self.seconds += seconds
        self._on_sleep()

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.seconds, sleep=self.sleep)


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".run.lock"


def _hold(path, pipe):
    with locked(path, wait_seconds=0):
        pipe.send(os.getpid())
        pipe.recv()


@pytest.fixture
def holder(path):
    """Another process that holds the lock until it is told to go on, or killed."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_hold, args=(path, theirs))
    process.start()
    assert ours.recv() == process.pid
    yield process, ours
    if process.is_alive():
        ours.send("go")
    process.join(timeout=30)
    process.close()


def test_the_holder_is_named(path, holder):
    with pytest.raises(Failed) as raised, locked(path, wait_seconds=0):
        pytest.fail("two processes held one lock")
    problem = raised.value
    assert problem.code is Code.STORE_LOCKED
    assert f"process {holder[0].pid} on " in problem.summary
    assert problem.remedy


def test_waiting_ends_when_the_lock_is_free(path, holder):
    process, pipe = holder

    def release():
        if process.is_alive():
            pipe.send("go")
            process.join(timeout=30)

    ticking = Ticking(on_sleep=release)
    with locked(path, wait_seconds=5, clock=ticking.clock):
        assert ticking.seconds < 5


def test_waiting_ends_after_the_time_given(path, holder):
    ticking = Ticking()
    with pytest.raises(Failed), locked(path, wait_seconds=2, clock=ticking.clock):
        pytest.fail("two processes held one lock")
    assert 2 <= ticking.seconds < 2.2


def test_a_killed_holder_holds_nothing(path, holder):
    process, _ = holder
    os.kill(process.pid, signal.SIGKILL)
    process.join(timeout=30)
    with locked(path, wait_seconds=0):
        assert str(os.getpid()) in path.read_text()


def test_threads_exclude_each_other_too(path):
    outcomes = []

    def attempt():
        try:
            with locked(path, wait_seconds=0):
                outcomes.append("held")
        except Failed as problem:
            outcomes.append(problem.code)

    with locked(path, wait_seconds=0):
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    attempt()
    assert outcomes == [Code.STORE_LOCKED, "held"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x", "host": 1}', b"\xff" * 2000])
def test_a_lock_file_with_other_content_still_locks(path, content):
    with locked(path, wait_seconds=0):
        path.write_bytes(content)
        with pytest.raises(Failed, match="in use by another process"), locked(path, wait_seconds=0):
            pytest.fail("two held one lock")


def test_a_lock_that_cannot_be_opened_is_told(tmp_path, path):
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Failed) as raised, locked(path, wait_seconds=0):
        pytest.fail("a link was followed")
    assert raised.value.code is Code.DISK_FAILED
    assert not (tmp_path / "elsewhere").exists()
