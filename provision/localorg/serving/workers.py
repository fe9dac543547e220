"""Several processes that do the same work, and the one that watches over them.

Each worker is tied to its watcher by a pair of sockets: whichever of the two ends, the other learns of it at once, also
when it was killed.
"""

import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

log: Final = logging.getLogger("provision.local")

_SIGNALS: Final = frozenset({signal.SIGINT, signal.SIGTERM})
_STOP_SECONDS: Final = 5.0
_SHORT_LIFE_SECONDS: Final = 2.0
_SHORT_LIVES: Final = 5

Work = Callable[[socket.socket, int], None]
"""What a worker does until the socket it is given comes to its end; the number is its place among the workers."""


class WorkersFail(Exception):
    """Workers end again and again as soon as they have begun."""


@dataclass(frozen=True, slots=True)
class _Worker:
    pid: int
    tie: socket.socket
    place: int
    started: float


class Workers:
    """Processes forked from this one; call `watch` from the main thread, before any other thread is started."""

    def __init__(self, count: int, work: Work) -> None:
        self._count = count
        self._work = work
        self._workers: list[_Worker] = []

    def start(self) -> None:
        """Start all workers."""
        for place in sorted({*range(self._count)} - {worker.place for worker in self._workers}):
            self._fork(place)

    def watch(self) -> None:
        """Replace workers that end, for as long as no exception comes (that of a signal, say); stops them then.

        Raises `WorkersFail` where replacing them does not help.
        """
        short_lives = 0
        try:
            while True:
                ended = self._wait()
                lived = time.monotonic() - ended.started
                short_lives = short_lives + 1 if lived < _SHORT_LIFE_SECONDS else 0
                if short_lives == _SHORT_LIVES:
                    raise WorkersFail(f"{_SHORT_LIVES} workers ended within {_SHORT_LIFE_SECONDS:.0f} s")
                self.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop all workers and wait for them; those that take too long are killed."""
        stopping, self._workers = self._workers, []
        for worker in stopping:
            worker.tie.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _STOP_SECONDS
        for worker in stopping:
            worker.tie.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                worker.tie.recv(1)
            except TimeoutError:
                os.kill(worker.pid, signal.SIGKILL)
            _reap(worker)

    def _wait(self) -> _Worker:
        """Wait for a worker to end and forget it."""
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.tie, selectors.EVENT_READ, worker)
            ready = selector.select()
        ended: _Worker = ready[0][0].data
        self._workers.remove(ended)
        _reap(ended)
        return ended

    def _fork(self, place: int) -> None:
        ours, theirs = socket.socketpair()
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_worker(theirs, place, blocked)
        theirs.close()
        self._workers.append(_Worker(pid, ours, place, time.monotonic()))
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def _become_worker(self, tie: socket.socket, place: int, blocked: set[int | signal.Signals]) -> None:
        """In the new process; does not return."""
        status = 1
        try:
            for each in _SIGNALS:
                signal.signal(each, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            for worker in self._workers:
                worker.tie.close()
            self._work(tie, place)
            status = 0
        except Exception:
            log.exception("a worker ends")
        finally:
            os._exit(status)


def _reap(worker: _Worker) -> None:
    worker.tie.close()
    with suppress(ChildProcessError):
        os.waitpid(worker.pid, 0)
