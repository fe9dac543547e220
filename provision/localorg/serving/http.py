"""The HTTP server of one process: cheroot over sockets that were opened before."""

import logging
import re
import select
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.ssl import Adapter
from cheroot.wsgi import Server

from provision.localorg.serving.listeners import Listeners
from provision.localorg.serving.streams import Reader, Writer

log: Final = logging.getLogger("provision.local")

WSGIApp = Callable[..., Iterable[bytes]]

THREADS: Final = 12
"""Of each process. Idle connections need none; a slow answer keeps one."""
_LINGER_MILLISECONDS: Final = 2
_KEEP_ALIVE_SECONDS: Final = 60
_STOP_SECONDS: Final = 2
_LARGEST_HEADERS: Final = 64 * 1024
_LARGEST_BODY: Final = 64 * 1024 * 1024
"""More than the Metadata API takes, so that it can refuse in its own words."""
_SERVER_NAME: Final = "sfdcedge"
"""What Salesforce calls its servers (recorded)."""
_LEADING_SLASHES: Final = re.compile(rb"^(\S+ )//+")
_NO_TLS: Final = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis port speaks HTTPS only.\n"


class _RequestLine:
    """The start of a request, whose path begins with one slash."""

    def __init__(self, rfile: Any) -> None:
        self._rfile = rfile

    def readline(self) -> bytes:
        return _LEADING_SLASHES.sub(rb"\1/", self._rfile.readline())


class _Request(HTTPRequest):
    """Takes `//services/data` for `/services/data`, which by the letter would name a host.

    The Salesforce CLI asks so after a login with an access token: it stores the instance URL with a slash at its end
    and puts another one between that and each path (observed with version 2.146.3).
    """

    def read_request_line(self) -> bool:
        rfile, self.rfile = self.rfile, _RequestLine(self.rfile)
        try:
            return bool(super().read_request_line())  # type: ignore[no-untyped-call]  # cheroot
        finally:
            self.rfile = rfile


class _Connection(HTTPConnection):
    """Makes the TLS handshake in the thread that serves the connection, not in the one that accepts them all."""

    RequestHandlerClass = _Request
    _shaken = False
    _ended = False

    def communicate(self) -> bool:
        if not self._shaken and not self._handshake():
            return False
        while super().communicate():  # type: ignore[no-untyped-call]  # cheroot
            if not self._flushed():
                return False
            if not self._speaks_again():
                return True
        self._flushed()
        return False

    def _speaks_again(self) -> bool:
        """Whether the client, as busy clients do, sends its next request at once, while nobody else waits."""
        if self.rfile.has_data():
            return True
        if self.server.requests.qsize or not self.server.ready:
            return False
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        return bool(waiting.poll(_LINGER_MILLISECONDS))

    def _flushed(self) -> bool:
        try:
            self.wfile.flush()
        except OSError:
            return False
        return True

    def close(self) -> None:
        super().close()
        if not self._ended:
            self._ended = True
            self.server.socket.share.add(-1)

    def _handshake(self) -> bool:
        try:
            self.socket.do_handshake()
        except ssl.SSLError as error:
            if error.reason == "HTTP_REQUEST":
                socket.socket.send(self.socket, _NO_TLS)
            return False
        except OSError:
            return False
        self._shaken = True
        return True


class _Tls(Adapter):
    """TLS over sockets whose handshake is still to come."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__("", "")
        self.context = context

    def bind(self, sock: Any) -> Any:
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, str]:
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def makefile(self, sock: ssl.SSLSocket, mode: str = "r", bufsize: int = -1) -> Any:
        del bufsize
        return Reader(sock) if "r" in mode else Writer(sock)


class HttpServer(Server):
    """Serves an application on sockets that are listening already."""

    ConnectionClass = _Connection

    def __init__(self, listening: Listeners, app: WSGIApp, context: ssl.SSLContext) -> None:
        super().__init__(
            listening.address,
            app,
            numthreads=THREADS,
            server_name=_SERVER_NAME,
            timeout=_KEEP_ALIVE_SECONDS,
            shutdown_timeout=_STOP_SECONDS,
        )
        self._listening = listening
        self.ssl_adapter = _Tls(context)
        self.keep_alive_conn_limit: int | None = None  # type: ignore[assignment]  # no limit
        self.max_request_header_size = _LARGEST_HEADERS
        self.max_request_body_size = _LARGEST_BODY

    def bind(self, _family: int, _type: int, _proto: int = 0) -> Any:
        """Take the sockets instead of opening one."""
        self.socket = self._listening
        return self.socket

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log what went wrong, with the traceback where there is one."""
        log.log(level, msg, exc_info=traceback)
