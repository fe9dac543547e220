"""Reading from and writing to a connection, with as few calls as the work allows.

cheroot's own classes are made of Python's pure ones, and send headers and body apart.
"""

import socket
from typing import Final

_PIECE: Final = 16_384
"""As much as a TLS record holds."""
_CONTINUE: Final = b"HTTP/1.1 100"


class Reader:
    """What a client sends, as far as cheroot reads it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._pending = getattr(sock, "pending", int)
        self._held = bytearray()
        self.closed = False
        self.bytes_read = 0

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer where the client sends no more; all until its end for None or less than 0."""
        wanted = -1 if size is None else size
        while (wanted < 0 or len(self._held) < wanted) and self._receive():
            pass
        return self._take(len(self._held) if wanted < 0 else wanted)

    def readline(self, size: int | None = -1) -> bytes:
        """A line with its end, or so many bytes of it."""
        limit = -1 if size is None else size
        searched = 0
        while True:
            end = self._held.find(b"\n", searched) + 1
            if end:
                return self._take(min(end, limit) if limit >= 0 else end)
            searched = len(self._held)
            if 0 <= limit <= searched:
                return self._take(limit)
            if not self._receive():
                return self._take(searched)

    def has_data(self) -> bool:
        """Whether there is something to read that the socket itself would not tell of."""
        return bool(self._held or self._pending())

    def close(self) -> None:
        """Read no more."""
        self.closed = True

    def _receive(self) -> bool:
        piece = self._sock.recv(_PIECE)
        self._held += piece
        return bool(piece)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        self.bytes_read += len(taken)
        return taken


class Writer:
    """What a client is sent: kept until `flush`, so that headers and body leave together."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._held: list[bytes] = []
        self.bytes_written = 0

    def write(self, data: bytes) -> int:
        """Keep for the flush; a go-ahead, for which the client waits before it sends on, goes at once."""
        self._held.append(data)
        if data.startswith(_CONTINUE):
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was kept."""
        data, self._held = b"".join(self._held), []
        if data:
            self._sock.sendall(data)
            self.bytes_written += len(data)
