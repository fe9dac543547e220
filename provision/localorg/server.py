"""Local orgs as an HTTPS server on loopback, each on a port of its own, for clients that are not ours.

Requests are told apart by their Host header: `localhost:8443` is the org on that port, a real host name is what it is
at Salesforce. All state is in the file, so that any number of processes serve it side by side.
"""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from provision.localorg.app import App
from provision.localorg.clock import SystemClock
from provision.localorg.control import Control
from provision.localorg.local_org import LocalOrg
from provision.localorg.serving import authority, listeners, presence
from provision.localorg.serving.authority import Tls
from provision.localorg.serving.http import HttpServer
from provision.localorg.serving.listeners import Listeners, NotLoopback, PortTaken
from provision.localorg.serving.presence import AlreadyServed, Presence
from provision.localorg.serving.shares import Shares
from provision.localorg.serving.workers import Workers, WorkersFail
from provision.localorg.store.database import Database

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REFUSES: Final = (NotLoopback, PortTaken, AlreadyServed, WorkersFail)
"""What `serve` raises where it cannot serve."""
TLS_FOLDER: Final = "local-tls"
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen; 0 finds a free port."""

    host: str = listeners.LOCALHOST
    """`localhost` is 127.0.0.1 and ::1; any other address must be a loopback address too."""
    first: int = 8443
    """Port of the first org; the others follow."""
    control: int = 8442


@dataclass(frozen=True, slots=True)
class ServedOrg:
    """One org as the server offers it."""

    name: str
    base_url: str
    my_domain: str
    admin_username: str


@dataclass(frozen=True, slots=True)
class Served:
    """A server that takes connections."""

    orgs: tuple[ServedOrg, ...]
    control: str
    """Base URL of the control host."""
    tls: Tls


def serve(
    file: Path,
    orgs: Mapping[str, Mapping[str, Any]],
    ports: Ports,
    workers: int,
    ready: Callable[[Served], None],
) -> None:
    """Serve orgs of the file, each with its switches, until an exception comes (that of a signal, say).

    `ready` is called once connections are taken. Call it from the main thread of a process without other threads.

    Raises:
        NotLoopback: the host is no loopback address.
        PortTaken: somebody else listens there.
        AlreadyServed: another server serves the file.
        WorkersFail: no worker stays alive.

    """
    listeners.addresses(ports.host)
    with presence.announcing(presence.note_of(file)) as note:
        tls = authority.provide(file.parent / TLS_FOLDER, SystemClock().now())
        groups = _listen(ports, len(orgs))
        control, *bases = [_base_url(ports.host, group[0]) for group in groups]
        opened = [_open(file, name, orgs[name], base) for name, base in zip(orgs, bases, strict=True)]
        served = Served(tuple(opened), control, tls)
        sockets = [each for group in groups for each in group]
        shares = Shares(workers)

        def work(tie: socket.socket, place: int) -> None:
            note.drop()
            _work(tie, Hosts(file, served), served.tls, Listeners(sockets, shares.of(place)))

        running = Workers(workers, work)
        running.start()
        note.write(Presence(os.getpid(), str(tls.ca_file), control, {org.name: org.base_url for org in opened}))
        try:
            ready(served)
        except BaseException:
            running.stop()
            raise
        running.watch()


class Hosts:
    """The WSGI application of a server: the orgs, and the control host beside them."""

    def __init__(self, file: Path, served: Served) -> None:
        database = Database(file, SystemClock())
        aliases = {alias: org.name for org in served.orgs for alias in _aliases(org.base_url)}
        self._app = App(database, aliases)
        self._control = Control(database)
        self._control_hosts = frozenset(_aliases(served.control))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        controls = environ.get("HTTP_HOST", "").lower() in self._control_hosts
        return (self._control if controls else self._app)(environ, start_response)


def _open(file: Path, name: str, switches: Mapping[str, Any], base_url: str) -> ServedOrg:
    """Make or open an org; its connection is closed again before processes are forked."""
    org = LocalOrg.open(file, name, **switches)
    return ServedOrg(name, base_url, org.my_domain, org.admin_username)


def _listen(ports: Ports, orgs: int) -> list[list[socket.socket]]:
    """The sockets of the control host and those of each org."""
    numbers = [ports.control, *(ports.first + place if ports.first else 0 for place in range(orgs))]
    return [listeners.listen(ports.host, number) for number in numbers]


def _work(tie: socket.socket, hosts: Hosts, tls: Tls, listening: Listeners) -> None:
    """What a worker does: serve until `tie` ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.server_file)
    server = HttpServer(listening, hosts, context)
    server.prepare()

    def stop_at_the_end() -> None:
        tie.recv(1)
        server.stop()

    threading.Thread(target=stop_at_the_end, daemon=True).start()
    server.serve()


def _base_url(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    return f"https://{name}" if port == _HTTPS else f"https://{name}:{port}"


def _aliases(base_url: str) -> list[str]:
    """The Host headers under which a port of loopback is reached."""
    _, _, port = base_url.removeprefix("https://").rpartition("]")[2].partition(":")
    return [f"{name}:{port}" if port else name for name in LOOPBACK_NAMES]
