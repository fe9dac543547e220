"""Listening sockets, on loopback and nowhere else."""

import errno
import ipaddress
import selectors
import socket
from collections.abc import Iterable, Sequence
from typing import Any, Final

from provision.localorg.serving.shares import Share

LOCALHOST: Final = "localhost"
_BACKLOG: Final = 512
_ATTEMPTS: Final = 20
_NO_IPV6: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


class NotLoopback(Exception):
    """The address to listen on can be reached from elsewhere."""


class PortTaken(Exception):
    """Another program listens on that port, or it may not be used."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"port {port}: {reason}")
        self.port = port
        self.reason = reason


def addresses(host: str) -> tuple[str, ...]:
    """The loopback addresses that a name or address stands for; raises `NotLoopback`."""
    if host == LOCALHOST:
        return ("127.0.0.1", "::1") if socket.has_ipv6 else ("127.0.0.1",)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise NotLoopback(host) from None
    if not address.is_loopback:
        raise NotLoopback(host)
    return (str(address),)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on a port of all addresses of the host; 0 finds a free one. Raises `NotLoopback` and `PortTaken`."""
    found = addresses(host)
    for attempt in range(_ATTEMPTS):
        try:
            return _listen(found, port)
        except PortTaken:
            if port or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _listen(found: Sequence[str], port: int) -> list[socket.socket]:
    made: list[socket.socket] = []
    for address in found:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            made.append(_bound(family, address, made[0].getsockname()[1] if made else port))
        except OSError as error:
            if made and error.errno in _NO_IPV6:
                continue
            _close(made)
            raise PortTaken(port, error.strerror or type(error).__name__) from error
    return made


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(_BACKLOG)
        made.setblocking(False)  # noqa: FBT003  # the only way to say it
    except OSError:
        made.close()
        raise
    return made


def _close(made: Iterable[socket.socket]) -> None:
    for each in made:
        each.close()


class Listeners:
    """Several listening sockets that look like one, which is what the HTTP server knows how to wait for.

    Processes that inherit the sockets race for each connection; who comes too late learns that there is none.
    """

    def __init__(self, sockets: Iterable[socket.socket], share: Share) -> None:
        self.share = share
        """What this process has taken."""
        self._sockets = tuple(sockets)
        self._ready = selectors.DefaultSelector()
        for each in self._sockets:
            self._ready.register(each, selectors.EVENT_READ, each)

    def fileno(self) -> int:
        """A descriptor that becomes readable when a connection waits on any of the sockets."""
        return self._ready.fileno()

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection; raises `BlockingIOError` where another process was faster."""
        self.share.give_way()
        for key, _events in self._ready.select(0):
            try:
                accepted: tuple[socket.socket, Any] = key.data.accept()
            except BlockingIOError:
                continue
            self.share.add(1)
            return accepted
        raise BlockingIOError(errno.EAGAIN, "no connection waits")

    @property
    def address(self) -> tuple[str, int]:
        """Address and port of the first socket."""
        host, port = self._sockets[0].getsockname()[:2]
        return host, port

    def getsockname(self) -> Any:
        """Several sockets have no one name, so that nobody tries to reach them by it."""
        raise OSError(errno.ENOTSOCK, "several sockets")

    def settimeout(self, _seconds: float) -> None:
        """Stay as non-blocking as the sockets are."""

    def listen(self, _backlog: int) -> None:
        """Go on listening."""

    def close(self) -> None:
        """Close this process's part in the sockets."""
        self._ready.close()
        _close(self._sockets)
